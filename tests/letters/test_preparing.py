from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.ledger.letters import State
from rollbook.letters import overtaken, print_letters, step
from rollbook.office import Office
from rollbook.standing import read_standing
from tests.letters.families import (
    ANA,
    OCTOBER,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    enrol,
    log,
    register,
    school,
    steps,
)
from tests.offices import NOW


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    return office


def states(office: Office) -> list[State]:
    return [letter.state for letter in log(office)]


def test_letters_wait_for_a_person_unless_the_office_wants_otherwise(tmp_path: Path) -> None:
    for approval, state in (("review", State.PREPARED), ("automatic", State.APPROVED)):
        office = school(tmp_path / approval, letters={"approval": approval})
        enrol(office)
        absences(office, SEPTEMBER)
        assert [letter.state for letter in draft(office)] == [state]


def test_a_letter_keeps_its_words_its_evidence_and_its_template(office: Office) -> None:
    [prepared] = draft(office)
    [kept] = log(office)
    assert kept.serial == prepared.serial == "L-2026-00001"
    assert kept.fields["serial"] == kept.serial
    assert [tuple(mark) for mark in kept.evidence] == [(day, "P2", "U") for day in SEPTEMBER]
    used = office.folders.letters / ".used-templates"
    assert [path.stem for path in used.iterdir()] == [kept.template_digest]


@pytest.mark.parametrize("approved", [False, True])
def test_a_letter_whose_evidence_was_corrected_is_withdrawn_before_it_is_printed(
    office: Office, approved: bool
) -> None:
    [letter] = draft(office)
    if approved:
        step(office, [letter.serial], State.APPROVED, NOW)
    absences(office, SEPTEMBER[:2])  # a note came in for the third day
    assert draft(office) == []
    assert states(office) == [State.VOID]
    assert steps(office, letter.serial)[-1].note == (
        "withdrawn: a mark of 2026-09-15 was corrected after the letter was prepared"
    )


def test_a_withdrawn_letter_is_written_anew_where_enough_is_left(office: Office) -> None:
    [first] = draft(office)
    absences(office, [*SEPTEMBER[:2], "2026-09-22"])
    [second] = draft(office)
    assert [day for day, *_ in second.evidence] == ["2026-09-08", "2026-09-10", "2026-09-22"]
    assert states(office) == [State.VOID, State.PREPARED]
    assert first.serial != second.serial


def test_an_absence_excused_by_a_note_withdraws_the_letter(office: Office) -> None:
    draft(office)
    absences(office, SEPTEMBER, symbol="E")
    assert draft(office) == []
    assert states(office) == [State.VOID]


def test_a_letter_already_printed_stands_and_is_named(office: Office) -> None:
    [letter] = draft(office)
    step(office, [letter.serial], State.APPROVED, NOW)
    print_letters(office, NOW)
    absences(office, SEPTEMBER[1:])
    assert draft(office) == []
    assert states(office) == [State.PRINTED]
    [(named, days)] = overtaken(read_standing(office), log(office))
    assert (named.serial, [day.isoformat() for day in days]) == (letter.serial, [SEPTEMBER[0]])


def test_marks_that_come_later_withdraw_nothing(office: Office) -> None:
    draft(office)
    absences(office, [*SEPTEMBER, *OCTOBER], last="2026-11-27")
    draft(office)
    assert states(office)[0] is State.PREPARED


# --- judged again --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"court_order": True}, "may not have letters any more"),
        ({"gets_letters": False}, "may not have letters any more"),
        ({"street": "9 Elm Street"}, "the address of"),
        ({"name": "Rosa Neu"}, "the name of Rosa García is Rosa Neu now"),
        ({"name": "Eva Neu", "relation": "aunt"}, "may not have letters any more"),
    ],
)
def test_an_approved_letter_to_somebody_who_may_not_have_it_is_not_printed(
    tmp_path: Path, change: dict[str, object], why: str
) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    letters = draft(office)
    step(office, [letter.serial for letter in letters], State.APPROVED, NOW)
    enrol(office, guardians=(replace(ROSA, **change),))  # type: ignore[arg-type]
    batch = print_letters(office, NOW)
    assert batch.printed == ()
    assert all(why in reason for _, reason in batch.held) and batch.held


def test_an_approved_letter_whose_threshold_is_no_longer_crossed_is_not_printed(
    tmp_path: Path,
) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    register(office, 3, dict.fromkeys(range(2), "I"))
    [letter] = draft(office)
    step(office, [letter.serial], State.APPROVED, NOW)
    register(office, 8, dict.fromkeys(range(2), "I"))  # 78 of 80: the rate has risen
    [(_, why)] = print_letters(office, NOW).held
    assert "no longer crossed" in why


def test_a_student_flagged_after_preparing_is_held_until_somebody_approves_again(
    tmp_path: Path,
) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    letters = [letter.serial for letter in draft(office)]
    step(office, letters, State.APPROVED, NOW)
    enrol(office, student=replace(ANA, flags=frozenset({"bereavement"})))
    batch = print_letters(office, NOW)
    assert (batch.printed, len(batch.held)) == ((), len(letters))
    step(office, letters, State.APPROVED, NOW, "spoken with the family")
    assert len(print_letters(office, NOW).printed) == len(letters)
