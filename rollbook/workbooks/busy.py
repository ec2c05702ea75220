"""Whether somebody has the workbook open, and who."""

import os
import re
import socket
import time
from datetime import datetime
from pathlib import Path

from rollbook.problems import WorkbookBusy, WorkbookError

_STALE_AFTER = 12 * 3600  # seconds; nobody has a workbook open this long without saving
_CONFLICT = re.compile(
    r".*(conflicted copy|conflicting copy|sync-conflict|\[conflict\]|\(conflict\b).*"
    rf"|-({re.escape(socket.gethostname())}|(DESKTOP|LAPTOP|PC|WIN|SURFACE)[A-Z0-9-]*)(-\d+)?",
    re.IGNORECASE,
)
_WIDE_NAME = 55  # where the same name stands once more, in two bytes a letter


def read_workbook(path: Path) -> bytes:
    """Return the bytes of a workbook; a plain sentence when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise WorkbookError(
            f"There is no workbook “{path.name}” in {path.parent}. If it was moved or renamed, "
            "adopt it again."
        ) from error
    except PermissionError as error:
        raise say_busy(path) from error
    except OSError as error:
        raise WorkbookError(f"“{path.name}” cannot be read now: {error.strerror}.") from error


def who_has_it_open(path: Path) -> str | None:
    """Return who has the workbook open in Excel or LibreOffice.

    ``""`` when somebody has but the name is not known, ``None`` when nobody has. Excel puts a
    small hidden file beside the workbook, whose name starts with ``~$``; LibreOffice likewise.
    """
    if (owner := _excel_mark(path)).exists():
        return _excel_name(owner)
    if (lock := _libreoffice_mark(path)).exists():
        fields = _bytes(lock).decode("utf-8", "replace").split(",")
        return next((field.strip() for field in fields[:2] if field.strip()), "")
    return None


def check_free(path: Path) -> None:
    """Raise ``WorkbookBusy`` with a sentence when the workbook cannot be replaced now."""
    if who_has_it_open(path) is not None:
        raise say_busy(path)
    try:
        with open(path, "r+b"):
            pass
    except PermissionError as error:
        if not os.access(path, os.W_OK):
            raise WorkbookBusy(
                f"“{path.name}” is read-only or open in Excel. It will be updated when it can be "
                "changed."
            ) from error
        raise say_busy(path) from error


def is_free(path: Path) -> bool:
    """Whether the workbook is there and could be replaced now."""
    try:
        check_free(path)
    except (WorkbookBusy, OSError):
        return False
    return True


def say_busy(path: Path, then: str = "it will be updated when it is closed") -> WorkbookBusy:
    """Return the sentence that says who has the workbook open, and ``then``, what will happen."""
    who = who_has_it_open(path)
    by = f" by {who}" if who else ""
    opened = _open_since(path)
    since = f" since {_moment(opened)}" if opened else ""
    program = "LibreOffice" if _marks(path)[:1] == [_libreoffice_mark(path)] else "Excel"
    sentence = f"“{path.name}” is open in {program}{by}{since}; {then}."
    if opened and time.time() - opened.timestamp() > _STALE_AFTER:
        name = _marks(path)[0].name
        sentence += f" If nobody has it open, delete the hidden file “{name}” beside it."
    return WorkbookBusy(sentence)


def conflict_copies(path: Path) -> list[Path]:
    """Return copies beside the workbook that a service made which keeps folders alike.

    OneDrive adds the name of the computer (“Tracker-LAPTOP7.xlsx”), others say “conflicted copy”
    or “sync-conflict”. What such a copy holds is not in the workbook.
    """
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return []
    return [
        each
        for each in beside
        if each.suffix.casefold() == path.suffix.casefold()
        and each.stem.startswith(path.stem)
        and _CONFLICT.fullmatch(each.stem[len(path.stem) :])
    ]


def _marks(path: Path) -> list[Path]:
    """Return the hidden files that say somebody has the workbook open."""
    places = (_excel_mark(path), _libreoffice_mark(path))
    return [place for place in places if place.exists()]


def _excel_mark(path: Path) -> Path:
    return path.with_name(f"~${path.name}")


def _libreoffice_mark(path: Path) -> Path:
    return path.with_name(f".~lock.{path.name}#")


def _open_since(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(_marks(path)[0].stat().st_mtime)
    except (IndexError, OSError):  # none, or gone in this very moment
        return None


def _moment(at: datetime) -> str:
    is_today = at.date() == datetime.now().date()
    return f"{at:%H:%M}" if is_today else f"{at.day} {at:%B}, {at:%H:%M}"


def _excel_name(owner: Path) -> str:
    raw = _bytes(owner)
    if not raw:
        return ""
    wide = raw[_WIDE_NAME + 2 : _WIDE_NAME + 2 + 2 * raw[_WIDE_NAME]] if len(raw) > 57 else b""
    name = wide.decode("utf-16-le", "replace").strip("\0 ")
    narrow = raw[1 : 1 + raw[0]].decode("cp1252", "replace").strip("\0 ")
    return name if len(name) == len(narrow) and name.isprintable() else narrow


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # Excel may let nobody read it; that it is there says enough
        return b""
