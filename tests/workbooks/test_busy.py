import os
from datetime import datetime
from pathlib import Path

import pytest

from rollbook import workbooks
from rollbook.problems import WorkbookBusy
from rollbook.workbooks.busy import conflict_copies, say_busy, who_has_it_open

FIGURES: workbooks.Figures = {"000123": {"absent": 77}}


def owner_file(workbook: Path, name: str) -> Path:
    """Write what Excel writes: the name in one byte a letter, then in two, padded with blanks."""
    narrow = name.encode("cp1252", "replace")
    first = (bytes([len(narrow)]) + narrow).ljust(55, b" ")
    wide = bytes([len(name), 0]) + name.encode("utf-16-le")
    path = workbook.with_name(f"~${workbook.name}")
    path.write_bytes((first + wide).ljust(165, b" "))
    return path


@pytest.mark.parametrize("name", ["Ana Ortiz", "Zoë O’Neil", "王小明"])
def test_says_who_has_the_workbook_open_in_excel(tracker: Path, snapshots: Path, name: str) -> None:
    before = tracker.read_bytes()
    owner = owner_file(tracker, name)
    since = datetime.now().replace(hour=9, minute=14)
    os.utime(owner, (since.timestamp(), since.timestamp()))
    with pytest.raises(WorkbookBusy) as caught:
        workbooks.update(tracker, workbooks.adopt(tracker), FIGURES, [], snapshots)
    assert str(caught.value) == (
        f"“{tracker.name}” is open in Excel by {name} since 09:14; it will be updated when it is "
        "closed."
    )
    assert tracker.read_bytes() == before
    assert workbooks.list_snapshots(tracker, snapshots) == []


def test_an_owner_file_nobody_cleared_away_is_explained(tracker: Path, snapshots: Path) -> None:
    left_behind = owner_file(tracker, "Ana Ortiz")
    os.utime(left_behind, (0, 0))
    with pytest.raises(WorkbookBusy, match="If nobody has it open, delete the hidden file"):
        workbooks.update(tracker, workbooks.adopt(tracker), FIGURES, [], snapshots)


def test_an_open_workbook_with_nothing_to_change_does_not_wait(
    tracker: Path, snapshots: Path
) -> None:
    owner_file(tracker, "Ana Ortiz")
    assert not workbooks.update(tracker, workbooks.adopt(tracker), {}, [], snapshots).is_written


def test_opened_while_the_new_file_is_written_leaves_the_old_one(
    tracker: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping, before, fsync = workbooks.adopt(tracker), tracker.read_bytes(), os.fsync

    def clerk_opens_it(handle: int) -> None:
        owner_file(tracker, "Ana Ortiz")
        fsync(handle)

    monkeypatch.setattr("os.fsync", clerk_opens_it)
    with pytest.raises(WorkbookBusy, match="open in Excel by Ana Ortiz"):
        workbooks.update(tracker, mapping, FIGURES, [], snapshots)
    assert tracker.read_bytes() == before


def test_a_file_windows_does_not_let_go_of_is_busy(
    tracker: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping, before, replace = workbooks.adopt(tracker), tracker.read_bytes(), os.replace

    def locked(source: Path, target: Path) -> None:
        if target == tracker:
            raise PermissionError(13, "The process cannot access the file")
        replace(source, target)

    monkeypatch.setattr("os.replace", locked)
    with pytest.raises(WorkbookBusy, match="is open in Excel; it will be updated"):
        workbooks.update(tracker, mapping, FIGURES, [], snapshots)
    assert tracker.read_bytes() == before
    assert workbooks.list_snapshots(tracker, snapshots) == []
    assert [file.name for file in tracker.parent.iterdir()] == [tracker.name]


def test_libreoffice_is_recognised_too(tmp_path: Path) -> None:
    lock = tmp_path / ".~lock.t.xlsx#"
    lock.write_text(",Sam Reyes,office-pc,22.11.2026 14:05,file:///home/sam;", encoding="utf-8")
    assert who_has_it_open(tmp_path / "t.xlsx") == "Sam Reyes"
    assert "is open in LibreOffice by Sam Reyes since " in str(say_busy(tmp_path / "t.xlsx"))
    lock.unlink()
    assert who_has_it_open(tmp_path / "t.xlsx") is None


def test_copies_of_a_conflict_are_told_from_the_clerks_own_files(tmp_path: Path) -> None:
    conflicts = {
        "Tracker-DESKTOP-7QK2.xlsx",
        "Tracker-LAPTOP7.xlsx",
        "Tracker (Ana Ortiz's conflicted copy 2026-11-22).xlsx",
        "Tracker.sync-conflict-20261122-140533-ABCDEF.xlsx",
    }
    own = {"Tracker.xlsx", "Tracker-old.xlsx", "Tracker (1).xlsx", "Tracker-LAPTOP7.docx"}
    for name in conflicts | own:
        (tmp_path / name).touch()
    assert {copy.name for copy in conflict_copies(tmp_path / "Tracker.xlsx")} == conflicts
