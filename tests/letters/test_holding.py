"""Why letters wait (RULES 0.4), and how they are released."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rollbook.ledger import care
from rollbook.ledger.letters import State
from rollbook.letters import due_letters, print_letters, step
from rollbook.office import Office, open_office, save_settings
from rollbook.register import HOLD_BACKS, Action, Guardian, HoldBack, Student
from rollbook.standing import read_standing
from tests.letters.families import (
    ANA,
    LUIS,
    OCTOBER,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    due,
    enrol,
    log,
    reasons,
    register,
    school,
)
from tests.offices import NOW


@pytest.fixture
def texas(tmp_path: Path) -> Office:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    return office


@pytest.fixture
def england(tmp_path: Path) -> Office:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    return office


def note(office: Office, reason: str, first: date, last: date | None = None) -> None:
    """Note a reason for care in the ledger."""
    with office.ledger.write() as connection:
        care.save_hold_back(connection, HoldBack(ANA.student_id, reason, first, last), "")


def end(office: Office, reason: str, last: date) -> None:
    """Let a reason for care end."""
    with office.ledger.write() as connection:
        care.end_hold_back(connection, ANA.student_id, reason, last, "", "")


# --- who may have a letter -----------------------------------------------------------------------

NO_ADDRESS = replace(ROSA, street="", city=" ", postcode="")
NO_CONTACT = (replace(ROSA, court_order=True), replace(LUIS, gets_letters=False))


@pytest.mark.parametrize(
    ("guardians", "why"),
    [
        ((), "no guardian is on record"),
        (
            (replace(ROSA, gets_letters=False),),
            "no guardian may have letters: Rosa García (marked in the contacts to get no letters)",
        ),
        (
            NO_CONTACT,
            "no guardian may have letters: Rosa García (court order), "
            f"{LUIS.name} (marked in the contacts to get no letters)",
        ),
        ((NO_ADDRESS,), "Rosa García has no address, or it is withheld; write to them yourself"),
        ((replace(ROSA, street=""),), "the address of Rosa García has no street"),
    ],
)
def test_without_somebody_to_write_to_the_letter_is_held(
    tmp_path: Path, guardians: Sequence[Guardian], why: str
) -> None:
    office = school(tmp_path)
    enrol(office, ANA, guardians)
    absences(office, SEPTEMBER)
    assert reasons(office, "tx-tru3") == [why]
    assert draft(office) == []


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ("bereavement", "a bereavement is noted"),
        ("medical-plan", "a medical plan is noted"),
        ("looked-after", "the student is looked after"),
        ("safeguarding", "there is an open safeguarding matter"),
        ("no-letters", "the student is marked “no letters”"),
    ],
)
def test_a_reason_for_care_holds_the_letter(tmp_path: Path, flag: str, why: str) -> None:
    office = school(tmp_path)
    enrol(office, replace(ANA, flags=frozenset({flag})))
    absences(office, SEPTEMBER)
    assert reasons(office, "tx-tru3") == [
        f"{why} on the roster; when that is over, correct it in the SIS and drop the roster"
    ]
    assert draft(office) == []


def test_a_student_known_by_number_only_gets_no_letter(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, Student(ANA.student_id, grade="9"))
    absences(office, SEPTEMBER)
    assert reasons(office, "tx-tru3") == ["the student's name is not known; drop the roster"]


def test_a_flag_the_office_does_not_hold_for_holds_nothing(tmp_path: Path) -> None:
    office = school(tmp_path, letters={"hold_flags": ["no-letters"]})
    enrol(office, replace(ANA, flags=frozenset({"medical-plan"})))
    absences(office, SEPTEMBER)
    assert len(draft(office)) == 1


def test_a_student_who_has_left_gets_no_letter(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, left=date(2026, 11, 2))
    absences(office, SEPTEMBER)
    assert reasons(office, "tx-tru3") == ["the student has left (not on roll since 2026-11-02)"]


def test_few_days_so_far_do_not_hold_a_letter_about_dated_days(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, ["2026-09-02", "2026-09-03", "2026-09-04"], last="2026-09-11")
    assert reasons(office, "tx-tru3") == []


def test_a_rate_without_most_of_its_marks_holds_a_letter(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng", letters={"fewest_possible": 2})
    enrol(office)
    bob = Student("004199", "Ng", "Bo", grade="9")
    enrol(office, student=bob)
    register(office, 6, {0: "I"})
    register(office, 1, {0: "O", 1: "O", 2: "O"}, student=bob)
    [held] = [one for one in due(office, "eng-l2") if one.student.student_id == bob.student_id]
    assert any("have no mark; drop the full register" in why for why in held.reasons)


def test_the_office_settles_how_few_are_too_few(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng", letters={"fewest_possible": 41})
    enrol(office)
    register(office, 4, dict.fromkeys((0, 1, 2), "I"))
    assert reasons(office, "eng-l1") == ["only 40 sessions were possible so far (fewer than 41)"]


def test_marks_without_a_reason_yet_hold_a_penalty_letter_they_decide(england: Office) -> None:
    register(england, 5, dict.fromkeys(range(8), "O") | {8: "N", 9: "N"})
    assert reasons(england, "eng-pn") == [
        "2 of the 10 marks have no reason yet (code N); find the reasons first"
    ]


def test_a_mark_without_a_reason_yet_holds_a_letter_that_is_due_anyway(england: Office) -> None:
    register(england, 5, dict.fromkeys(range(10), "O") | {10: "N"})
    assert reasons(england, "eng-pn") == [
        "1 of the 11 marks has no reason yet (code N); find the reason first"
    ]


def test_an_absence_not_verified_yet_holds_a_letter_in_california(tmp_path: Path) -> None:
    office = school(tmp_path, "us-ca")
    enrol(office)
    days = [f"2026-09-{day:02}" for day in (2, 3, 4, 8, 9, 10, 11, 14, 15, 16)]
    absences(office, days, ("DAY",), symbol="A", last="2026-10-30")
    [held] = due(office, "ca-chron")
    assert "10 of the 10 marks have no reason yet (code A); find the reasons first" in held.reasons


def test_an_office_may_let_only_marks_that_decide_hold_a_letter(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng", letters={"hold_unresolved": "deciding"})
    enrol(office)
    register(office, 5, dict.fromkeys(range(10), "O") | {10: "N"})
    [letter] = [one for one in draft(office) if one.trigger == "eng-pn"]
    assert (letter.fields["unexcused_count"], letter.fields["unresolved_count"]) == ("11", "1")


def test_a_part_time_timetable_is_left_to_a_person(england: Office) -> None:
    register(england, 4, {0: "I", 1: "I", 2: "C2"})
    assert reasons(england, "eng-l1") == [
        "a part-time timetable (C2) is among the absences; write to them yourself"
    ]


def test_all_reasons_are_said_at_once(tmp_path: Path) -> None:
    office = school(tmp_path)
    student = replace(ANA, flags=frozenset({"bereavement"}))
    enrol(office, student, (replace(ROSA, postcode=""),), left=date(2026, 11, 2))
    absences(office, SEPTEMBER)
    assert reasons(office, "tx-tru3") == [
        "a bereavement is noted on the roster; when that is over, correct it in the SIS and drop "
        "the roster",
        "the student has left (not on roll since 2026-11-02)",
        "the address of Rosa García has no postcode",
    ]


# --- reasons for care noted by the office --------------------------------------------------------

TODAY = NOW.date()


def test_a_noted_reason_holds_the_letter_and_says_how_to_end_it(texas: Office) -> None:
    note(texas, "bereavement", date(2026, 11, 2))
    assert reasons(texas, "tx-tru3") == [
        "a bereavement is noted, since 2026-11-02; when that is over: "
        "rollbook holdback end 000123 bereavement"
    ]
    assert draft(texas) == []
    end(texas, "bereavement", TODAY - timedelta(days=1))
    assert [letter.trigger for letter in draft(texas)] == ["tx-tru3"]


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_a_reason_holds_from_its_first_to_its_last_day(
    texas: Office, first: date, last: date | None, held: bool
) -> None:
    note(texas, "bereavement", first, last)
    assert bool(reasons(texas, "tx-tru3")) is held


def test_a_reason_noted_today_holds_although_nothing_was_recorded_since(texas: Office) -> None:
    later = TODAY + timedelta(days=3)
    note(texas, "safeguarding", later)
    standing = read_standing(texas)
    [one] = due_letters(texas, standing, [], on=later)
    assert standing.as_of < later and not one.ready


HOLD_LETTERS = (*HOLD_BACKS[:5], "foster-care", "serious-illness")


@pytest.mark.parametrize("reason", HOLD_BACKS)
def test_reasons_against_a_referral_alone_hold_no_letter(texas: Office, reason: str) -> None:
    note(texas, reason, TODAY)
    assert bool(reasons(texas, "tx-tru3")) is (reason in HOLD_LETTERS)


def test_a_reason_noted_after_approval_stops_the_printing(texas: Office) -> None:
    [letter] = draft(texas)
    step(texas, [letter.serial], State.APPROVED, NOW)
    note(texas, "bereavement", TODAY)
    [(held, why)] = print_letters(texas, NOW).held
    assert held.state is State.HELD and "a bereavement is noted, since 2026-11-20" in why


def test_a_leaver_after_the_last_recorded_day_gets_no_letter(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, left=date(2026, 11, 23))
    absences(office, SEPTEMBER)
    standing = read_standing(office)
    [on_friday] = due_letters(office, standing, [], on=date(2026, 11, 22))
    [on_monday] = due_letters(office, standing, [], on=date(2026, 11, 23))
    assert on_friday.ready
    assert on_monday.reasons == ("the student has left (not on roll since 2026-11-23)",)


# --- letters before ------------------------------------------------------------------------------


def test_a_second_letter_of_a_kind_waits_twenty_school_days(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER, last="2026-09-30")
    [first] = draft(office, "tx-tru3")
    absences(office, [*SEPTEMBER, *OCTOBER])
    assert reasons(office, "tx-tru3") == [
        f"{first.serial} of the same kind is of 2026-11-20; it may go from 2026-12-18 on "
        "(again_after_school_days in office.toml)"
    ]
    standing, letters = read_standing(office), log(office)
    [day_before] = due_letters(office, standing, letters, on=date(2026, 12, 17))
    [the_day] = due_letters(office, standing, letters, on=date(2026, 12, 18))
    assert (day_before.ready, the_day.ready) == (False, True)


def test_a_letter_that_came_back_does_not_make_the_next_wait(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER, last="2026-09-30")
    [letter] = draft(office, "tx-tru3")
    for state in (State.APPROVED, State.PRINTED, State.MAILED, State.RETURNED):
        step(office, [letter.serial], state, NOW)
    absences(office, [*SEPTEMBER, *OCTOBER])
    assert reasons(office, "tx-tru3") == []


def test_the_next_level_does_not_wait(england: Office) -> None:
    register(england, 8, dict.fromkeys(range(5), "I"))
    assert [letter.trigger for letter in draft(england)] == ["eng-l1"]
    register(england, 8, dict.fromkeys(range(9), "I"))
    assert reasons(england, "eng-l2") == []


def test_a_rule_the_office_only_lists_sends_no_letter(tmp_path: Path) -> None:
    office = school(tmp_path, letters={"without": ["tx-tru3"]})
    enrol(office)
    absences(office, SEPTEMBER)
    assert due(office) == []
    assert [one.trigger for one in read_standing(office).findings()] == ["tx-tru3"]


def test_a_letter_prepared_before_the_office_went_without_is_withdrawn(
    texas: Office, tmp_path: Path
) -> None:
    draft(texas)
    save_settings(texas.folders.root, {"letters": {"without": ["tx-tru3"]}})
    office = open_office(texas.folders.root)
    assert draft(office) == []
    [letter] = log(office)
    assert letter.note == "withdrawn: office.toml says that tx-tru3 sends no letter here"


def test_the_pack_says_how_few_sessions_are_too_few(england: Office) -> None:
    register(england, 1, {0: "I", 1: "I"})
    assert reasons(england, "eng-l2") == ["only 10 sessions were possible so far (fewer than 20)"]


def test_an_absence_without_a_reason_yet_holds_a_rate_letter_it_decides(england: Office) -> None:
    register(england, 4, {0: "I", 1: "I", 2: "N"})
    assert reasons(england, "eng-l1") == [
        "1 of the 3 marks has no reason yet (code N); find the reason first"
    ]


@pytest.mark.parametrize(("ill", "held"), [(2, True), (3, False)])
def test_in_such_an_office_a_rate_that_is_met_anyway_holds_nothing(
    tmp_path: Path, ill: int, held: bool
) -> None:
    office = school(tmp_path, "gb-eng", letters={"hold_unresolved": "deciding"})
    enrol(office)
    register(office, 4, dict.fromkeys(range(ill), "I") | {ill: "N"})
    assert bool(reasons(office, "eng-l1")) is held


@pytest.mark.parametrize("reason", ["pregnancy", "homelessness", "principal-earner"])
def test_a_letter_about_truancy_court_waits_where_no_referral_is_allowed(
    tmp_path: Path, reason: str
) -> None:
    office = school(tmp_path)
    born = replace(ANA, birth_date=date(2011, 5, 4))
    enrol(office, born)
    absences(office, [f"2026-09-{day:02}" for day in (2, 3, 4, 8, 9, 10, 11, 14, 15, 16)])
    assert reasons(office, "tx-tru10") == []
    note(office, reason, date(2026, 9, 1))
    [why] = reasons(office, "tx-tru10")
    assert "no referral to court, of which this letter speaks; offer counseling" in why
    assert f"rollbook holdback end 000123 {reason}" in why


def test_a_guardian_with_two_penalty_notices_in_three_years_is_warned_of_no_third(
    england: Office,
) -> None:
    register(england, 5, dict.fromkeys(range(10), "O"))

    def notice(day: date, guardian: str) -> None:
        with england.ledger.write() as connection:
            care.save_action(
                connection, Action(ANA.student_id, day, "penalty-notice", guardian=guardian)
            )

    notice(date(2024, 9, 30), ROSA.name)
    notice(date(2025, 3, 10), LUIS.name)
    assert reasons(england, "eng-pn") == []
    notice(date(2025, 10, 6), ROSA.name)
    assert reasons(england, "eng-pn") == [
        "Rosa García has had 2 penalty notices within three years (2024-09-30 and 2025-10-06), "
        "and the framework allows no further one: consider another measure"
    ]


def test_a_letter_about_age_19_goes_to_nobody_whose_birth_date_is_not_known(texas: Office) -> None:
    assert {one.trigger for one in due(texas)} == {"tx-tru3"}
