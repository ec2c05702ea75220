"""The way back: a workbook as it was before a write, and what is given up by that."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import is_free, read_workbook, say_busy
from rollbook.workbooks.cells import Cell, Content, column_letters
from rollbook.workbooks.pending import clear_up
from rollbook.workbooks.sheet import Sheet
from rollbook.workbooks.snapshots import Snapshot, list_snapshots, take_snapshot
from rollbook.workbooks.turns import ChangedMeanwhile, folder_of, one_at_a_time, replace_workbook

_MARK = "put-back.json"
_Shown = tuple[str | None, Content] | None
"""The formula of a cell or its value; nothing of an empty one."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """A workbook that was put back, and is left so until somebody updates it by name."""

    at: datetime
    copy: str


def restore(path: Path, snapshots: Path, when: datetime | None = None) -> Path:
    """Put back the newest copy, or the newest taken at or before ``when``; return that copy.

    The file as it is now is kept as a copy first, so that this too can be undone. Updates that
    come by themselves leave the workbook as it is from then on (``put_back``). Raises
    ``WorkbookError`` when there is no such copy, ``WorkbookBusy`` when the workbook is open.
    """
    path = path.resolve()
    copy_to_restore(path, snapshots, when)  # before anything is made: a refusal leaves nothing
    with one_at_a_time(path, snapshots):
        clear_up(path, snapshots)
        chosen = copy_to_restore(path, snapshots, when)
        content = chosen.path.read_bytes()
        if path.exists():
            _replace(path, content, snapshots)
        else:
            write_whole(path, content)
        said = {"at": datetime.now().astimezone().isoformat(), "copy": chosen.path.name}
        mark = folder_of(path, snapshots) / _MARK
        write_whole(mark, json.dumps(said, ensure_ascii=False).encode("utf-8"))
        return chosen.path


def _replace(path: Path, content: bytes, snapshots: Path) -> None:
    if not is_free(path):
        raise say_busy(path, "close it there first")
    present = read_workbook(path)
    take_snapshot(path, present, snapshots)
    try:
        replace_workbook(path, content, present)
    except ChangedMeanwhile as error:
        raise WorkbookBusy(
            f"“{path.name}” is being changed by somebody else right now; it was left as it is. "
            "Try again."
        ) from error


def copy_to_restore(path: Path, snapshots: Path, when: datetime | None = None) -> Snapshot:
    """Return the copy that would be put back; ``WorkbookError`` when there is none."""
    kept = list_snapshots(path, snapshots)
    chosen = next((each for each in kept if when is None or each.taken <= when), None)
    if chosen is None:
        at = f" from {when:%d %B %Y %H:%M} or before" if when else ""
        raise WorkbookError(f"No copy of “{path.name}”{at} has been kept in {snapshots}.")
    return chosen


def put_back(path: Path, snapshots: Path) -> PutBack | None:
    """Return when and to what the workbook was put back, if it was not updated since."""
    try:
        said = json.loads((folder_of(path.resolve(), snapshots) / _MARK).read_bytes())
        return PutBack(datetime.fromisoformat(said["at"]), str(said["copy"]))
    except (OSError, ValueError, KeyError):
        return None


def go_on(path: Path, snapshots: Path) -> None:
    """Let updates that come by themselves write into the workbook again."""
    (folder_of(path.resolve(), snapshots) / _MARK).unlink(missing_ok=True)


# ---- what is given up ------------------------------------------------------------------------


def given_up(path: Path, copy: Path) -> list[tuple[str, list[str]]]:
    """Return, sheet by sheet, the cells that would show something else once ``copy`` is back.

    Those of a sheet that only one of both has are not listed; ``[]`` stands for them all.
    """
    now, then = Book(path, path.read_bytes()), Book(copy, copy.read_bytes())
    names = dict.fromkeys(tab.name for tab in (*now.tabs, *then.tabs))
    same_texts = _shared_texts(now) == _shared_texts(then)
    found: list[tuple[str, list[str]]] = []
    for name in names:
        here, there = (_sheet(book, name) for book in (now, then))
        if here is None or there is None:
            found.append((name, []))
            continue
        if here.xml == there.xml and same_texts:
            continue
        cells = list(_differing(now, here, then, there))
        found += [(name, cells)] if cells else []
    return found


def _sheet(book: Book, name: str) -> Sheet | None:
    return book.sheet(name) if any(tab.name == name for tab in book.tabs) else None


def _differing(now: Book, here: Sheet, then: Book, there: Sheet) -> Iterator[str]:
    for row in sorted({*here.rows, *there.rows}):
        old = {column: _shows(then, cell) for column, cell in there.cells(row)}
        new = {column: _shows(now, cell) for column, cell in here.cells(row)}
        for column in sorted(old.keys() | new.keys()):
            if _is_other(old.get(column), new.get(column)):
                yield f"{column_letters(column)}{row}"


def _shared_texts(book: Book) -> list[bytes]:
    return [book.read(part) for part in book.parts_of_kind("/sharedStrings")]


def _shows(book: Book, cell: Cell) -> _Shown:
    """Return what was put there: a formula, whose result may change by itself, or a value."""
    if cell.has_formula:
        return cell.formula(), None
    content = cell.content(book.shared)
    return None if content is None or content == "" else (None, content)


def _is_other(one: _Shown, other: _Shown) -> bool:
    if one and other and "" in (one[0], other[0]):  # a formula that others share is not read
        return (one[0] is None) != (other[0] is None)
    return one != other
