"""Letters that no count finds: what they ask, to whom they go, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rollbook.ledger.letters import Letter, State
from rollbook.letters import approve_letters, print_letters, step
from rollbook.letters.requesting import Request, Written, write
from rollbook.letters.templates import kept_template
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from tests.letters.families import ANA, LUIS, ROSA, absences, draft, enrol, log, school
from tests.offices import NOW

EARLIER = ("2026-09-28", "2026-10-01", "2026-10-06", "2026-10-15")
LATELY = ("2026-11-03",)
LEAVE = {"leave_from": "2026-12-07", "leave_to": "2026-12-11"}
COMMITTEE = {
    "course": "Algebra I",
    "decision": "The committee gives credit for this class",
    "appeal_by": "2026-12-15",
}
SARB = {
    "board_name": "Sereno Attendance Review Board",
    "board_address": "12 Court St, Arroyo Sereno, CA 93999",
    "reason_given": "Three reports of truancy.",
    "meeting_date": "2026-12-03",
    "meeting_time": "2:30 pm",
    "meeting_place": "Room 4",
}
MEETING = {
    "meeting_date": "2026-12-03",
    "meeting_time": "14:30",
    "meeting_place": "the school library",
    "meeting_who": "Ms Reyes and Mr Hale",
}


def ask(
    office: Office, kind: str, facts: Mapping[str, str] | None = None, guardian: str = "",
    again: bool = False,
) -> Written:  # fmt: skip
    request = Request(kind, ANA.student_id, facts or {}, guardian, again)
    return write(office, read_standing(office), request, NOW)


def refusal(office: Office, kind: str, facts: Mapping[str, str] | None = None) -> str:
    before = log(office)
    with pytest.raises(NotAllowed) as refused:
        ask(office, kind, facts)
    assert log(office) == before
    return str(refused.value)


def text_of(office: Office, letter: Letter) -> str:
    return kept_template(office, letter.template_digest).render(letter.fields).text


@pytest.fixture
def texas(tmp_path: Path) -> Office:
    office = school(tmp_path)
    enrol(office, ANA, (ROSA, LUIS))
    absences(office, [*EARLIER, *LATELY])
    return office


@pytest.fixture
def england(tmp_path: Path) -> Office:
    office = school(tmp_path, "gb-eng")
    enrol(office, ANA, (replace(ROSA, postcode="LS6 2AB", city="Leeds", region=""),))
    absences(office, [*EARLIER, *LATELY], ("AM", "PM"), symbol="O")
    return office


@pytest.fixture
def california(tmp_path: Path) -> Office:
    office = school(tmp_path, "us-ca")
    enrol(office, ANA, (replace(ROSA, language="es"), LUIS))
    absences(office, [*EARLIER, *LATELY], ("DAY",))
    return office


# --- facts ---------------------------------------------------------------------------------------


def test_a_missing_fact_is_asked_for_with_the_words_to_type(england: Office) -> None:
    said = refusal(england, "eng-leave", {"leave_from": "2026-12-07"})
    assert "What is the last day of the leave?  --fact leave_to=2027-01-15" in said
    assert "leave_from=" not in said


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"leave_to": "11 December"}, "“11 December” is no date. Write leave_to as 2027-01-15"),
        ({"leave_to": "2026-12-01"}, "The leave ends on 2026-12-01, before it begins"),
        ({"leave_to": "2036-12-11"}, "more than 12 months away"),
        ({"course": "Algebra"}, "The letter eng-leave does not ask for “course”"),
        ({"leave_to:cy": "2026-12-11"}, "“leave_to:cy” cannot be given in a language of its own"),
        ({"reason_given": "His number is 123-45-6789."}, "looks like a Social Security number"),
        ({"reason_given": "a" * 601}, "has 601 signs, and the letter has room for 600"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(
    england: Office, facts: Mapping[str, str], says: str
) -> None:
    assert says in refusal(england, "eng-leave", {**LEAVE, **facts})


@pytest.mark.parametrize("time", ["25:00", "9", "13 pm", "half past two", "14:75"])
def test_a_time_that_is_none_is_refused(england: Office, time: str) -> None:
    said = refusal(england, "eng-contract", MEETING | {"meeting_time": time})
    assert f"“{time}” is no time of day" in said


@pytest.mark.parametrize(
    ("time", "says"),
    [("14:30", "14:30"), ("2.30pm", "14:30"), ("12 am", "00:00"), ("9:05", "09:05")],
)
def test_a_time_is_worded_as_the_place_writes_it(england: Office, time: str, says: str) -> None:
    [letter] = ask(england, "eng-contract", MEETING | {"meeting_time": time}).letters
    assert letter.fields["meeting_time"] == says


def test_a_meeting_in_the_past_is_refused(england: Office) -> None:
    yesterday = (NOW.date() - timedelta(days=1)).isoformat()
    assert "that day is past" in refusal(
        england, "eng-contract", MEETING | {"meeting_date": yesterday}
    )


def test_a_meeting_on_no_school_day_is_noted(england: Office) -> None:
    [letter] = ask(england, "eng-contract", MEETING | {"meeting_date": "2026-12-05"}).letters
    assert list(letter.notes) == ["the meeting on 2026-12-05 is on no school day (a Saturday)"]


def test_a_meeting_too_soon_for_the_post_is_noted(england: Office) -> None:
    soon = (NOW.date() + timedelta(days=2)).isoformat()
    [letter] = ask(england, "eng-contract", MEETING | {"meeting_date": soon}).letters
    assert f"the meeting is on {soon} already: by post the letter may come too late" in letter.notes


def test_an_answer_is_asked_for_before_the_meeting(england: Office) -> None:
    monday, friday = "2026-11-30", "27 November 2026"
    [letter] = ask(england, "eng-contract", MEETING | {"meeting_date": monday}).letters
    assert letter.fields["reply_by"] == friday


def test_a_family_that_reads_spanish_needs_the_sentences_in_spanish(california: Office) -> None:
    assert "--fact reason_given:es=" in refusal(california, "ca-sarb", SARB)
    told = SARB | {"reason_given:es": "Tres informes de ausencias."}
    rosa, luis = ask(california, "ca-sarb", told).letters
    assert (rosa.language, rosa.fields["reason_given"]) == ("es", "Tres informes de ausencias.")
    assert (luis.language, luis.fields["reason_given"]) == ("en", "Three reports of truancy.")
    assert rosa.fields["meeting_date"] == "3 de diciembre de 2026"
    assert luis.fields["meeting_time"] == "2:30 PM"


# --- what it says --------------------------------------------------------------------------------


def test_every_given_fact_and_the_law_stand_in_the_letter(england: Office) -> None:
    reason = "The request came after the leave had begun."
    [letter] = ask(england, "eng-leave", LEAVE | {"reason_given": reason}).letters
    text = text_of(england, letter)
    for words in ("7 December 2026", "11 December 2026", reason, "10 sessions", "10 school weeks",
                  "£80", "reg 11 (check)", letter.serial):  # fmt: skip
        assert words in text


def test_a_letter_without_law_names_no_reference(texas: Office) -> None:
    letters = ask(texas, "improvement").letters
    assert {letter.fields["reference"] for letter in letters} == {""}


def test_days_missed_come_from_the_register_for_any_reason(england: Office) -> None:
    [letter] = ask(england, "eng-medical").letters
    assert letter.fields["days_missed"] == "5 days"
    assert "5 days of school" in text_of(england, letter)


def test_a_letter_about_days_missed_needs_a_day_missed(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    absences(office, [], ("AM", "PM"))
    assert "the register shows none of 000123" in refusal(office, "eng-contract", MEETING)


# --- improvement ---------------------------------------------------------------------------------


def test_improvement_compares_two_stretches_of_school_days(texas: Office) -> None:
    letter = ask(texas, "improvement").letters[0]
    said = {name: letter.fields[name] for name in ("days_before", "days_now", "days_better")}
    assert said == {"days_before": "4 days", "days_now": "1 day", "days_better": "3 days"}
    assert letter.fields["stretch"] == "20 school days"
    calendar = texas.calendar
    now = calendar.school_days_between(read_standing(texas).year_start, letter.as_of)[-20:]
    assert letter.fields["now_from"] == f"{now[0]:%B} {now[0].day}, {now[0].year}"


def test_no_thanks_without_improvement_and_the_figures_are_said(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, ["2026-10-06", "2026-11-03"])
    said = refusal(office, "improvement")
    assert "There is no improvement to thank for" in said
    assert "missed 1 of the 20 school days" in said


def test_no_thanks_before_two_stretches_are_over(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, ["2026-09-08"], last="2026-09-18")
    assert "40 are needed" in refusal(office, "improvement")


# --- to whom, and held ---------------------------------------------------------------------------


def test_each_guardian_who_should_get_letters_gets_one(texas: Office) -> None:
    written = ask(texas, "improvement")
    assert [one.guardian["name"] for one in written.letters] == [ROSA.name, LUIS.name]
    assert {(one.state, one.trigger, one.part) for one in written.letters} == {
        (State.PREPARED, "improvement", "requested")
    }


def test_it_goes_to_one_guardian_when_that_is_asked(texas: Office) -> None:
    written = ask(texas, "improvement", guardian="luis o’neil")
    assert [one.guardian["name"] for one in written.letters] == [LUIS.name]
    with pytest.raises(NotAllowed, match="There are: Rosa García, Luis O’Neil"):
        ask(texas, "improvement", guardian="Nobody Known")


def test_nobody_under_a_court_order_or_without_address_gets_one(tmp_path: Path) -> None:
    office = school(tmp_path)
    homeless = replace(LUIS, street="", city="", postcode="")
    ordered = replace(ROSA, court_order=True)
    enrol(office, ANA, (ordered, homeless))
    absences(office, [*EARLIER, *LATELY])
    written = ask(office, "improvement")
    assert not written.letters
    [missed] = written.not_written
    assert (missed.guardian, "no address" in missed.why) == (LUIS.name, True)
    by_name = ask(office, "improvement", guardian=ROSA.name)
    assert [one.why for one in by_name.not_written] == [
        "Rosa García may not have letters (court order)"
    ]


def test_a_reason_for_care_holds_it(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, replace(ANA, flags=frozenset({"bereavement"})))
    absences(office, [*EARLIER, *LATELY])
    [letter] = ask(office, "improvement").letters
    assert letter.state is State.HELD
    assert "a bereavement is noted" in letter.note


def test_a_decision_of_the_committee_rests_on_the_90_percent_rule(texas: Office) -> None:
    letters = ask(texas, "tx-committee", COMMITTEE).letters
    assert {one.state for one in letters} == {State.HELD}
    assert "shows tx-90" in letters[0].note
    serials = [one.serial for one in letters]
    approved, _ = approve_letters(texas, serials, NOW, "the committee met", as_is=True)
    assert [one.serial for one in approved] == serials


def test_a_decision_about_a_student_under_90_percent_is_not_held(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, [f"2026-10-{day:02}" for day in (5, 6, 7, 8, 9, 12, 13, 14)])
    [letter] = ask(office, "tx-committee", COMMITTEE).letters
    assert letter.state is State.PREPARED
    assert letter.fields["decision"] == "The committee gives credit for this class."


def test_the_same_letter_twice_on_a_day_has_to_be_meant(texas: Office) -> None:
    first = ask(texas, "improvement").letters
    assert f"{first[0].serial} (prepared) is the same letter to Rosa" in refusal(
        texas, "improvement"
    )
    assert len(ask(texas, "improvement", again=True).letters) == 2


def test_a_void_one_makes_room_for_another(texas: Office) -> None:
    first = ask(texas, "improvement").letters
    step(texas, [one.serial for one in first], State.VOID, NOW, "a slip")
    assert len(ask(texas, "improvement").letters) == 2


def test_what_cannot_be_asked_for_is_said(texas: Office) -> None:
    assert "There are: tx-committee, improvement" in refusal(texas, "eng-leave")
    with pytest.raises(NotAllowed, match="No student has the id “123”. Did you mean 000123"):
        write(texas, read_standing(texas), Request("improvement", "123"), NOW)


# --- its life ------------------------------------------------------------------------------------


def test_it_is_approved_and_printed_as_any_other(texas: Office) -> None:
    serials = [one.serial for one in ask(texas, "improvement").letters]
    approve_letters(texas, serials, NOW)
    print_letters(texas, NOW)
    printed = [one for one in log(texas) if one.serial in serials]
    assert {one.state for one in printed} == {State.PRINTED}
    assert all((texas.folders.root / one.file).is_file() for one in printed)


def test_preparing_the_letters_that_are_due_leaves_it_alone(texas: Office) -> None:
    serials = {one.serial for one in ask(texas, "improvement").letters}
    draft(texas)
    assert {one.state for one in log(texas) if one.serial in serials} == {State.PREPARED}


def test_it_is_withdrawn_when_a_figure_it_tells_is_corrected(texas: Office) -> None:
    serials = {one.serial for one in ask(texas, "improvement").letters}
    absences(texas, [*EARLIER, *LATELY, "2026-11-10"])
    draft(texas)
    found = [one for one in log(texas) if one.serial in serials]
    assert {one.state for one in found} == {State.VOID}
    assert "days_now was “1 day” and is “2 days” by the register now" in found[0].note
