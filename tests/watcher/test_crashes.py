"""Rollbook may be ended at any instant: every mark is posted once, and no file is lost.

A child process does a round and dies at a given step; the next round must leave the office exactly
as a round that nothing disturbed.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.documents import conversion
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger import releases
from rollbook.ledger.letters import State
from rollbook.letters import step as take_step
from tests.dropping import (
    STUDENTS,
    drop,
    everything,
    marks,
    office_folder,
    opened,
    register,
    start_once,
)
from watcher import intake
from watcher.intake import Result
from watcher.rounds import once

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

UNEXCUSED = [("000123", day, "P2", "U") for day in ("2026-11-02", "2026-11-03", "2026-11-04")]
REQUEST = (
    "Student ID,Document,Purpose,Requested By,Consent\n"
    "000123,enrolment,Housing,Luz,signed by parent 2026-11-02\n"
)

STEPS = [
    ("watcher.filing.digest_of", 1, "before"),  # claimed, not read
    ("watcher.filing.digest_of", 2, "after"),  # the second file has been read
    ("rollbook.ledger.postings.begin_posting", 1, "after"),  # inside the transaction
    ("rollbook.ledger.postings.finish_posting", 2, "after"),  # all written, not committed
    ("watcher.filing.file_posted", 1, "before"),  # committed, not moved
    ("watcher.filing._move", 2, "before"),  # slip written, not moved
    ("watcher.filing._move", 2, "after"),
    ("rollbook.ledger.letters.save_findings", 1, "after"),
    ("rollbook.ledger.postings.strike_off", 1, "before"),
    ("rollbook.ledger.letters.save_letter", 1, "after"),
    ("rollbook.ledger.postings.strike_off", 2, "before"),  # letters prepared
    ("rollbook.ledger.postings.strike_off", 3, "before"),  # workbook written
    ("rollbook.ledger.releases.save_verification", 1, "before"),
    ("rollbook.ledger.releases.save_verification", 1, "after"),
    ("rollbook.ledger.postings.close_request", 1, "before"),
    ("rollbook.ledger.postings.strike_off", 4, "before"),
]


@dataclass(frozen=True)
class Facts:
    """What an office has after a round: nothing may be missing, nothing twice."""

    marks: list[tuple[str, str, str, str]]
    postings: list[tuple[str, int]]
    held: int
    owed: int
    letters: list[tuple[str, str]]
    documents: list[str]
    files: list[str]
    log: list[str]


def facts(root: Path) -> Facts:
    office = opened(root)
    with office.ledger.read() as connection:
        found = Facts(
            register(office),
            sorted((one.file, one.new) for one in book.postings(connection)),
            len(book.held_rows(connection)),
            len(book.owed(connection)),
            [(one.student_id, one.trigger) for one in letter_book.letters(connection)],
            [one.kind for one in releases.verifications(connection)],
            everything(root),
            logged(root / "tracker.xlsx"),
        )
    office.ledger.close()
    return found


def logged(tracker: Path) -> list[str]:
    """The serials in the letter log of the clerk's workbook."""
    rows = load_workbook(tracker)["Letter log"].iter_rows(values_only=True)
    cells = [str(cell) for row in rows for cell in row]
    return sorted(cell for cell in cells if cell.startswith("L-"))


@pytest.fixture(scope="module", autouse=True)
def without_libreoffice() -> Iterator[None]:
    """Documents are made as Word files only: a PDF takes seconds and has its own tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(HERE))
        patch.setattr(conversion, "_PLACES", ())
        patch.setenv("PYTHONPATH", str(ROOT))
        yield


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Texas office with an adopted workbook, in which three files were dropped."""
    root = office_folder(
        tmp_path_factory.mktemp("crash") / "an office",
        "us-tx",
        clerk="A. Clerk",
        letters={"fewest_possible": 0},
    )
    template = ROOT / "workbook_templates" / "attendance-tracker.us-tx.xlsx"
    shutil.copy(template, root / "tracker.xlsx")
    adopting = ["workbook", "adopt", str(root / "tracker.xlsx"), "--office", str(root)]
    assert CliRunner().invoke(app, adopting).exit_code == 0
    drop(root, "a students.csv", STUDENTS)
    drop(root, "b week 1.csv", marks(*UNEXCUSED, ("000124", "2026-11-02", "P2", "?")))
    drop(root, "c requests.csv", REQUEST)
    return root


@pytest.fixture(scope="module")
def undisturbed(waiting: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root = shutil.copytree(waiting, tmp_path_factory.mktemp("undisturbed") / "office")
    once(opened(root))
    return facts(root)


def test_the_undisturbed_round_has_one_of_everything(undisturbed: Facts) -> None:
    assert undisturbed.marks == UNEXCUSED
    assert undisturbed.letters == [("000123", "tx-90"), ("000123", "tx-tru3")]
    assert (undisturbed.held, undisturbed.owed) == (1, 0)
    assert undisturbed.documents == ["enrolment"]
    assert len(undisturbed.log) == 2
    assert len(undisturbed.files) == 5


@pytest.mark.parametrize(("step", "call", "when"), STEPS)
def test_killed_at_any_step_the_next_round_finishes_the_work(
    waiting: Path, tmp_path: Path, undisturbed: Facts, step: str, call: int, when: str
) -> None:
    root = shutil.copytree(waiting, tmp_path / "office")
    killed = subprocess.run(
        [sys.executable, HERE / "cut_short.py", root, step, str(call), when],
        check=False,
    )
    assert killed.returncode == 137
    done = once(opened(root))
    assert done.failures == []
    assert all(outcome.result is Result.POSTED for outcome in done.outcomes)
    assert facts(root) == undisturbed
    assert once(opened(root)).outcomes == []
    assert facts(root) == undisturbed


# --- a letter that takes back a mailed one -------------------------------------------------------

TAKING_BACK = [
    ("rollbook.ledger.letters.save_findings", 1, "after"),
    ("rollbook.ledger.letters.save_letter", 1, "before"),
    ("rollbook.ledger.letters.save_letter", 1, "after"),
    ("rollbook.ledger.letters.save_findings", 2, "before"),
    ("rollbook.ledger.postings.strike_off", 2, "before"),
    ("rollbook.ledger.postings.strike_off", 2, "after"),
    ("rollbook.ledger.postings.strike_off", 3, "before"),
]


@pytest.fixture(scope="module")
def mailed(waiting: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with its letters in the post, and a note for one of the absences dropped."""
    root = shutil.copytree(waiting, tmp_path_factory.mktemp("mailed") / "office")
    office = opened(root)
    once(office)
    with office.ledger.read() as connection:
        serials = [letter.serial for letter in letter_book.letters(connection)]
    for state in (State.APPROVED, State.PRINTED, State.MAILED):
        take_step(office, serials, state, datetime.now().astimezone())
    once(office)
    office.ledger.close()
    student, day, part, _ = UNEXCUSED[0]
    drop(root, "d week 1 corrected.csv", marks((student, day, part, "E"), *UNEXCUSED[1:]))
    return root


@pytest.mark.parametrize(("name", "call", "when"), [("", 0, ""), *TAKING_BACK])
def test_killed_at_any_step_a_letter_is_taken_back_once(
    mailed: Path, tmp_path: Path, name: str, call: int, when: str
) -> None:
    root = shutil.copytree(mailed, tmp_path / "office")
    if name:
        killed = subprocess.run(
            [sys.executable, HERE / "cut_short.py", root, name, str(call), when], check=False
        )
        assert killed.returncode == 137
    for _ in range(2):
        once(opened(root))
    office = opened(root)
    with office.ledger.read() as connection:
        letters = letter_book.letters(connection)
        owed = book.owed(connection)
    office.ledger.close()
    by_trigger = {letter.trigger: letter for letter in letters}
    assert len(letters) == len(by_trigger) and owed == []
    assert by_trigger["withdrawal"].withdraws == by_trigger["tx-tru3"].serial
    assert logged(root / "tracker.xlsx") == sorted(letter.serial for letter in letters)


def test_killed_while_a_file_is_refused(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office")
    drop(root, "a.pdf", "%PDF-1.7\n\x00")
    killed = subprocess.run(
        [sys.executable, HERE / "cut_short.py", root, "watcher.filing._move", "1", "before"],
        check=False,
    )
    assert killed.returncode == 137
    once(opened(root))
    assert everything(root) == ["refused/a.pdf", "refused/a.pdf.why.txt"]


def test_a_file_that_ends_the_program_each_time_is_set_aside(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office")
    drop(root, "b.csv", marks(("000123", "2026-11-02", "AM", "/")))
    (root / "received" / "poison.csv").write_bytes(b"whatever ends the program")
    (root / "received" / ".poison.csv.tries").write_bytes(b"." * intake.MOST_TRIES)
    done = once(opened(root))
    assert [outcome.result for outcome in done.outcomes] == [Result.REFUSED, Result.POSTED]
    assert done.outcomes[0].problems[0].message == (
        "Rollbook stopped 3 times while reading “poison.csv”, so the file was set aside unread. "
        "Open it in Excel, save it under a new name as .csv, and drop that file."
    )
    assert not list((root / "received").iterdir())


def test_two_programs_started_at_once_post_everything_once(
    waiting: Path, tmp_path: Path, undisturbed: Facts
) -> None:
    root = shutil.copytree(waiting, tmp_path / "office")
    (root / "drop" / "c requests.csv").unlink()
    with ThreadPoolExecutor() as both:
        runs = list(both.map(start_once, [root, root]))
    files = sorted(file["file"] for _, said in runs for file in said["files"])
    assert files == ["a students.csv", "b week 1.csv"]
    found = facts(root)
    assert (found.marks, found.letters) == (undisturbed.marks, undisturbed.letters)
    assert (found.postings, found.log) == (undisturbed.postings[:2], undisturbed.log)
