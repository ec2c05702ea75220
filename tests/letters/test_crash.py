"""Printing may be ended at any instant: no letter comes out twice, none is lost, and all agree.

A child process prints a batch of thirty letters and is killed, without a chance to tidy up, at a
random moment. What it left is looked at; then letters are printed as a clerk would do it next.
Set ``ROLLBOOK_KILLS`` to kill more often.
"""

import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest

from rollbook.importers.contract import Coverage
from rollbook.ledger.letters import Letter, State
from rollbook.letters import print_letters, printing, step
from rollbook.letters.batches import UNFINISHED, write_listing
from rollbook.letters.log_check import check_log
from rollbook.office import Office, open_office
from rollbook.register import Enrolment
from tests.letters.families import ANA, FIRST_DAY, ROSA, SEPTEMBER, draft, log, school, steps
from tests.offices import NOW, marks, post_extract, roster

ROOT = Path(__file__).parents[2]
LETTERS = 30
KILLS = int(os.environ.get("ROLLBOOK_KILLS", "12"))
PATIENCE = 60.0
SERIAL = re.compile(r"L-[0-9]{4}-[0-9]{5}")

CHILD = """
import sys
from pathlib import Path
from rollbook.letters import print_letters
from rollbook.office import open_office
from rollbook.standing import read_standing
from tests.offices import NOW

office = open_office(Path(sys.argv[1]))
read_standing(office)
print("ready", flush=True)
print_letters(office, NOW)
"""


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school of thirty families, a letter to each approved and none printed."""
    office = school(tmp_path_factory.mktemp("a school"))
    students = [replace(ANA, student_id=f"{n:06}", family_name=f"Ng-{n}") for n in range(LETTERS)]
    guardians = [
        replace(ROSA, student_id=one.student_id, street=f"{n} Elm St")
        for n, one in enumerate(students)
    ]
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in students]
    post_extract(office, roster(students, guardians, stretches), "roster")
    rows = [(one.student_id, day, "P2", "U") for one in students for day in SEPTEMBER]
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), tuple(f"P{n}" for n in range(1, 8)))
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), "absences")
    step(office, [letter.serial for letter in draft(office)], State.APPROVED, NOW)
    assert len(log(office)) == LETTERS
    office.ledger.close()
    return office.folders.root


@pytest.fixture(scope="module")
def takes(approved: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long printing takes when nobody disturbs it, in seconds."""
    root = shutil.copytree(approved, tmp_path_factory.mktemp("undisturbed") / "office")
    child = _child(root)
    begun = time.monotonic()
    assert child.wait(PATIENCE) == 0
    return time.monotonic() - begun


def _child(root: Path) -> subprocess.Popen[str]:
    """Start a process that prints; return when it is about to begin."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    with child.stdout:
        assert child.stdout.readline() == "ready\n"
        return child


@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_batch_that_is_killed_loses_no_letter_and_prints_none_twice(
    approved: Path, takes: float, tmp_path: Path, attempt: int
) -> None:
    root = shutil.copytree(approved, tmp_path / "office")
    random.seed(attempt)
    child = _child(root)
    time.sleep(takes * (attempt + random.random()) / KILLS)
    child.kill()
    child.wait(PATIENCE)
    office = open_office(root)
    _log_and_files_agree(office)
    print_letters(office, NOW + timedelta(minutes=5))
    letters = log(office)
    assert [one.state for one in letters] == [State.PRINTED] * LETTERS
    for letter in letters:
        printed = [one for one in steps(office, letter.serial) if one.state is State.PRINTED]
        assert len(printed) == 1
    _log_and_files_agree(office)
    assert _on_paper(office) == [one.serial for one in letters]
    assert not list(office.folders.letters.glob(f"*/{UNFINISHED}"))
    assert not list(office.folders.letters.glob("*/.*.tmp"))
    office.ledger.close()


def test_a_list_whose_letters_were_never_entered_is_no_fault(
    approved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended_after_the_list(*given: Any) -> None:
        write_listing(*given)
        raise KeyboardInterrupt

    office = open_office(shutil.copytree(approved, tmp_path / "office"))
    with monkeypatch.context() as patched:
        patched.setattr(printing, "write_listing", ended_after_the_list)
        with pytest.raises(KeyboardInterrupt):
            print_letters(office, NOW)
    assert list(office.folders.letters.glob("*/batch.csv"))
    _log_and_files_agree(office)
    print_letters(office, NOW + timedelta(minutes=5))
    _log_and_files_agree(office)
    office.ledger.close()


def _log_and_files_agree(office: Office) -> None:
    report = check_log(office)
    assert (report.faults, report.missing) == ([], 0)
    for letter in log(office):
        printed = letter.state is State.PRINTED
        assert printed or letter.state is State.APPROVED
        assert not printed or _is_as_entered(office, letter)


def _is_as_entered(office: Office, letter: Letter) -> bool:
    content = (office.folders.root / letter.file).read_bytes()
    [entered] = [one for one in steps(office, letter.serial) if one.state is State.PRINTED]
    return hashlib.sha256(content).hexdigest() == entered.digest


def _on_paper(office: Office) -> list[str]:
    """Return the letters in the files a clerk would print, section by section, by their serial."""
    found = []
    for folder in office.folders.letters.glob("[!.]*"):
        if not (folder / UNFINISHED).exists():
            joined = docx.Document(str(folder / f"letters-{folder.name}.docx"))
            found += [
                "".join(SERIAL.findall("\n".join(one.text for one in section.footer.paragraphs)))
                for section in joined.sections
            ]
    return sorted(found)
