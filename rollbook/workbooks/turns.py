"""One at a time: two updates of one workbook never race, and the file is never half written."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

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
    lock = FileLock(folder / ".lock", timeout=_PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        raise WorkbookBusy(
            f"“{path.name}” is being updated by Rollbook in another window. It will be updated "
            "when that is done."
        ) from error
    try:
        yield
    finally:
        lock.release()


def replace_workbook(path: Path, content: bytes, expected: bytes) -> None:
    """Put ``content`` in the place of the workbook, whole or not at all.

    Right before the rename it is looked at once more: raises ``WorkbookBusy`` when somebody has
    opened it, ``ChangedMeanwhile`` when it is no longer ``expected``.
    """

    def look_again() -> None:
        check_free(path)
        if read_workbook(path) != expected:
            raise ChangedMeanwhile

    try:
        write_whole(path, content, look_again)
    except PermissionError as error:  # Windows: opened in this very moment
        raise say_busy(path) from error
