"""A workbook that is open when it is to be written: who has it is said; closed, it is written."""

import os
import shutil
import subprocess
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.office import save_settings, save_workbook_map
from rollbook.workbooks import adopt
from tests.dropping import ROLLBOOK, drop, marks, opened
from tests.workbooks.office_books import office_with_tracker
from tests.workbooks.test_busy import owner_file
from watcher import rounds
from watcher.folder import Waiting
from watcher.rounds import Round

SECONDS = 60


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return office_with_tracker(tmp_path / "an office")


def absent(root: Path) -> Any:
    return load_workbook(root / "Tracker.xlsx")["Tracker"]["C2"].value


def absence(root: Path, day: str) -> None:
    drop(root, f"{day}.csv", marks(("000123", day, "AM", "N")))


def run(root: Path, *command: str) -> str:
    """Run a command; return what it prints, and the sentence it ends with."""
    done = CliRunner().invoke(app, [*command, "--office", str(root)])
    return f"{done.output}{done.exception or ''}"


def test_status_and_update_say_who_has_it_open_and_since_when(root: Path) -> None:
    owner = owner_file(root / "Tracker.xlsx", "Zoë O’Neil")
    since = datetime.now().replace(hour=9, minute=14, second=0)
    os.utime(owner, (since.timestamp(), since.timestamp()))
    absence(root, "2026-11-09")
    said = "“Tracker.xlsx” is open in Excel by Zoë O’Neil since 09:14; it will be updated when it"
    for command in ("once", "status", "workbook update"):
        assert said in " ".join(run(root, *command.split()).split()), command
    owner.unlink()
    assert "changed 2 cells" in run(root, "once")
    assert said not in run(root, "status")


def test_one_that_waits_keeps_no_other_waiting_and_each_is_told_once(root: Path) -> None:
    other = root / "Second.xlsx"
    shutil.copy(root / "Tracker.xlsx", other)
    save_workbook_map(root, adopt(other).to_dict())
    owner_file(root / "Tracker.xlsx", "Ana Ortiz")
    absence(root, "2026-11-09")
    assert "“Second.xlsx”: changed 2 cells" in run(root, "once")
    said = run(root, "workbook", "update")
    assert said.count("“Second.xlsx”") == said.count("open in Excel by Ana Ortiz") == 1


def test_a_copy_of_a_conflict_beside_the_workbook_is_named(root: Path) -> None:
    shutil.copy(root / "Tracker.xlsx", root / "Tracker-LAPTOP7.xlsx")
    said = run(root, "workbook", "update")
    assert "“Tracker-LAPTOP7.xlsx” lies beside “Tracker.xlsx”: a copy OneDrive" in said
    assert load_workbook(root / "Tracker-LAPTOP7.xlsx")["Tracker"]["C2"].value == 0


def test_an_open_workbook_is_not_put_back_and_the_clerk_is_told_to_close_it(root: Path) -> None:
    run(root, "workbook", "update")
    owner = owner_file(root / "Tracker.xlsx", "Ana Ortiz")
    said = run(root, "workbook", "restore", "Tracker.xlsx", "--yes")
    assert "open in Excel by Ana Ortiz" in said and "; close it there first." in said
    assert absent(root) == 2
    owner.unlink()
    run(root, "workbook", "restore", "Tracker.xlsx", "--yes")
    assert absent(root) == 0


def test_a_workbook_that_was_closed_is_written_at_the_next_look(root: Path) -> None:
    """Not only at the next try, which is put off longer and longer while there is trouble."""
    save_settings(root, {"watch": {"settle_seconds": 0, "every_seconds": 3600}})
    told = list[Round]()
    watching = rounds._Watching(opened(root), told.append)
    owner = owner_file(root / "Tracker.xlsx", "Ana Ortiz")
    absence(root, "2026-11-09")
    watching.take(Waiting(ready=[*(root / "drop").iterdir()]))
    assert "open in Excel by Ana Ortiz" in told[-1].followed.waiting[0]
    watching.take(Waiting())
    assert len(told) == 1  # nothing changed, and the next try is far off
    owner.unlink()
    watching.take(Waiting())
    assert absent(root) == 3
    assert [receipt.is_written for receipt in told[-1].followed.receipts] == [True]


def test_the_running_service_writes_it_by_itself_once_it_is_closed(root: Path) -> None:
    owner = owner_file(root / "Tracker.xlsx", "Ana Ortiz")
    lines = list[str]()
    command = [str(ROLLBOOK), "watch", "--office", str(root)]
    quiet = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "400"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=quiet
    ) as service:
        assert service.stdout
        listening = threading.Thread(target=lambda: lines.extend(service.stdout or ()))
        listening.start()
        try:
            absence(root, "2026-11-09")
            until(lambda: "open in Excel by Ana Ortiz" in run(root, "status"))
            owner.unlink()
            until(lambda: "everything else is as it was" in "".join(lines))
        finally:
            service.terminate()
            service.wait(SECONDS)
            listening.join()
    assert absent(root) == 3
    assert "Tracker.xlsx" not in run(root, "status")


def until(is_so: Any) -> None:
    """Wait until something is so, however slow the computer is."""
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
