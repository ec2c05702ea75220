"""Two Rollbooks, each a process of its own, never race for one workbook."""

import json
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from rollbook import workbooks
from rollbook.workbooks.pending import clear_up, file_receipts
from rollbook.workbooks.turns import half_written, one_at_a_time
from tests.workbooks.office_books import make_tracker

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")

TURNS = 12

# Tells that it is ready, waits for the others, then updates one student, or puts the book back.
WORKER = """
import sys
from pathlib import Path
from rollbook import workbooks

tracker, snapshots, what, often = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]
mapping = workbooks.adopt(tracker)
print("ready", flush=True)
sys.stdin.readline()
for number in range(1, int(often) + 1):
    if what == "restore":
        workbooks.restore(tracker, snapshots)
    else:
        workbooks.update(tracker, mapping, {what: {"absent": 1000 + number}}, [], snapshots)
"""


# As on a network share whose server keeps no locks.
WITHOUT_LOCKS = """
import errno, os
from rollbook.workbooks import turns

class NoLocks:
    def __init__(self, *given, **named): pass
    def acquire(self): raise OSError(errno.ENOLCK, "No locks available")

turns.FileLock = NoLocks
"""


def race(tracker: Path, snapshots: Path, whats: Sequence[str], code: str = WORKER) -> None:
    """Let processes work on one workbook at once, and see that each ends well."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tracker), str(snapshots), what, str(TURNS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for what in whats
    ]
    for worker in workers:
        assert worker.stdout and worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        _, said = worker.communicate()
        assert (worker.returncode, said) == (0, "")


def states(tracker: Path, snapshots: Path) -> list[bytes]:
    """Every state the workbook had, from the first to the one now; each is a whole file."""
    copies = reversed(workbooks.list_snapshots(tracker, snapshots))
    found = [*(copy.path for copy in copies), tracker]
    for state in found:
        with zipfile.ZipFile(state) as archive:
            assert archive.testzip() is None
    assert half_written(tracker) == []
    return [state.read_bytes() for state in found]


def shows(path: Path) -> list[object]:
    sheet = openpyxl.load_workbook(path)["Tracker"]
    return [sheet[f"G{row}"].value for row in (9, 10)]


def test_two_updates_of_one_workbook_lose_nothing_of_each_other(
    tmp_path: Path, snapshots: Path
) -> None:
    tracker = make_tracker(tmp_path / "Tracker.xlsx")
    race(tracker, snapshots, ["000123", "000124"])
    assert shows(tracker) == [1000 + TURNS, 1000 + TURNS]
    receipts = tmp_path / "receipts"
    receipts.mkdir()
    with one_at_a_time(tracker, snapshots):
        clear_up(tracker, snapshots)
        file_receipts(tracker, snapshots, receipts)
    told = [json.loads(each.read_bytes()) for each in sorted(receipts.iterdir())]
    assert len(told) == len(states(tracker, snapshots)) - 1 == 2 * TURNS
    for row in ("G9", "G10"):  # each write found what the one before it had left
        steps = [(cell[2], cell[3]) for one in told for cell in one["cells"] if cell[1] == row]
        assert [now for _, now in steps] == [str(1001 + number) for number in range(TURNS)]
        assert [was for was, _ in steps[1:]] == [now for _, now in steps[:-1]]


def test_where_a_share_keeps_no_locks_a_file_says_whose_turn_it_is(
    tmp_path: Path, snapshots: Path
) -> None:
    tracker = make_tracker(tmp_path / "Tracker.xlsx")
    dies = WITHOUT_LOCKS + WORKER.replace("import sys", "import os, sys", 1).replace(
        "for number", "with turns.one_at_a_time(tracker, snapshots): os._exit(0)\nfor number"
    )
    race(tracker, snapshots, ["000123"], dies)
    assert len(list(snapshots.rglob(".lock-by-name"))) == 1  # of one who had the turn, and died
    race(tracker, snapshots, ["000123", "000124"], WITHOUT_LOCKS + WORKER)
    assert shows(tracker) == [1000 + TURNS, 1000 + TURNS]
    assert len(states(tracker, snapshots)) == 1 + 2 * TURNS


def test_an_update_beside_a_restore_is_before_it_or_after_it(
    tmp_path: Path, snapshots: Path
) -> None:
    tracker = make_tracker(tmp_path / "Tracker.xlsx")
    mapping = workbooks.adopt(tracker)
    for number in (1, 2):  # something to put back
        workbooks.update(tracker, mapping, {"000124": {"absent": number}}, [], snapshots)
    race(tracker, snapshots, ["000123", "restore"])
    found = states(tracker, snapshots)
    assert len(found) == 1 + 2 + 2 * TURNS
    put_back = sum(after in found[:at] for at, after in enumerate(found))
    assert put_back >= TURNS  # a restore brings back a state that was there before
    values = Counter(tuple(map(str, shows(each.path))) for each in
                     workbooks.list_snapshots(tracker, snapshots))  # fmt: skip
    assert {second for _, second in values} <= {"10", "1", "2"}
    workbooks.update(tracker, mapping, {"000123": {"absent": 7}}, [], snapshots)
    assert shows(tracker)[0] == 7
