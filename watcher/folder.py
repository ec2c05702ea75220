"""The drop folder: when is a file there, whole, and nobody else's.

The listing is the truth. Events of the operating system only shorten the wait: they are lost on
network shares and after an outage, a listing never is. A file is taken when two looks, some
seconds apart, show the same size and time and it can be opened.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from rollbook.ledger.place import network_file_system
from watcher.filing import CLAIM_PREFIX

LEFT_ALONE_STARTS = (".", "~$", "._")
LEFT_ALONE_ENDS = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", ".lnk")
LEFT_ALONE_NAMES = frozenset({"thumbs.db", "desktop.ini", "@eadir"})
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a file showed."""

    size: int
    modified: int


def is_left_alone(name: str) -> bool:
    """Say whether a name belongs to a file that is not ours to take: locks, downloads, system."""
    small = name.lower()
    if small.startswith(CLAIM_PREFIX):
        return False  # claimed by an earlier run that was cut short: ours to finish
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
        except FileNotFoundError:
            continue  # taken away between listing and look
        if path.is_file():
            found[path] = Look(about.st_size, about.st_mtime_ns)
    return found


def open_in_excel(path: Path) -> bool:
    """Say whether Excel's owner file (``~$name``) lies beside a workbook."""
    name = path.name
    shortened = "~$" + name[2:] if len(name) > 8 else "~$" + name
    return any((path.parent / owner).exists() for owner in ("~$" + name, shortened))


def can_be_opened(path: Path) -> bool:
    """Say whether the file can be opened for reading and writing, so that nobody else holds it."""
    try:
        with open(path, "r+b"):
            return True
    except PermissionError:
        return _readable_only(path)
    except OSError:
        return False


def _readable_only(path: Path) -> bool:
    """A read-only file is nobody's to write; a locked one cannot be read either."""
    try:
        with open(path, "rb") as stream:
            stream.read(1)
            return True
    except OSError:
        return False


@dataclass
class Settling:
    """Remembers the last look at each file and says which stand still."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[Look, float]] = field(default_factory=dict)

    def ready(self, looks: dict[Path, Look]) -> list[Path]:
        """Return the files that have not changed for the settling time and can be opened."""
        now = self.clock()
        for gone in self._seen.keys() - looks.keys():
            del self._seen[gone]
        ready = []
        for path, look in looks.items():
            before, since = self._seen.get(path, (None, now))
            if before != look:
                self._seen[path] = (look, now)
                before, since = look, now
            if now - since >= self.seconds and not open_in_excel(path) and can_be_opened(path):
                ready.append(path)
        return ready


def wait_for_quiet(folder: Path, seconds: float, patience: float) -> tuple[list[Path], list[Path]]:
    """Return the files that stand still, and those that do not within ``patience`` seconds."""
    settling = Settling(seconds)
    ready = settling.ready(listing(folder))
    deadline = time.monotonic() + max(patience, seconds)
    while True:
        looks = listing(folder)
        ready = settling.ready(looks)
        if len(ready) == len(looks) or time.monotonic() >= deadline:
            return ready, [path for path in looks if path not in ready]
        time.sleep(min(0.1, seconds or 0.1))


class _Wake(FileSystemEventHandler):
    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._event.set()


def watch(
    folder: Path,
    take: Callable[[Iterable[Path]], None],
    *,
    stop: threading.Event,
    settle_seconds: float,
    every_seconds: float,
    say: Callable[[str], None],
) -> None:
    """Watch ``folder`` until ``stop`` is set, handing files that stand still to ``take``.

    ``take`` is also called with nothing on every full listing, so that owed work is tried again.
    The folder may vanish and come back; the watch goes on.
    """
    wake = threading.Event()
    observer = _observe(folder, wake)
    settling = Settling(settle_seconds)
    unreachable_since = ""
    try:
        while not stop.is_set():
            try:
                looks = listing(folder)
            except OSError as error:
                if not unreachable_since:
                    unreachable_since = time.strftime("%H:%M")
                    reason = error.strerror or "no answer"
                    say(f"The drop folder “{folder}” cannot be reached ({reason}).")
                stop.wait(every_seconds)
                continue
            if unreachable_since:
                say(f"The drop folder is back; it could not be reached since {unreachable_since}.")
                unreachable_since = ""
                _end(observer)  # watchdog's thread may be dead although it says it is alive
                observer = _observe(folder, wake)
            take(settling.ready(looks))
            wake.clear()
            unsettled = bool(looks)
            wake.wait(min(RETRY_SECONDS, every_seconds) if unsettled else every_seconds)
    finally:
        _end(observer)


def _observe(folder: Path, wake: threading.Event) -> BaseObserver | None:
    """Start events for a local folder; a network share is polled by the listing alone."""
    if network_file_system(folder):
        return None
    observer = Observer()
    try:
        observer.schedule(_Wake(wake), str(folder))
        observer.start()
    except OSError:
        return None  # too many watches on this computer, or the folder is gone: the listing does
    return observer


def _end(observer: BaseObserver | None) -> None:
    if observer is not None and observer.is_alive():
        observer.stop()
        observer.join(timeout=5)
