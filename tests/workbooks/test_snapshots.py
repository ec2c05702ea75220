import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rollbook import workbooks
from rollbook.office.settings import SnapshotSettings
from rollbook.problems import WorkbookError
from rollbook.workbooks.pending import clear_up, file_receipts, receipt_of
from rollbook.workbooks.pruning import prune, to_prune
from rollbook.workbooks.restoring import given_up, go_on, put_back
from rollbook.workbooks.snapshots import Snapshot
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


def test_what_is_given_up_is_told_cell_by_cell(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    newest, first = (each.path for each in workbooks.list_snapshots(tracker, snapshots))
    assert given_up(tracker, newest) == [("Tracker", ["G9"])]
    assert given_up(first, first) == []


def test_a_workbook_put_back_says_so_until_it_goes_on(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    assert put_back(tracker, snapshots) is None
    chosen = workbooks.restore(tracker, snapshots)
    said = put_back(tracker, snapshots)
    assert said and said.copy == chosen.name
    go_on(tracker, snapshots)
    assert put_back(tracker, snapshots) is None


def test_each_copy_knows_the_receipt_of_its_write(
    tracker: Path, snapshots: Path, three_weeks: list[bytes], tmp_path: Path
) -> None:
    receipts = tmp_path / "receipts"
    receipts.mkdir()
    copies = [copy.path for copy in workbooks.list_snapshots(tracker, snapshots)]
    beside = [receipt_of(copy, receipts) for copy in copies]
    assert [each and each.parent for each in beside] == [copy.parent for copy in copies]
    clear_up(tracker, snapshots)
    file_receipts(tracker, snapshots, receipts)
    filed = [receipt_of(copy, receipts) for copy in copies]
    assert [each and each.parent for each in filed] == [receipts, receipts]


def test_a_full_disk_is_said_and_nothing_is_written(
    tracker: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping, before = workbooks.adopt(tracker), tracker.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WorkbookError, match="left as it is: no copy .*the disk is full"):
        workbooks.update(tracker, mapping, FIRST, [], snapshots)
    assert tracker.read_bytes() == before
    assert {file.name for file in snapshots.rglob("*") if file.is_file()} <= {".lock"}


# ---- Which copies are kept -------------------------------------------------------------------

NOW = datetime(2026, 11, 20, 12)


def copies(folder: Path, *ages: float, size: int = 1) -> list[Snapshot]:
    """Copies of so many days ago, newest first."""
    made = []
    for number, age in enumerate(ages):
        path = folder / f"{number}.xlsx"
        path.write_bytes(bytes(size))
        made.append(Snapshot(NOW - timedelta(days=age), path))
    return made


def pruned(made: list[Snapshot], **policy: int) -> list[int]:
    gone = to_prune(made, SnapshotSettings(**{"fewest": 1, **policy}), NOW)
    return sorted(made.index(copy) for copy in gone)


def test_all_copies_are_kept_at_first_then_one_a_day_then_one_a_week(tmp_path: Path) -> None:
    # Each pair: two of one day; then two days of one week (16 and 15 June), and the very first.
    made = copies(tmp_path, 5, 5.1, 20, 20.1, 157, 158, 401, 900)
    assert pruned(made) == [3, 5, 6]


def test_the_newest_those_of_today_and_the_very_first_are_always_kept(tmp_path: Path) -> None:
    nothing = {"all_days": 0, "daily_days": 0, "weekly_days": 0}
    made = copies(tmp_path, 0.1, 0.2, 2, 3, 4, 500)
    assert pruned(made, **nothing) == [2, 3, 4]
    assert pruned(made, **nothing, fewest=4) == [4]
    assert pruned(copies(tmp_path, 700)) == []


def test_a_limit_of_size_takes_the_oldest_first(tmp_path: Path) -> None:
    made = copies(tmp_path, 1, 2, 3, 4, 5, size=400_000)
    assert pruned(made) == []
    assert pruned(made, megabytes=1) == [1, 2, 3]
    assert pruned(made, megabytes=1, fewest=3) == [3]


def test_pruning_deletes_what_the_policy_says_and_nothing_else(
    tracker: Path, snapshots: Path, three_weeks: list[bytes]
) -> None:
    for copy in workbooks.list_snapshots(tracker, snapshots):
        for years in ("2021", "2022", "2023"):
            os.link(copy.path, copy.path.with_name(copy.path.name.replace("2026", years)))
    kept = prune(tracker, snapshots, SnapshotSettings(fewest=1), datetime.now())
    years = [copy.taken.year for copy in kept]
    assert years == [2021, 2022, 2022, 2023, 2023]
    assert len(workbooks.list_snapshots(tracker, snapshots)) == 3
