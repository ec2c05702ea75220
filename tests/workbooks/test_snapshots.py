from datetime import timedelta
from pathlib import Path

import pytest

from rollbook import workbooks
from rollbook.problems import WorkbookError
from tests.workbooks.office_books import make_tracker

FIRST: workbooks.Figures = {"000123": {"absent": 11}}
SECOND: workbooks.Figures = {"000123": {"absent": 12}}


@pytest.fixture
def three_weeks(tracker: Path, snapshots: Path) -> list[bytes]:
    """The workbook's bytes before, after the first and after the second update."""
    mapping, found = workbooks.adopt(tracker), [tracker.read_bytes()]
    for figures in (FIRST, SECOND):
        workbooks.update(tracker, mapping, figures, [], snapshots)
        found.append(tracker.read_bytes())
    return found


def test_each_write_keeps_the_file_as_it_was(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    kept = workbooks.list_snapshots(tracker, snapshots)
    assert [each.path.read_bytes() for each in kept] == [three_weeks[1], three_weeks[0]]
    assert all(each.path.suffix == ".xlsx" for each in kept)


def test_restore_goes_back_one_write_and_can_be_undone(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    workbooks.restore(tracker, snapshots)
    assert tracker.read_bytes() == three_weeks[1]
    workbooks.restore(tracker, snapshots)
    assert tracker.read_bytes() == three_weeks[2]


def test_restore_goes_back_to_a_moment(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    first = workbooks.list_snapshots(tracker, snapshots)[-1]
    assert workbooks.restore(tracker, snapshots, first.taken) == first.path
    assert tracker.read_bytes() == three_weeks[0]
    with pytest.raises(WorkbookError, match="No copy of “Tracking 2026 & up.xlsx” from"):
        workbooks.restore(tracker, snapshots, first.taken - timedelta(days=1))


def test_restore_brings_back_a_deleted_workbook(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    tracker.unlink()
    workbooks.restore(tracker, snapshots)
    assert tracker.read_bytes() == three_weeks[1]


def test_workbooks_of_the_same_name_are_never_mixed_up(tmp_path: Path, snapshots: Path) -> None:
    for campus in ("North", "South"):
        (tmp_path / campus).mkdir()
        make_tracker(tmp_path / campus / "t.xlsx")
    north, south = tmp_path / "North" / "t.xlsx", tmp_path / "South" / "t.xlsx"
    workbooks.update(north, workbooks.adopt(north), FIRST, [], snapshots)
    assert len(workbooks.list_snapshots(north, snapshots)) == 1
    with pytest.raises(WorkbookError, match="No copy"):
        workbooks.restore(south, snapshots)
    assert len(list(snapshots.iterdir())) == 1  # a refused restore leaves no folder behind
