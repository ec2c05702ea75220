"""One update of the clerk's workbook, from reading it to the receipt, on one page."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.workbooks.book import Book, PartHash
from rollbook.workbooks.busy import check_free, read_workbook, say_busy, who_has_it_open
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.figures import Figures, fill_tracker
from rollbook.workbooks.letter_log import LogRow, fill_log
from rollbook.workbooks.mapping import WorkbookMap
from rollbook.workbooks.receipt import Receipt
from rollbook.workbooks.snapshots import take_snapshot
from rollbook.workbooks.turns import ChangedMeanwhile, one_at_a_time, replace_workbook

_TRIES = 3


def update(
    path: Path,
    mapping: WorkbookMap,
    figures: Figures,
    log_rows: Sequence[LogRow],
    snapshots: Path,
) -> Receipt:
    """Put the figures and the letters into the clerk's workbook; all else stays as it was.

    The file as it was is kept in ``snapshots`` first, and the new one takes its place whole. When
    everything is there already, nothing is written. Raises ``WorkbookBusy`` when somebody has it
    open, ``WorkbookError`` when it cannot be changed without losing something; then the file is
    untouched.
    """
    path = path.resolve()
    with one_at_a_time(path, snapshots):
        for _ in range(_TRIES):
            try:
                return _update_once(path, mapping, figures, log_rows, snapshots)
            except ChangedMeanwhile:
                continue
    raise WorkbookBusy(
        f"“{path.name}” is being changed by somebody else right now; it will be updated later."
    )


def _update_once(
    path: Path,
    mapping: WorkbookMap,
    figures: Figures,
    log_rows: Sequence[LogRow],
    snapshots: Path,
) -> Receipt:
    content = read_workbook(path)
    book = _open(path, content)
    changes = fill(book, mapping, figures, log_rows)
    if not changes.cells and not changes.rows_added:
        return _receipt(path, changes)
    check_free(path)
    package, parts = book.changed()
    snapshot = take_snapshot(path, content, snapshots)
    try:
        replace_workbook(path, package.to_bytes(), content)
    except BaseException:
        snapshot.unlink()
        raise
    return _receipt(path, changes, snapshot, parts)


def fill(book: Book, mapping: WorkbookMap, figures: Figures, log_rows: Sequence[LogRow]) -> Changes:
    """Fill tracker and log of an opened workbook in; return what that changes."""
    changes = Changes(book)
    if mapping.tracker:
        fill_tracker(book, mapping.tracker, figures, mapping.hundred, changes)
    if mapping.log:
        fill_log(book, mapping.log, log_rows, changes)
    elif log_rows:
        changes.leave("", f"{len(log_rows)} letters", "this workbook has no letter log")
    return changes


def changes_due(
    path: Path, mapping: WorkbookMap, figures: Figures, log_rows: Sequence[LogRow]
) -> Changes:
    """Return what an update would change in the file as it is; nothing is written."""
    return fill(_open(path, read_workbook(path)), mapping, figures, log_rows)


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
    )
