"""Letters in the post and back from it: by batch, by the day, by a scanner; void and once more."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.ledger.letters import State
from rollbook.letters import approve_letters, print_letters, step
from rollbook.office import Office, open_office
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
    school,
    steps,
)
from tests.letters.test_commands import data, run, states
from tests.offices import NOW


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Two letters printed in one batch, and a third approved."""
    office = school(tmp_path)
    enrol(office, ANA, (ROSA, LUIS))
    absences(office, SEPTEMBER)
    step(office, [letter.serial for letter in draft(office)], State.APPROVED, NOW)
    print_letters(office, NOW)
    office.ledger.close()
    return office.folders.root


def opened(root: Path) -> Office:
    return open_office(root)


@pytest.mark.parametrize("batch", ["2026-11-20", "letters/2026-11-20", "letters/2026-11-20/"])
def test_a_whole_batch_is_noted_as_mailed(office: Path, batch: str) -> None:
    assert run(office, "mailed", "--batch", batch)[1].startswith("2 letters are mailed now.")
    assert states(office) == ["mailed", "mailed"]
    ledger = opened(office)
    assert steps(ledger, "L-2026-00001")[-1].method == "post"
    ledger.ledger.close()


def test_a_batch_nobody_printed_is_said(office: Path) -> None:
    status, _, complaints = run(office, "mailed", "--batch", "2026-11-19")
    assert status == 1 and "was printed in “2026-11-19”" in complaints
    status, _, complaints = run(office, "mailed", "--all", "--batch", "2026-11-20")
    assert status == 1 and "one, not both" in complaints
    assert states(office) == ["printed", "printed"]


def test_a_scanner_notes_what_came_back_one_after_another(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data(office, "mailed", "--all")
    scanned = "l-2026-00002\r\n\nL-2026-00009\n L-2026-00002 \nL-2026- 00001\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(scanned))
    status, out, complaints = run(office, "returned", "-")
    said = " ".join(complaints.split())
    assert status == 0 and out.startswith("2 letters are returned now.")
    assert "There is no letter L-2026-00009." in said
    assert "L-2026-00002 is returned and cannot become returned" in said
    assert states(office) == ["returned", "returned"]


def test_serials_are_taken_as_they_are_typed(office: Path) -> None:
    data(office, "mailed", "l-2026-00001")
    assert states(office) == ["mailed", "printed"]


def test_a_batch_is_voided_and_who_has_it_already_is_told(office: Path) -> None:
    data(office, "mailed", "L-2026-00001")
    status, out, _ = run(office, "void", "--batch", "2026-11-20", "--reason", "wrong letterhead")
    assert status == 0 and out.startswith("2 letters are void now.")
    assert "1 letter is in the post and cannot be called back. Tell the families: L-2026-00001" in (
        " ".join(out.split())
    )
    ledger = opened(office)
    assert [(one.state, one.note) for one in log(ledger)] == [(State.VOID, "wrong letterhead")] * 2
    assert all((office / one.file).is_file() for one in log(ledger))  # the paper trail stays
    ledger.ledger.close()


def test_a_letter_that_came_back_is_posted_again_or_written_anew(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    approve_letters(office, [letter.serial], NOW)
    print_letters(office, NOW)
    step(office, [letter.serial], State.MAILED, NOW)
    step(office, [letter.serial], State.RETURNED, NOW)
    [again] = print_letters(office, NOW, [letter.serial]).printed
    assert again.state is State.PRINTED
    step(office, [letter.serial], State.MAILED, NOW)
    step(office, [letter.serial], State.RETURNED, NOW)
    enrol(office, ANA, (replace(ROSA, street="9 New St"),))
    [(_, why)] = print_letters(office, NOW, [letter.serial]).held
    assert "the address of Rosa García has changed" in why and "--again" in why
    step(office, [letter.serial], State.VOID, NOW, "new address", again=True)
    [anew] = draft(office)
    assert anew.guardian["street"] == "9 New St"


def test_nobody_takes_back_a_letter_that_told_nobody_anything(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    for state in (State.APPROVED, State.PRINTED, State.MAILED, State.RETURNED):
        step(office, [letter.serial], state, NOW)
    absences(office, SEPTEMBER[2:], symbol="E")
    assert due(office) == []


def test_a_second_report_waits_when_the_first_came_back(tmp_path: Path) -> None:
    office = school(tmp_path, "us-ca")
    enrol(office)
    absences(office, SEPTEMBER, ("DAY",), last="2026-09-30")
    [first] = draft(office, "ca-truant")
    for state in (State.APPROVED, State.PRINTED, State.MAILED, State.RETURNED):
        step(office, [first.serial], state, NOW)
    absences(office, [OCTOBER[0]], ("DAY",))
    [second] = due(office, "ca-tru2")
    assert any(
        why.startswith(f"the letter before it, {first.serial}, came back") for why in second.reasons
    )
