"""Rounds and the watch: one trouble is told once, stops nothing, and is tried again."""

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from rollbook import importers
from rollbook.importers import mark_list
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.ledger import connection as ledger_connection
from rollbook.office import Office, save_settings
from rollbook.problems import NotAllowed, OfficeError, WorkbookBusy
from tests.dropping import (
    MONDAY,
    PUPILS,
    TUESDAY,
    drop,
    everything,
    marks,
    office_folder,
    opened,
    register,
)
from watcher import filing, followups, rounds
from watcher.intake import Result
from watcher.rounds import Round, once

ANA, BO = ("000123", MONDAY, "AM", "/"), ("000124", MONDAY, "AM", "N")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with its roster posted."""
    monkeypatch.setattr(filing, "PAUSES", ())
    root = office_folder(tmp_path / "office")
    drop(root, "pupils.csv", PUPILS)
    once(opened(root))
    return root


def watched(office: Office, steps: list[Callable[[], object]], rest: int = 3) -> list[Round]:
    """Watch; whenever nothing was told for a few looks, do the next step; stop after the last."""
    stop, told, quiet = threading.Event(), list[Round](), [0]
    look = rounds._Watching.take

    def looking(watching: rounds._Watching, found: rounds.folder.Waiting) -> None:
        before = len(told)
        look(watching, found)
        quiet[0] = quiet[0] + 1 if len(told) == before else 0
        if quiet[0] >= rest:
            quiet[0] = 0
            if steps:
                steps.pop(0)()
            else:
                stop.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds._Watching, "take", looking)
        patch.setattr(rounds.folder, "RETRY_SECONDS", 0.01)
        patch.setattr(rounds, "LONGEST_PAUSE", 0.01)
        rounds.watch(office, stop, told.append)
    return told


def fails(fault: Exception) -> Callable[..., object]:
    def failing(*_given: object, **_named: object) -> object:
        raise fault

    return failing


# One round


def test_a_drop_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office", folders={"drop": str(tmp_path / "share" / "drop")})
    with pytest.raises(OfficeError, match="cannot be reached .it is not there.. Check the network"):
        once(opened(root))
    assert not (tmp_path / "share").exists()  # nothing is made where a share should be


def test_a_second_round_in_the_same_office_waits_its_turn(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LOCK_SECONDS", 0)
    with FileLock(root / ".rollbook.lock"), pytest.raises(NotAllowed, match="Another Rollbook"):
        once(opened(root))


def test_a_folder_that_was_deleted_is_made_again(root: Path) -> None:
    office = opened(root)
    for name in ("received", "refused"):
        (root / name).rmdir()
    drop(root, "empty.csv", "")
    assert once(office).outcomes[0].result is Result.REFUSED


def test_a_file_that_cannot_be_moved_now_stays_and_holds_nothing_up(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(root, "a.csv", marks(ANA))
    drop(root, "b.csv", marks(BO))
    rename = os.rename

    def held(source: Path, target: Path) -> None:
        if source.name == "a.csv":
            raise PermissionError(13, "The process cannot access the file")
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", held)
        done = once(opened(root))
    assert done.failures == [
        "“a.csv” is not dealt with yet: another program holds it, or you may not change it. It is "
        "kept, and tried again by itself."
    ]
    assert register(opened(root)) == [BO]
    once(opened(root))
    assert register(opened(root)) == [ANA, BO]


def test_a_busy_ledger_keeps_the_file_for_later(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_connection, "_BUSY_SECONDS", 0)
    office = opened(root)
    drop(root, "a.csv", marks(ANA))
    busy = sqlite3.connect(root / "rollbook.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    done = once(office)
    assert done.failures[0].startswith("“a.csv” is not dealt with yet: The ledger could not")
    assert "received/a.csv" in everything(root)
    busy.close()
    once(office)
    assert register(office) == [ANA]


def test_a_fault_of_ours_refuses_the_file_and_tells_nothing_of_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(root, "a.csv", marks(ANA))
    drop(root, "b.csv", marks(BO))
    office = opened(root)
    with monkeypatch.context() as patch:
        patch.setattr("watcher.intake.post", fails(KeyError("Ana O'Neil")))
        done = once(office)
    assert [outcome.result for outcome in done.outcomes] == [Result.REFUSED] * 2
    sentence = done.outcomes[0].problems[0].message
    assert sentence.startswith("“a.csv” met a fault in Rollbook itself (KeyError in test_rounds.py")
    assert "Ana" not in sentence
    assert once(office).outcomes == []


def test_an_importer_that_fails_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(root, "a.csv", marks(ANA))
    monkeypatch.setattr(mark_list, "extract", fails(KeyError("Ana O'Neil")))
    [outcome] = once(opened(root)).outcomes
    sentence = outcome.problems[0].message
    assert mark_list.TITLE in sentence and "Ana" not in sentence


def test_a_file_still_written_while_it_is_read_is_put_off(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(root, "a.csv", marks(ANA))
    extract = importers.extract

    def slowly(upload: Upload, profile: Profile) -> Extract:
        found = extract(upload, profile)
        with open(upload.path, "a", encoding="utf-8") as stream:
            stream.write(",".join(BO) + "\n")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(importers, "extract", slowly)
        done = once(opened(root))
    assert "another program is still writing it" in done.failures[0]
    assert register(opened(root)) == []
    once(opened(root))
    assert register(opened(root)) == [ANA, BO]


def test_a_dripping_writer_is_waited_for(root: Path) -> None:
    save_settings(root, {"watch": {"settle_seconds": 1}})
    path, done = root / "drop" / "a.csv", threading.Event()

    def drip() -> None:
        for letter in marks(ANA, BO):
            with open(path, "a", encoding="utf-8") as stream:
                stream.write(letter)
            if done.wait(0.005):
                return

    writer = threading.Thread(target=drip)
    writer.start()
    office = opened(root)
    try:
        while not once(office).outcomes:
            pass
    finally:
        done.set()
        writer.join()
    assert register(office) == [ANA, BO]


def test_follow_ups_that_fail_stay_owed_and_stop_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(root, "a.csv", marks(ANA))
    office = opened(root)
    with monkeypatch.context() as patch:
        patch.setattr(followups, "draft", fails(KeyError("Ana")))
        patch.setattr(followups, "update_workbooks", fails(OSError(28, "No space left on device")))
        done = once(office)
    fault, disk = done.followed.waiting
    assert fault.startswith("Preparing letters met a fault in Rollbook itself (KeyError in ")
    assert (
        disk == "Updating the workbooks must wait: the disk is full. It is tried again by itself."
    )
    assert once(office).followed.waiting == []


# The watch


def test_the_watch_posts_what_is_dropped_and_lives_through_what_is_bad(root: Path) -> None:
    told = watched(
        opened(root),
        [
            lambda: drop(root, "a.csv", marks(ANA)),
            lambda: drop(root, "bad.pdf", "%PDF-1.7\n\x00"),
            lambda: drop(root, "b.csv", marks(BO)),
        ],
    )
    results = [(one.file, one.result) for done in told for one in done.outcomes]
    assert results == [
        ("a.csv", Result.POSTED),
        ("bad.pdf", Result.REFUSED),
        ("b.csv", Result.POSTED),
    ]


def test_the_same_trouble_is_told_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def busy(*_given: object, **_named: object) -> None:
        tries.append("again")
        raise WorkbookBusy("“tracker.xlsx” is open in Excel.")

    monkeypatch.setattr(followups, "update_workbooks", busy)
    told = watched(opened(root), [lambda: drop(root, "a.csv", marks(ANA)), lambda: None])
    assert [done.followed.waiting for done in told] == [["“tracker.xlsx” is open in Excel."]]
    assert len(tries) > 2


def test_a_workbook_open_in_excel_is_told_once_and_posted_when_closed(root: Path) -> None:
    owner = root / "drop" / "~$week 1.csv"

    def open_it() -> None:
        owner.write_text("A. Clerk", encoding="utf-8")
        drop(root, "week 1.csv", marks(ANA))

    told = watched(opened(root), [open_it, lambda: None, owner.unlink])
    assert [[path.name for path in done.in_excel] for done in told] == [["week 1.csv"], []]
    assert told[1].outcomes[0].result is Result.POSTED


def test_a_file_that_cannot_be_moved_is_told_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "claim", fails(PermissionError(13, "held")))
    told = watched(opened(root), [lambda: drop(root, "a.csv", marks(ANA)), lambda: None])
    assert [len(done.failures) for done in told] == [1]


def test_the_watch_reads_the_settings_again_when_they_were_saved(root: Path) -> None:
    drop(root, "a.csv", marks(ANA, ("000124", TUESDAY, "AM", "!")))
    office = opened(root)
    once(office)
    told = watched(
        office,
        [
            lambda: (root / "office.toml").write_bytes(
                b"name = [" + (root / "office.toml").read_bytes()
            ),
            lambda: (root / "office.toml").write_bytes((root / "office.toml").read_bytes()[8:]),
            lambda: save_settings(root, {"codes": {"!": "I"}}),
        ],
    )
    broken, released = told
    assert broken.failures[0].endswith("Until then the earlier settings are used.")
    assert released.released is not None and released.released.released == 1
