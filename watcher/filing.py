"""Where files go: received while in work, then posted or refused, with a slip that says why."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rollbook.package import write_whole
from rollbook.posting import slips
from rollbook.problems import Problem

HELD_SUFFIX = ".held.txt"
ROWS_ON_A_SLIP = 500

PAUSES = (0.05, 0.15, 0.3)  # seconds; a virus scanner holds a new file for a moment

_HOW_TO_MEND = (
    "To mend them here: put them right in “{}” beside this slip, leave the column “Held no.” as it "
    "is, save, and drop that workbook. Each row is posted once, whatever else comes."
)
_LONGEST_NAME = 150  # bytes; leaves room for "(2)", a slip's ending, and the folders before it
_LONGEST_ENDING = 10
_CHUNK = 1 << 20
_TRIES = ".tries"


def legible(name: str) -> str:
    """Return a file's name as it can be shown and filed: of letters, and not too long."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:  # bytes of an old program, which are no UTF-8
        name = os.fsencode(name).decode("cp1252", "replace")
    shown = "".join(letter if letter.isprintable() else "_" for letter in name)
    stem, ending = _divided(shown)
    while len((stem + ending).encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return stem + ending


def claim(path: Path, received: Path, claims: Path) -> Path:
    """Take a dropped file into ``received`` and return where it is now.

    One rename does it, which only one of two watchers can win; the loser gets
    ``FileNotFoundError``. From a drop folder on another disk a file is first renamed into
    ``claims``, this office's own folder there, and removed only when its copy is safe.
    """
    target = _free_name(received, legible(path.name))
    try:
        _rename(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _bring_over(path, claims, target)
    return target


def _bring_over(path: Path, claims: Path, target: Path) -> None:
    mine = path
    if path.parent != claims:
        claims.mkdir(exist_ok=True)
        mine = _free_name(claims, path.name)
        _rename(path, mine)
    _copy_whole(mine, target)
    mine.unlink()
    with suppress(OSError):  # more is in it
        claims.rmdir()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def counted_try(claimed: Path) -> Iterator[int]:
    """Give the number of times that Rollbook stopped dead while this file was in work.

    A note beside the file says so: it is made before the work and removed after it, whatever came
    of it, unless the whole program ended.
    """
    note = _note_of(claimed)
    before = note.stat().st_size if note.exists() else 0
    with open(note, "ab") as stream:
        stream.write(b".")
    try:
        yield before
    finally:
        note.unlink(missing_ok=True)


def was_tried(claimed: Path) -> bool:
    """Say whether Rollbook stopped dead while this file was in work."""
    return _note_of(claimed).exists()


def _note_of(claimed: Path) -> Path:
    return claimed.with_name(f".{claimed.name}{_TRIES}")


def sweep(received: Path) -> None:
    """Take away what a run that was cut short left beside files that are gone."""
    for note in received.glob(f".*{_TRIES}"):
        if not note.with_name(note.name[1:].removesuffix(_TRIES)).exists():
            note.unlink(missing_ok=True)
    for half in received.glob(".*.tmp"):
        half.unlink(missing_ok=True)


def file_posted(
    path: Path, posted: Path, at: datetime, held: Sequence[str] = (), mend: bytes = b""
) -> Path:
    """Move a posted file into the month's folder; list its held rows beside it.

    ``mend`` is the workbook in which they can be mended, if they can.
    """
    folder = posted / f"{at:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    target = _free_name(folder, path.name)
    if held:
        book = _held_book(target) if mend else None
        more = len(held) - ROWS_ON_A_SLIP
        slips.write_text(
            target.with_name(target.name + HELD_SUFFIX),
            [
                f"{target.name} was posted on {at:%d %B %Y at %H:%M}. These rows were held back.",
                "Nothing of them is lost. Behind each stands what to do:",
                "",
                *held[:ROWS_ON_A_SLIP],
                *([f"… and {more:,} more rows. They are kept as well."] if more > 0 else []),
                *(["", _HOW_TO_MEND.format(book.name)] if book else []),
            ],
        )
        if book:
            write_whole(book, mend)
    _move(path, target)
    return target


def _held_book(target: Path) -> Path:
    """Return where the held rows of a posted file go: ``… held.xlsx``.

    It is the same place when the filing is done once more after a crash, and another one for each
    file of a month: `week.csv` and `week.xlsx` have their own.
    """
    stem = _divided(target.name)[0]
    beside = (_divided(one.name)[0] for one in target.parent.iterdir() if one.suffix != ".txt")
    name = target.name if stem in beside else stem
    return target.with_name(f"{name} held.xlsx")


def file_refused(
    path: Path, refused: Path, at: datetime, problems: Iterable[Problem]
) -> tuple[Path, tuple[Problem, ...]]:
    """Move a refused file into ``refused`` with a slip in plain words beside it.

    Returns where it is and its problems, which name it as it is named there.
    """
    target = _free_name(refused, path.name)
    problems = tuple(
        replace(problem.in_file(""), message=problem.message.replace(path.name, target.name))
        for problem in problems
    )
    sentences = [line[:1].upper() + line[1:] for line in map(str, problems[:ROWS_ON_A_SLIP])]
    reason = problems[0].slug if problems else ""
    slips.write_slip(target, f"{at:%d %B %Y at %H:%M}", sentences, reason)
    _move(path, target)
    return target, problems


def take_back(file: Path, received: Path) -> Path:
    """Take a refused file into work once more, and its slip away."""
    target = _free_name(received, file.name)
    _move(file, target)
    slips.slip_of(file).unlink(missing_ok=True)
    return target


def _move(path: Path, target: Path) -> None:
    """Move a file, over to another disk if need be: whole, and there before it is gone here."""
    try:
        _rename(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_whole(path, target)
        path.unlink()


def _rename(path: Path, target: Path) -> None:
    """Rename, waiting a moment for a program that holds the file."""
    for pause in PAUSES:
        try:
            return os.rename(path, target)
        except PermissionError:
            time.sleep(pause)
    return os.rename(path, target)


def _copy_whole(source: Path, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.tmp")
    with open(source, "rb") as reading, open(temporary, "wb") as writing:
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())
    os.replace(temporary, target)


def _free_name(folder: Path, name: str) -> Path:
    """Return a path in ``folder`` that no file has, numbering the name as Windows does."""
    stem, ending = _divided(name)
    target, number = folder / name, 2
    while target.exists():
        target, number = folder / f"{stem} ({number}){ending}", number + 1
    return target


def _divided(name: str) -> tuple[str, str]:
    """Return the stem of a name, and its ending with the dot."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem and len(ending) <= _LONGEST_ENDING else (name, "")
