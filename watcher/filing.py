"""Where files go: received while in work, then posted or refused, with a slip that says why."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from rollbook.package import write_whole
from rollbook.problems import Problem

CLAIM_PREFIX = ".rollbook-claimed~"
SLIP_SUFFIX = ".why.txt"
HELD_SUFFIX = ".held.txt"
_CHUNK = 1 << 20


def claim(path: Path, received: Path) -> Path:
    """Take a dropped file into ``received`` and return where it is now.

    The first step is a rename inside the drop folder, which only one of two watchers can win. The
    loser gets ``FileNotFoundError``. A drop folder on another disk is copied from, and its file
    removed only when the copy is safe.
    """
    name = path.name.removeprefix(CLAIM_PREFIX)
    claimed = path.with_name(CLAIM_PREFIX + name)
    if path != claimed:
        os.replace(path, claimed)
    target = _free_name(received, name)
    try:
        os.rename(claimed, target)
    except OSError:
        if not claimed.exists():
            raise
        _copy_whole(claimed, target)
        claimed.unlink()
    return target


def _copy_whole(source: Path, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.tmp")
    with open(source, "rb") as reading, open(temporary, "wb") as writing:
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())
    os.replace(temporary, target)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def file_posted(path: Path, posted: Path, at: datetime, held: Sequence[str] = ()) -> Path:
    """Move a posted file into the month's folder; list its held rows beside it."""
    folder = posted / f"{at:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    target = _free_name(folder, path.name)
    if held:
        _write_slip(
            target.with_name(target.name + HELD_SUFFIX),
            [
                f"{target.name} was posted on {at:%d %B %Y at %H:%M}. These rows were held back;",
                "nothing of them is lost. They are posted by themselves when the reason is gone:",
                "",
                *held,
            ],
        )
    os.rename(path, target)
    return target


def file_refused(path: Path, refused: Path, at: datetime, problems: Iterable[Problem]) -> Path:
    """Move a refused file into ``refused`` with a slip in plain words beside it."""
    target = _free_name(refused, path.name)
    lines = [str(problem.in_file("")) for problem in problems]
    _write_slip(
        target.with_name(target.name + SLIP_SUFFIX),
        [
            f"{target.name} was not posted ({at:%d %B %Y at %H:%M}). The ledger did not change.",
            "",
            *lines,
            "",
            "When it is put right, drop the file again.",
        ],
    )
    os.rename(path, target)
    return target


def _write_slip(path: Path, lines: Sequence[str]) -> None:
    """Write a slip that Notepad shows right: UTF-8 with its mark, Windows line ends."""
    write_whole(path, "\r\n".join([*lines, ""]).encode("utf-8-sig"))


def _free_name(folder: Path, name: str) -> Path:
    """Return a path in ``folder`` that no file has, numbering the name as Windows does."""
    target, number = folder / name, 2
    while target.exists():
        stem, dot, ending = name.rpartition(".")
        numbered = f"{stem} ({number}){dot}{ending}" if dot and stem else f"{name} ({number})"
        target, number = folder / numbered, number + 1
    return target
