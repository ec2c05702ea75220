"""A file is taken when it stands still, is whole, and nobody else has it."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.events import (
    FileCreatedEvent,
    FileModifiedEvent,
    FileOpenedEvent,
    FileSystemEvent,
)

from watcher import folder
from watcher.folder import Settling, is_left_alone, listing


class Clock:
    """A clock that is set, not waited for."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    "name",
    [
        "~$week 1.xlsx",
        ".hidden.csv",
        "._week 1.csv",
        "week.csv.part",
        "week.csv.filepart",
        "WEEK.CRDOWNLOAD",
        "week.tmp",
        "Thumbs.db",
        "desktop.ini",
        "week.lnk",
    ],
)
def test_what_is_not_ours_is_left_alone(name: str) -> None:
    assert is_left_alone(name)


@pytest.mark.parametrize("name", ["week 1.csv", "part.csv", "~week.csv", "tmp", "$week.xlsx"])
def test_what_is_dropped_is_taken(name: str) -> None:
    assert not is_left_alone(name)


def test_a_listing_holds_files_only(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.csv").write_text("1", "utf-8")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    assert list(listing(tmp_path)) == [tmp_path / "a.csv"]


def test_a_file_being_written_is_taken_when_it_stood_still(tmp_path: Path) -> None:
    clock = Clock()
    settling = Settling(2.0, clock)
    path = tmp_path / "week.csv"
    for text in ("drip", "drip drip", "drip drip drop"):
        path.write_text(text, "utf-8")
        clock.now += 1.5
        assert settling.sort(listing(tmp_path)).changing == [path]
    clock.now += 1.9
    assert settling.sort(listing(tmp_path)).changing == [path]
    clock.now += 0.1
    assert settling.sort(listing(tmp_path)).ready == [path]


def test_a_change_that_keeps_the_size_is_seen_too(tmp_path: Path) -> None:
    clock = Clock()
    settling = Settling(2.0, clock)
    (tmp_path / "week.csv").write_text("one", "utf-8")
    settling.sort(listing(tmp_path))
    clock.now += 5
    os.utime(tmp_path / "week.csv", (1, 1))
    assert settling.sort(listing(tmp_path)).ready == []


def test_a_file_that_went_away_and_came_back_settles_anew(tmp_path: Path) -> None:
    clock = Clock()
    settling = Settling(2.0, clock)
    path = tmp_path / "week.csv"
    path.write_text("one", "utf-8")
    looks = listing(tmp_path)
    settling.sort(looks)
    clock.now += 5
    settling.sort({})
    assert settling.sort(looks).changing == [path]


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("week 1.xlsx", "~$week 1.xlsx"),
        ("week 12345.xlsx", "~$ek 12345.xlsx"),
        ("a.xlsx", "~$a.xlsx"),
    ],
)
def test_a_workbook_open_in_excel_waits_until_it_is_closed(
    tmp_path: Path, name: str, owner: str
) -> None:
    settling = Settling(0)
    (tmp_path / name).write_text("1", "utf-8")
    (tmp_path / owner).write_text("A. Clerk", "utf-8")
    assert settling.sort(listing(tmp_path)).in_excel == [tmp_path / name]
    (tmp_path / owner).unlink()
    assert settling.sort(listing(tmp_path)).ready == [tmp_path / name]


def test_a_locked_file_waits_and_a_read_only_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "week.csv"
    path.write_text("1", "utf-8")
    path.chmod(0o444)
    assert folder.can_be_opened(path)

    def held(path: Path, mode: str) -> None:
        raise PermissionError(13, "The process cannot access the file", str(path))

    monkeypatch.setattr("builtins.open", held)
    assert Settling(0).sort(listing(tmp_path)).locked == [path]


# Watching: the listing is the truth


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    stop = threading.Event()
    yield stop
    stop.set()


def watched(drop: Path, stop: threading.Event, steps: list[str]) -> tuple[list[str], list[str]]:
    """Watch while a few things happen to the folder; return what was taken and what was said."""
    taken: list[str] = []
    said: list[str] = []

    def take(found: folder.Waiting) -> None:
        for path in found.ready:
            taken.append(path.name)
            path.unlink()
        if not found.ready:
            happen()

    def happen() -> None:
        if not steps:
            stop.set()
            return
        step = steps.pop(0)
        if step == "vanish":
            drop.rename(drop.with_name("elsewhere"))
        elif step:
            (drop / step).write_text("1", "utf-8")

    def say(sentence: str) -> None:
        said.append(sentence)
        if "cannot be reached" in sentence:
            drop.with_name("elsewhere").rename(drop)

    folder.watch(drop, take, stop=stop, settle_seconds=0, every_seconds=0.01, say=say)
    return taken, said


def test_files_are_taken_as_they_come(tmp_path: Path, stop: threading.Event) -> None:
    assert watched(tmp_path, stop, ["a.csv", "", "b.csv"]) == (["a.csv", "b.csv"], [])


def test_the_drop_folder_may_vanish_and_come_back(tmp_path: Path, stop: threading.Event) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    taken, said = watched(drop, stop, ["a.csv", "vanish", "b.csv"])
    assert taken == ["a.csv", "b.csv"]
    gone, back = said
    assert gone == (
        f"The drop folder “{drop}” cannot be reached (it is not there). Check the network or the "
        "disk; files dropped there are posted when it is back."
    )
    assert back.startswith("The drop folder is back; it could not be reached since ")


@pytest.mark.parametrize(
    ("event", "wakes"),
    [(FileCreatedEvent("a"), True), (FileModifiedEvent("a"), True), (FileOpenedEvent("a"), False)],
)
def test_looking_at_a_file_does_not_wake_the_watch(event: FileSystemEvent, wakes: bool) -> None:
    wake = threading.Event()
    folder.Wake(wake).dispatch(event)
    assert wake.is_set() == wakes
