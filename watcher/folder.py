"""The drop folder: when is a file there, whole, and nobody else's.

The listing is the truth. Events of the operating system only shorten the wait: they are lost on
network shares and after an outage, a listing never is. A file is taken when two looks, some
seconds apart, show the same size and time and it can be opened.
"""

import os
import stat
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from rollbook.ledger.place import network_file_system
from rollbook.problems import why_not_now

LEFT_ALONE_STARTS = (".", "~$", "._")
LEFT_ALONE_ENDS = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", ".lnk")
LEFT_ALONE_NAMES = frozenset({"thumbs.db", "desktop.ini", "@eadir"})
RETRY_SECONDS = 1.0
STOP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a file showed."""

    size: int
    modified: int


def is_left_alone(name: str) -> bool:
    """Say whether a name belongs to a file that is not ours to take: locks, downloads, system."""
    small = name.lower()
    return (
        small.startswith(LEFT_ALONE_STARTS)
        or small.endswith(LEFT_ALONE_ENDS)
        or small in LEFT_ALONE_NAMES
    )


def listing(folder: Path) -> dict[Path, Look]:
    """Return the files that wait in ``folder`` with one look at each, in order of name.

    Raises ``OSError`` when the folder cannot be reached.
    """
    found = {}
    for path in sorted(folder.iterdir()):
        if is_left_alone(path.name):
            continue
        try:
            about = path.stat()
        except OSError:
            continue  # taken away between listing and look, or it does not answer now
        if stat.S_ISREG(about.st_mode):
            found[path] = Look(about.st_size, about.st_mtime_ns)
    return found


def open_in_excel(path: Path) -> bool:
    """Say whether Excel's owner file (``~$name``) lies beside a workbook."""
    name = path.name
    shortened = "~$" + name[2:] if len(name) > 8 else "~$" + name
    owners = (path.parent / ("~$" + name), path.parent / shortened)
    return any(map(os.path.exists, owners))  # also says no to a name that is too long


def can_be_opened(path: Path) -> bool:
    """Say whether the file can be opened for reading and writing, so that nobody else holds it.

    Of a file that is marked read-only, reading is enough: nobody can be writing it.
    """
    mode = "r+b" if os.access(path, os.W_OK) else "rb"
    try:
        with open(path, mode) as stream:
            stream.read(1)
            return True
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The files of one listing: ready to be taken, or why not."""

    ready: Sequence[Path] = ()
    changing: Sequence[Path] = ()
    in_excel: Sequence[Path] = ()
    locked: Sequence[Path] = ()


@dataclass
class Settling:
    """Remembers the last look at each file and says which stand still."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[Look, float]] = field(default_factory=dict)

    def sort(self, looks: Mapping[Path, Look]) -> Waiting:
        """Sort files into those unchanged for the settling time and free, and the others."""
        now = self.clock()
        for gone in self._seen.keys() - looks.keys():
            del self._seen[gone]
        ready, changing, in_excel, locked = [], [], [], []
        for path, look in looks.items():
            before, since = self._seen.get(path, (None, now))
            if before != look:
                self._seen[path] = (look, now)
                since = now
            if now - since < self.seconds:
                changing.append(path)
            elif open_in_excel(path):
                in_excel.append(path)
            elif not can_be_opened(path):
                locked.append(path)
            else:
                ready.append(path)
        return Waiting(ready, changing, in_excel, locked)


def wait_for_quiet(folder: Path, seconds: float, patience: float) -> Waiting:
    """Return the files that stand still, and those that do not within ``patience`` seconds."""
    settling = Settling(seconds)
    deadline = time.monotonic() + max(patience, seconds)
    while True:
        found = settling.sort(listing(folder))
        if not (found.changing or found.locked) or time.monotonic() >= deadline:
            return found
        time.sleep(min(0.1, seconds or 0.1))


_OUR_OWN_DOING = ("opened", "closed_no_write")  # looking whether a file can be opened


class Wake(FileSystemEventHandler):
    """Ends the watch's rest when something happens in the folder."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Wake the watch, but not for what it does itself."""
        if event.event_type not in _OUR_OWN_DOING:
            self._event.set()


def watch(
    folder: Path,
    take: Callable[[Waiting], None],
    *,
    stop: threading.Event,
    settle_seconds: float,
    every_seconds: float,
    say: Callable[[str], None],
) -> None:
    """Watch ``folder`` until ``stop`` is set, handing what lies in it to ``take``.

    ``take`` is also called on every listing that finds nothing, so that owed work is tried again.
    The folder may vanish and come back; the watch goes on.
    """
    wake = threading.Event()
    observer = _observe(folder, wake)
    settling = Settling(settle_seconds)
    unreachable_since = ""
    try:
        while not stop.is_set():
            wake.clear()
            try:
                looks = listing(folder)
            except OSError as error:
                if not unreachable_since:
                    unreachable_since = time.strftime("%H:%M")
                    say(unreachable(folder, error))
                stop.wait(every_seconds)
                continue
            if unreachable_since:
                say(f"The drop folder is back; it could not be reached since {unreachable_since}.")
                unreachable_since = ""
                _end(observer)  # watchdog's thread may be dead although it says it is alive
                observer = _observe(folder, wake)
            take(settling.sort(looks))
            _rest(wake, stop, min(RETRY_SECONDS, every_seconds) if looks else every_seconds)
    finally:
        _end(observer)


def _rest(wake: threading.Event, stop: threading.Event, seconds: float) -> None:
    """Wait until something happens in the folder, ``seconds`` are over, or we are to stop."""
    until = time.monotonic() + seconds
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        if wake.wait(min(left, STOP_SECONDS)):
            return


def unreachable(folder: Path, error: OSError) -> str:
    """Say in a sentence that the drop folder does not answer."""
    return (
        f"The drop folder “{folder}” cannot be reached ({why_not_now(error)}). Check the network "
        "or the disk; files dropped there are posted when it is back."
    )


def _observe(folder: Path, wake: threading.Event) -> BaseObserver | None:
    """Start events for a local folder; a network share is polled by the listing alone."""
    if network_file_system(folder):
        return None
    observer = Observer()
    try:
        observer.schedule(Wake(wake), str(folder))
        observer.start()
    except OSError:
        return None  # too many watches on this computer, or the folder is gone: the listing does
    return observer


def _end(observer: BaseObserver | None) -> None:
    if observer is not None and observer.is_alive():
        observer.stop()
        observer.join(timeout=5)
