from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rollbook.importers.contract import Coverage
from rollbook.ledger.letters import Letter, State
from rollbook.letters import approve_letters, overtaken, print_letters, step
from rollbook.letters import draft as draft_letters
from rollbook.office import Office
from rollbook.register import Enrolment
from rollbook.standing import read_standing
from tests.letters.families import (
    ANA,
    FIRST_DAY,
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
from tests.offices import NOW, marks, post_extract, roster


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
    approved, stopped = approve_letters(office, letters, NOW)
    assert (approved, [one.state for one in stopped]) == ([], [State.HELD] * len(letters))
    approve_letters(office, letters, NOW, "spoken with the family", as_is=True)
    assert len(print_letters(office, NOW).printed) == len(letters)


BO = replace(ANA, student_id="000124", given_name="Bo")
BOS = replace(ROSA, student_id="000124", name="Ada Ng", street="7 Oak Ave")


def school_of_two(root: Path) -> Office:
    """Ana and Bo, both with what calls for a letter."""
    office = school(root)
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in (ANA, BO)]
    post_extract(office, roster([ANA, BO], [ROSA, BOS], stretches), "roster of two")
    post_two(office, SEPTEMBER, SEPTEMBER, "both")
    return office


def post_two(office: Office, anas: Sequence[str], bos: Sequence[str], name: str) -> None:
    pairs = [(ANA.student_id, day) for day in anas] + [(BO.student_id, day) for day in bos]
    rows = [(student, day, "P2", "U") for student, day in pairs]
    parts = tuple(f"P{number}" for number in range(1, 8))
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), parts)
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), name)


def what_it_is(letter: Letter) -> tuple[object, ...]:
    numbered = ("serial", "barcode")
    said = {name: value for name, value in letter.fields.items() if name not in numbered}
    return letter.student_id, letter.trigger, letter.guardian["name"], letter.evidence, said


def test_letters_of_some_students_are_those_of_the_whole_batch(tmp_path: Path) -> None:
    whole = school_of_two(tmp_path / "whole")
    wanted, _ = draft_letters(whole, read_standing(whole), NOW)
    apart, made = school_of_two(tmp_path / "apart"), []
    for student in (BO, ANA):
        only = {student.student_id}
        prepared, held = draft_letters(apart, read_standing(apart), NOW, only=only)
        assert {one.student_id for one in prepared} == only and held == []
        made += prepared
    assert sorted(map(repr, map(what_it_is, made))) == sorted(map(repr, map(what_it_is, wanted)))


def test_letters_of_others_are_neither_withdrawn_nor_taken_back(tmp_path: Path) -> None:
    office = school_of_two(tmp_path)
    anas, bos = draft(office)
    for state in (State.APPROVED, State.PRINTED, State.MAILED):
        step(office, [anas.serial], state, NOW)
    post_two(office, SEPTEMBER[:2], SEPTEMBER[:2], "both were there")
    nobody, _ = draft_letters(office, read_standing(office), NOW, only=set())
    assert nobody == [] and states(office) == [State.MAILED, State.PREPARED]
    draft_letters(office, read_standing(office), NOW, only={BO.student_id})
    assert states(office) == [State.MAILED, State.VOID]
    [taken_back] = draft(office)  # nothing of the others was lost
    assert taken_back.withdraws == anas.serial
    assert bos.student_id == BO.student_id


def test_a_batch_that_is_stopped_keeps_what_is_prepared(tmp_path: Path) -> None:
    office, asked = school_of_two(tmp_path), []

    def go_on(done: int, of: int) -> bool:
        asked.append((done, of))
        return done < 1

    first, _ = draft_letters(office, read_standing(office), NOW, go_on=go_on)
    assert (len(first), asked) == (1, [(0, 2), (1, 2)])
    rest, _ = draft_letters(office, read_standing(office), NOW)
    assert [one.student_id for one in (*first, *rest)] == [ANA.student_id, BO.student_id]


def test_approving_judges_letters_about_these_students_alone(tmp_path: Path) -> None:
    office = school_of_two(tmp_path)
    anas, _ = draft(office)
    post_two(office, SEPTEMBER, SEPTEMBER[:1], "Bo was there")
    approved, stopped = approve_letters(office, [anas.serial], NOW)
    assert (len(approved), stopped) == (1, [])
    assert states(office) == [State.APPROVED, State.PREPARED]
