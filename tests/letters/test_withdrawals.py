"""A mailed letter that has lost its ground is taken back by a letter of its own, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import docx
import pytest

from rollbook.ledger import care
from rollbook.ledger.letters import Letter, State
from rollbook.letters import print_letters, step
from rollbook.letters.messages import taken_back
from rollbook.office import Office
from rollbook.register import Guardian, HoldBack
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
    register,
    school,
    steps,
)
from tests.offices import NOW

ON_THE_WAY = (State.APPROVED, State.PRINTED, State.MAILED)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A Texas family whose first notice, about three days, is in the post."""
    office = school(tmp_path, letters={"again_after_school_days": 0})
    enrol(office)
    absences(office, SEPTEMBER)
    mail(office, draft(office, "tx-tru3"))
    return office


def mail(office: Office, letters: Sequence[Letter]) -> None:
    """Take letters all the way to the post."""
    for state in ON_THE_WAY:
        step(office, [letter.serial for letter in letters], state, NOW)


def clear_third_day(office: Office) -> None:
    """Post the file again: a note has come in for the third day."""
    absences(office, SEPTEMBER[:2])


def states(office: Office) -> list[tuple[str, State]]:
    return [(letter.trigger, letter.state) for letter in log(office)]


def test_a_mailed_letter_whose_threshold_was_not_crossed_is_taken_back(office: Office) -> None:
    clear_third_day(office)
    [withdrawal] = draft(office)
    [first, _] = log(office)
    assert (withdrawal.trigger, withdrawal.withdraws) == ("withdrawal", first.serial)
    assert withdrawal.guardian["name"] == "Rosa García"
    assert withdrawal.fields["withdrawn_serial"] == first.serial
    assert "Sep 15, 2026" in str(withdrawal.fields["withdrawn_why"])
    assert first.state is State.MAILED


def test_no_text_repeats_what_a_letter_takes_back(office: Office) -> None:
    [first] = log(office)
    assert taken_back(office) == set()
    clear_third_day(office)
    draft(office)
    assert taken_back(office) == {first.serial}


def test_it_is_prepared_once_however_often_one_looks(office: Office) -> None:
    clear_third_day(office)
    draft(office)
    assert draft(office) == [] and due(office) == []
    step(office, [log(office)[-1].serial], State.VOID, NOW, "told them on the telephone")
    assert draft(office) == [] and due(office) == []


def test_when_it_is_mailed_the_first_letter_is_void_and_both_stay_in_the_log(
    office: Office,
) -> None:
    clear_third_day(office)
    [withdrawal] = draft(office)
    mail(office, [withdrawal])
    assert states(office) == [("tx-tru3", State.VOID), ("withdrawal", State.MAILED)]
    assert steps(office, log(office)[0].serial)[-1].note == f"withdrawn by {withdrawal.serial}"
    assert draft(office) == [] and due(office) == []


def test_what_it_rested_on_is_free_for_a_new_letter(office: Office) -> None:
    clear_third_day(office)
    mail(office, draft(office))
    absences(office, [*SEPTEMBER[:2], "2026-09-22"])
    [again] = draft(office)
    assert [day for day, *_ in again.evidence] == [*SEPTEMBER[:2], "2026-09-22"]


def test_the_letter_shows_what_it_takes_back(office: Office) -> None:
    clear_third_day(office)
    [withdrawal] = draft(office)
    step(office, [withdrawal.serial], State.APPROVED, NOW)
    batch = print_letters(office, NOW)
    assert [letter.serial for letter in batch.printed] == [withdrawal.serial]
    path = office.folders.root / batch.printed[0].file
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert withdrawal.withdraws in text and "{{" not in text


def test_a_letter_that_would_be_written_all_the_same_stands(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, [*SEPTEMBER, "2026-09-16"])
    mail(office, draft(office, "tx-tru3"))
    absences(office, [*SEPTEMBER[1:], "2026-09-16"])
    assert draft(office) == [] and due(office) == []
    assert ("tx-tru3", State.MAILED) in states(office)


def test_a_rate_that_is_still_crossed_takes_nothing_back(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    register(office, 4, dict.fromkeys(range(4), "I"))
    mail(office, draft(office))
    register(office, 4, dict.fromkeys(range(1, 4), "I"))  # 37 of 40 is below 95 % all the same
    assert draft(office) == []
    register(office, 4, dict.fromkeys(range(2, 4), "I"))  # 38 of 40 is not
    assert [letter.trigger for letter in draft(office)] == ["withdrawal"]


def test_absences_that_came_later_do_not_save_a_letter_that_was_wrong(office: Office) -> None:
    later = ["2026-11-23", "2026-11-24"]
    absences(office, [*SEPTEMBER[:2], *later], last="2026-12-04")
    assert len(draft(office, "withdrawal")) == 1


def test_a_further_letter_is_judged_by_its_own_days(tmp_path: Path) -> None:
    office = school(tmp_path, letters={"again_after_school_days": 0})
    enrol(office)
    absences(office, SEPTEMBER, last="2026-09-30")
    mail(office, draft(office, "tx-tru3"))
    absences(office, [*SEPTEMBER, *OCTOBER])
    mail(office, draft(office, "tx-tru3"))
    absences(office, [*SEPTEMBER, *OCTOBER[:2]])
    [withdrawal] = [one for one in draft(office) if one.withdraws]
    [second] = [one for one in log(office) if one.serial == withdrawal.withdraws]
    assert [day for day, *_ in second.evidence] == list(OCTOBER)


def test_each_guardian_who_had_the_letter_gets_one(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, guardians=(ROSA, LUIS))
    absences(office, SEPTEMBER)
    mail(office, draft(office, "tx-tru3"))
    clear_third_day(office)
    withdrawals = draft(office)
    assert [one.guardian["name"] for one in withdrawals] == ["Rosa García", "Luis O’Neil"]
    assert len({one.withdraws for one in withdrawals}) == 2


def test_it_goes_to_where_the_guardian_lives_now(office: Office) -> None:
    enrol(office, guardians=(replace(ROSA, street="9 Fir Court"),))
    clear_third_day(office)
    [withdrawal] = draft(office)
    assert withdrawal.fields["address_lines"][0] == "9 Fir Court"


@pytest.mark.parametrize(
    ("guardians", "why"),
    [
        ((replace(ROSA, court_order=True),), "Rosa García may not have letters (court order)"),
        ((LUIS,), "Rosa García is not on the roster any more; tell them yourself"),
        ((replace(ROSA, postcode=""),), "the address of Rosa García has no postcode"),
    ],
)
def test_it_is_held_where_it_must_not_or_cannot_go(
    office: Office, guardians: tuple[Guardian, ...], why: str
) -> None:
    enrol(office, guardians=guardians)
    clear_third_day(office)
    assert draft(office) == []
    [held] = due(office, "withdrawal")
    assert held.reasons == (why,)


def test_a_reason_for_care_holds_it_too(office: Office) -> None:
    with office.ledger.write() as connection:
        noted = HoldBack(ANA.student_id, "bereavement", NOW.date() - timedelta(days=3))
        care.save_hold_back(connection, noted, "")
    clear_third_day(office)
    assert draft(office) == []
    [held] = due(office, "withdrawal")
    assert "a bereavement is noted, since 2026-11-17" in held.reasons[0]


def test_a_student_who_has_left_is_owed_it_all_the_same(office: Office) -> None:
    enrol(office, left=NOW.date() - timedelta(days=1))
    clear_third_day(office)
    assert [letter.trigger for letter in draft(office)] == ["withdrawal"]


def test_it_is_dropped_when_the_absence_comes_back_before_it_prints(office: Office) -> None:
    clear_third_day(office)
    draft(office)
    absences(office, SEPTEMBER)
    assert draft(office) == []
    [first, withdrawal] = log(office)
    assert (first.state, withdrawal.state) == (State.MAILED, State.VOID)
    assert withdrawal.note == f"withdrawn: {first.serial}, which it takes back, stands again"
    clear_third_day(office)  # and cleared once more
    assert [letter.trigger for letter in draft(office)] == ["withdrawal"]


def test_a_letter_that_is_not_in_the_post_yet_is_not_taken_back(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office, "tx-tru3")
    for state in (State.APPROVED, State.PRINTED):
        step(office, [letter.serial], state, NOW)
    clear_third_day(office)
    assert draft(office) == []
    step(office, [letter.serial], State.MAILED, NOW)
    assert [one.trigger for one in draft(office)] == ["withdrawal"]


def test_rules_of_sequence_do_not_build_on_a_letter_that_is_taken_back(office: Office) -> None:
    assert [one.trigger for one in read_standing(office).history.letters] == ["tx-tru3"]
    clear_third_day(office)
    draft(office)
    assert read_standing(office).history.letters == []
