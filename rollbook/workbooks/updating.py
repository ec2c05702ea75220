"""One update of the clerk's workbook, from reading it to the receipt, on one page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.workbooks.book import Book, PartHash
from rollbook.workbooks.busy import check_free, read_workbook, say_busy, who_has_it_open
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.day_marks import fill_days
from rollbook.workbooks.figures import NOBODY, Figures, Filling, fill_tracker
from rollbook.workbooks.formulas import unshared
from rollbook.workbooks.letter_log import LogRow, fill_log, room_for_letters
from rollbook.workbooks.mapping import WorkbookMap
from rollbook.workbooks.pending import clear_up, discard, put_pending
from rollbook.workbooks.people import People
from rollbook.workbooks.receipt import Receipt
from rollbook.workbooks.roster import add_students
from rollbook.workbooks.snapshots import take_snapshot
from rollbook.workbooks.turns import ChangedMeanwhile, one_at_a_time, replace_workbook

Marks = Mapping[str, Mapping[date, str]]
"""The register's marks: student id → day → symbol."""

NO_MARKS: Marks = MappingProxyType({})

_TRIES = 3


def update(
    path: Path,
    mapping: WorkbookMap,
    figures: Figures,
    log_rows: Sequence[LogRow],
    snapshots: Path,
    people: People = NOBODY,
    marks: Marks = NO_MARKS,
) -> Receipt:
    """Put the figures and the letters into the clerk's workbook; all else stays as it was.

    ``people`` are all students of the ledger: who is on roll and not in the tracker is added, who
    left is marked. ``marks`` are written into empty columns of days, if the clerk wants that.

    The file as it was is kept in ``snapshots`` first, and the new one takes its place whole. When
    everything is there already, nothing is written. Raises ``WorkbookBusy`` when somebody has it
    open, ``WorkbookError`` when it cannot be changed without losing something; then the file is
    untouched.
    """
    return in_turn(
        path, lambda book: fill(book, mapping, figures, log_rows, people, marks), snapshots
    )


def in_turn(path: Path, filled: Callable[[Book], Changes], snapshots: Path) -> Receipt:
    """Write what ``filled`` changes in the clerk's workbook, as ``update`` does, in its turn."""
    path = path.resolve()
    with one_at_a_time(path, snapshots):
        clear_up(path, snapshots)
        for _ in range(_TRIES):
            try:
                return _update_once(path, filled, snapshots)
            except ChangedMeanwhile:
                continue
    raise WorkbookBusy(
        f"“{path.name}” is being changed by somebody else right now; it will be updated later."
    )


def _update_once(path: Path, filled: Callable[[Book], Changes], snapshots: Path) -> Receipt:
    content = read_workbook(path)
    changes = filled(_open(path, content))
    if not changes.is_any:
        return _receipt(path, changes)
    check_free(path)
    package, parts = changes.book.changed()
    snapshot = take_snapshot(path, content, snapshots)
    receipt = _receipt(path, changes, snapshot, parts)
    try:
        new = package.to_bytes()
        replace_workbook(
            path, new, content, partial(put_pending, receipt), partial(discard, snapshot)
        )
    except Exception:
        discard(snapshot)
        raise
    return receipt


def fill(
    book: Book,
    mapping: WorkbookMap,
    figures: Figures,
    log_rows: Sequence[LogRow],
    people: People = NOBODY,
    marks: Marks = NO_MARKS,
) -> Changes:
    """Bring tracker and log of an opened workbook up to date; return what that changes.

    First the rows that are missing are put in, which gives another workbook (``Changes.book``);
    then the cells are filled.
    """
    added = add_students(_with_own_formulas(book, mapping), mapping, figures, people)
    book = room_for_letters(added.book, mapping, log_rows)
    changes = Changes(book, students_added=list(added.students))
    for note in added.notes:
        changes.leave(note.sheet, note.cells, note.why)
    if mapping.tracker:
        how = Filling(mapping.hundred, frozenset(mapping.replaces))
        place, rows = fill_tracker(book, mapping.tracker, figures, how, changes, people)
        if mapping.days:
            fill_days(book, place, mapping.days, marks, rows, changes)
    if mapping.log:
        fill_log(book, mapping.log, log_rows, changes)
    elif log_rows:
        changes.leave("", f"{len(log_rows)} letters", "this workbook has no letter log")
    return changes


def _with_own_formulas(book: Book, mapping: WorkbookMap) -> Book:
    """Return the workbook in which a formula may be written over without another losing it."""
    if not mapping.tracker or not mapping.replaces:
        return book
    part = book.tab(mapping.tracker.sheet).part
    return book.with_parts({part: unshared(book.read(part))})


def changes_due(
    path: Path,
    mapping: WorkbookMap,
    figures: Figures,
    log_rows: Sequence[LogRow],
    people: People = NOBODY,
    marks: Marks = NO_MARKS,
) -> Changes:
    """Return what an update would change in the file as it is; nothing is written."""
    book = _open(path, read_workbook(path))
    return fill(book, mapping, figures, log_rows, people, marks)


def _open(path: Path, content: bytes) -> Book:
    try:
        return Book(path, content)
    except WorkbookError:
        if who_has_it_open(path) is not None:  # perhaps caught in the middle of a save
            raise say_busy(path) from None
        raise


def _receipt(
    path: Path,
    changes: Changes,
    snapshot: Path | None = None,
    parts: tuple[PartHash, ...] = (),
) -> Receipt:
    return Receipt(
        file=path,
        at=datetime.now().astimezone(),
        snapshot=snapshot,
        parts=parts,
        cells=tuple(changes.cells),
        rows_added=tuple(changes.rows_added),
        left_alone=changes.left_alone,
        not_found=tuple(changes.not_found),
        students_added=tuple(changes.students_added),
        moved=changes.book.inserted,
        widened=changes.book.widened,
    )
