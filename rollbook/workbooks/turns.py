"""One at a time: two updates of one workbook never race, and the file is never half written."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy
from rollbook.workbooks.busy import check_free, read_workbook, say_busy

_PATIENCE = 10  # seconds to wait for another update to end


class ChangedMeanwhile(Exception):
    """The workbook is not the one that was read; start over."""


def folder_of(path: Path, snapshots: Path) -> Path:
    """Return the folder that holds the copies of one workbook, and its lock."""
    # Two workbooks of the same name in different folders must never be taken for one another.
    digest = hashlib.sha256(os.path.normcase(path).encode("utf-8")).hexdigest()[:6]
    return snapshots / f"{path.stem} {digest}"


@contextmanager
def one_at_a_time(path: Path, snapshots: Path) -> Iterator[None]:
    """Keep every other Rollbook on this folder from writing ``path`` meanwhile."""
    folder = folder_of(path, snapshots)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = _taken(folder)
    except Timeout as error:
        raise WorkbookBusy(
            f"“{path.name}” is being updated by Rollbook in another window. It will be updated "
            "when that is done."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _taken(folder: Path) -> BaseFileLock:
    """Take the lock of the system; on a share that has none, one that is a file's being there.

    The system lets go of the first when a process dies, whatever happens. The second names the
    process and the computer; whoever comes next on that computer breaks it when the process is
    gone. Neither is relied on alone: whoever else wrote the workbook is noticed before the rename.
    """
    lock: BaseFileLock = FileLock(folder / ".lock", timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise
    except (OSError, NotImplementedError):
        lock = SoftFileLock(folder / ".lock-by-name", timeout=_PATIENCE)
        lock.acquire()
    return lock


def replace_workbook(
    path: Path,
    content: bytes,
    expected: bytes,
    ready: Callable[[], None] = lambda: None,
    give_up: Callable[[], None] = lambda: None,
) -> None:
    """Put ``content`` in the place of the workbook, whole or not at all.

    ``ready`` is called when the new file lies beside the old one, safely on the disk. Right before
    the rename the old one is looked at once more: raises ``WorkbookBusy`` when somebody has opened
    it, ``ChangedMeanwhile`` when it is no longer ``expected``, and calls ``give_up`` while the new
    file is still there.
    """

    def look_again() -> None:
        ready()
        try:
            check_free(path)
            if read_workbook(path) != expected:
                raise ChangedMeanwhile
        except BaseException:
            give_up()
            raise

    try:
        write_whole(path, content, look_again)
    except PermissionError as error:  # Windows: opened in this very moment
        raise say_busy(path) from error


def half_written(path: Path) -> list[Path]:
    """Return the new files that lie beside the workbook and never took its place.

    To be asked by whoever has its turn: then they are those of a process that died.
    """
    start = f".{path.name}."
    try:
        names = [name for name in os.listdir(path.parent) if name.startswith(start)]
    except OSError:  # the folder is gone, or cannot be reached now
        return []
    return [path.with_name(name) for name in names if name.endswith(".tmp")]
