"""Rollbook may be ended at any instant: the workbook is the old one or the new one, whole.

A process updates a workbook and puts it back, again and again, and is killed without a chance to
tidy up. ``ROLLBOOK_KILLS=500`` kills it more often.
"""

import json
import os
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rollbook import workbooks
from rollbook.workbooks.pending import clear_up, file_receipts
from rollbook.workbooks.turns import half_written, one_at_a_time
from tests.workbooks.office_books import make_tracker

KILLS = int(os.environ.get("ROLLBOOK_KILLS", "20"))
SHEET = "xl/worksheets/sheet1.xml"
ABSENT = re.compile(rb'<c r="G9"[^>]*><v>(\d+)</v>')

# Starts once and forks for each round, so that a round costs no new Python.
WORKER = """
import os, signal, sys, time
from itertools import count
from pathlib import Path
from rollbook import workbooks
from rollbook.workbooks.pending import clear_up, file_receipts
from rollbook.workbooks.turns import one_at_a_time

tracker, snapshots, receipts = map(Path, sys.argv[1:])
mapping = workbooks.adopt(tracker)

def work(first):
    for number in count(first):
        with one_at_a_time(tracker, snapshots):
            clear_up(tracker, snapshots)
            file_receipts(tracker, snapshots, receipts)
        workbooks.update(tracker, mapping, {"000123": {"absent": number}}, [], snapshots)
        if number % 3 == 0:
            workbooks.restore(tracker, snapshots)

for line in sys.stdin:
    first, pause = line.split()
    child = os.fork()
    if not child:
        work(int(first))
    time.sleep(float(pause))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")
def test_killed_at_any_instant_the_workbook_is_whole_and_every_write_has_its_receipt(
    tmp_path: Path,
) -> None:
    office = _Office(tmp_path)
    tracker, snapshots, receipts = office.tracker, office.snapshots, office.receipts
    chance, caught = random.Random(6), 0
    command = [sys.executable, "-c", WORKER, str(tracker), str(snapshots), str(receipts)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin and worker.stdout
        for kill in range(KILLS):
            worker.stdin.write(f"{1 + 1000 * kill} {chance.uniform(0.005, 0.12)}\n")
            worker.stdin.flush()
            assert worker.stdout.readline() == "killed\n"
            caught += bool(half_written(tracker) or list(snapshots.rglob("*.receipt")))
            with one_at_a_time(tracker, snapshots):
                clear_up(tracker, snapshots)
                file_receipts(tracker, snapshots, receipts)
            office.check()
        worker.stdin.close()
        worker.wait()
    assert caught  # in the middle of a write, not always between two


class _Office:
    """What the workbook's folders hold, looked through anew after each kill."""

    def __init__(self, root: Path) -> None:
        self.tracker = make_tracker(root / "Tracker.xlsx")
        self.snapshots, self.receipts = root / "snapshots", root / "receipts"
        self.receipts.mkdir()
        self._whole = {self.tracker.read_bytes()}
        self._read: set[Path] = set()
        self._written: set[str] = set()

    def check(self) -> None:
        """Look that every state the workbook ever had is whole, and known from a receipt."""
        assert half_written(self.tracker) == []
        left = {path.suffix for path in self.snapshots.rglob("*") if path.is_file()}
        assert left <= {".xlsx", ".lock", ".json", ""}, left
        for path in set(self.receipts.iterdir()) - self._read:
            assert path.suffix == ".json"
            told = json.loads(path.read_bytes())
            assert Path(told["snapshot"]).is_file()
            self._written.update(now for _, _, _, now in told["cells"])
            self._read.add(path)
        copies = {copy.path for copy in workbooks.list_snapshots(self.tracker, self.snapshots)}
        for state in (self.tracker, *(copies - self._read)):
            if state.read_bytes() not in self._whole:
                with zipfile.ZipFile(state) as archive:
                    assert archive.testzip() is None
                    shown = ABSENT.search(archive.read(SHEET))
                assert shown and shown[1].decode("ascii") in self._written
                self._whole.add(state.read_bytes())
        self._read |= copies
