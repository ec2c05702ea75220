"""Copies of a workbook as it was before each write, and the way back."""

import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.workbooks.busy import check_free, read_workbook
from rollbook.workbooks.turns import ChangedMeanwhile, folder_of, one_at_a_time, replace_workbook

_STAMP = "%Y-%m-%d %H.%M.%S.%f"  # no colons: Windows does not have them in names
_STAMP_LENGTH = len("2026-11-22 14.05.33.123456")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One copy: when it was taken, and the file."""

    taken: datetime
    path: Path


def take_snapshot(path: Path, content: bytes, snapshots: Path) -> Path:
    """Keep ``content`` as a copy of ``path``, safely on the disk, and return the copy's path."""
    folder = folder_of(path, snapshots)
    folder.mkdir(parents=True, exist_ok=True)
    taken = datetime.now()
    while True:
        copy = folder / f"{path.stem} {taken.strftime(_STAMP)}{path.suffix}"
        try:
            with open(copy, "xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            return copy
        except FileExistsError:  # two in one tick of a coarse clock
            taken += timedelta(microseconds=1)


def list_snapshots(path: Path, snapshots: Path) -> list[Snapshot]:
    """Return the copies of ``path``, newest first."""
    path = path.resolve()
    folder = folder_of(path, snapshots)
    found = []
    for copy in folder.glob("*") if folder.is_dir() else []:
        stamp = copy.stem[-_STAMP_LENGTH:]
        if copy.suffix == path.suffix and re.fullmatch(r"[\d. -]+", stamp):
            found.append(Snapshot(datetime.strptime(stamp, _STAMP), copy))
    return sorted(found, key=lambda snapshot: snapshot.taken, reverse=True)


def restore(path: Path, snapshots: Path, when: datetime | None = None) -> Path:
    """Put back the newest copy, or the newest taken at or before ``when``; return that copy.

    The file as it is now is kept as a copy first, so that this too can be undone. Raises
    ``WorkbookError`` when there is no such copy, ``WorkbookBusy`` when the workbook is open.
    """
    path = path.resolve()
    _chosen(path, snapshots, when)  # before anything is made: a refusal leaves nothing behind
    with one_at_a_time(path, snapshots):
        chosen = _chosen(path, snapshots, when)
        content = chosen.path.read_bytes()
        if path.exists():
            check_free(path)
            present = read_workbook(path)
            take_snapshot(path, present, snapshots)
            try:
                replace_workbook(path, content, present)
            except ChangedMeanwhile as error:
                raise WorkbookBusy(
                    f"“{path.name}” is being changed by somebody else right now; it was left as it "
                    "is. Try again."
                ) from error
        else:
            write_whole(path, content)
        return chosen.path


def _chosen(path: Path, snapshots: Path, when: datetime | None) -> Snapshot:
    kept = list_snapshots(path, snapshots)
    chosen = next((each for each in kept if when is None or each.taken <= when), None)
    if chosen is None:
        at = f" from {when:%d %B %Y %H:%M} or before" if when else ""
        raise WorkbookError(f"No copy of “{path.name}”{at} has been kept in {snapshots}.")
    return chosen
