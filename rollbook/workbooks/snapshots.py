"""Copies of a workbook as it was before each write."""

import errno
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rollbook.package import write_whole
from rollbook.problems import WorkbookError, why_not_now
from rollbook.workbooks.turns import folder_of

_STAMP = "%Y-%m-%d %H.%M.%S.%f"  # no colons: Windows does not have them in names
_STAMP_LENGTH = len("2026-11-22 14.05.33.123456")
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One copy: when it was taken, and the file."""

    taken: datetime
    path: Path

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.path.stat().st_size


def take_snapshot(path: Path, content: bytes, snapshots: Path) -> Path:
    """Keep ``content`` as a copy of ``path``, safely on the disk, and return the copy's path.

    Raises ``WorkbookError`` when there is no room for it; then nothing is left behind.
    """
    folder = folder_of(path, snapshots)
    folder.mkdir(parents=True, exist_ok=True)
    taken = datetime.now()
    while (copy := folder / f"{path.stem} {taken.strftime(_STAMP)}{path.suffix}").exists():
        taken += timedelta(microseconds=1)  # two in one tick of a coarse clock
    try:
        write_whole(copy, content)
    except OSError as error:
        why = "the disk is full" if error.errno in _FULL else why_not_now(error)
        raise WorkbookError(
            f"“{path.name}” was left as it is: no copy of it could be kept in {snapshots} "
            f"({why}), and Rollbook writes into no workbook without a copy."
        ) from error
    return copy


def list_snapshots(path: Path, snapshots: Path) -> list[Snapshot]:
    """Return the copies of ``path``, newest first."""
    path = path.resolve()
    folder = folder_of(path, snapshots)
    found = []
    for copy in folder.glob("*") if folder.is_dir() else []:
        stamp = stamp_of(copy)
        if copy.suffix == path.suffix and stamp and not copy.name.startswith("."):
            found.append(Snapshot(datetime.strptime(stamp, _STAMP), copy))
    return sorted(found, key=lambda snapshot: snapshot.taken, reverse=True)


def stamp_of(copy: Path) -> str:
    """Return the moment in the name of a copy, as it is written there; nothing if none is."""
    stamp = copy.stem[-_STAMP_LENGTH:]
    return stamp if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.\d{6}", stamp) else ""
