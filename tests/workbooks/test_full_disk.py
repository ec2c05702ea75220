"""A disk that is really full: a small one of its own.

Where a disk may not be made (it takes root) these tests are left out: see ``conftest.py``.
"""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rollbook import workbooks
from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.standing import read_standing
from rollbook.workbooks.keeping import update_workbooks
from rollbook.workbooks.turns import half_written
from tests.dropping import opened
from tests.workbooks.office_books import make_tracker, office_with_tracker

FIGURES: workbooks.Figures = {"000123": {"absent": 77}}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    place = tmp_path / "small disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    subprocess.run(mount, check=True, capture_output=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk but for so many bytes; return what is to be deleted to have room again."""
    filler = disk / "photos.bin"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC
    os.truncate(filler, filler.stat().st_size - leave)
    return filler


def test_without_room_for_a_copy_nothing_is_written(disk: Path, tmp_path: Path) -> None:
    tracker = make_tracker(tmp_path / "Tracker.xlsx")
    mapping, before = workbooks.adopt(tracker), tracker.read_bytes()
    filler = fill(disk, leave=8192)
    with pytest.raises(WorkbookError, match="left as it is: no copy .*the disk is full"):
        workbooks.update(tracker, mapping, FIGURES, [], disk / "snapshots")
    assert tracker.read_bytes() == before
    left = [one.name for one in (disk / "snapshots").rglob("*") if one.is_file()]
    assert set(left) <= {".lock"}
    filler.unlink()
    assert workbooks.update(tracker, mapping, FIGURES, [], disk / "snapshots").is_written


def test_without_room_for_the_new_file_the_old_one_stays(disk: Path, tmp_path: Path) -> None:
    tracker = make_tracker(disk / "Tracker.xlsx")
    mapping, before = workbooks.adopt(tracker), tracker.read_bytes()
    fill(disk, leave=8192)
    with pytest.raises(OSError) as full:
        workbooks.update(tracker, mapping, FIGURES, [], tmp_path / "snapshots")
    assert full.value.errno == errno.ENOSPC
    assert tracker.read_bytes() == before
    assert half_written(tracker) == []
    assert workbooks.list_snapshots(tracker, tmp_path / "snapshots") == []


def test_without_room_for_the_receipt_it_is_filed_later(disk: Path, tmp_path: Path) -> None:
    root = office_with_tracker(tmp_path / "an office")
    office = opened(root)
    office.folders.receipts.rmdir()
    office.folders.receipts.symlink_to(disk, target_is_directory=True)
    filler = fill(disk, leave=0)
    with pytest.raises(WorkbookBusy, match="“Tracker.xlsx” must wait: the disk is full"):
        update_workbooks(office, read_standing(office))
    assert load_workbook(root / "Tracker.xlsx")["Tracker"]["C2"].value == 2
    filler.unlink()
    assert not any(disk.iterdir())
    update_workbooks(office, read_standing(office))
    assert [one.suffix for one in disk.iterdir()] == [".json"]
