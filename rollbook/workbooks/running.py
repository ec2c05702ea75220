"""A workbook that is open in Excel on this very computer: it is brought up to date through Excel.

Classic xlwings reaches Excel (the extra ``desktop``, on Windows and on the Mac); without it the
workbook waits until it is closed. What is changed goes to Excel as in :mod:`live`. Nothing is saved
for the clerk: she sees the new figures and saves when she wants to. Until then the file lacks them,
so the update stays owed; it is done when the file has them, saved or, closed unsaved, written.
"""

import atexit
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rollbook.problems import WorkbookBusy
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import is_free, read_workbook
from rollbook.workbooks.cells import Area
from rollbook.workbooks.content import Content
from rollbook.workbooks.live import Cell, receipt_of, write_changes
from rollbook.workbooks.mapping import WorkbookMap
from rollbook.workbooks.opened import Marked, copy_of, sheets_of
from rollbook.workbooks.pending import discard
from rollbook.workbooks.receipt import Receipt
from rollbook.workbooks.snapshots import take_snapshot
from rollbook.workbooks.turns import one_at_a_time
from rollbook.workbooks.updating import fill

_TRIES_OF_A_CALL = 400  # Excel refuses while a cell is typed in; xlwings would ask for ever
_FROM_EXCEL = {"pywintypes", "xlwings", "appscript", "aem"}  # whose errors say that Excel refused


def open_here(path: Path) -> Any | None:
    """Return the workbook, an xlwings ``Book``, if Excel on this computer has this file open.

    ``None`` also when xlwings is not installed, when Excel does not answer, and when the file is
    only shown there (read-only, because somebody else has it), so that it could not be saved.
    """
    engine = None if is_free(path) else _excel()
    if engine is None:
        return None
    try:
        with _patience():
            return next((book for book in _books(engine) if _is_it(book, path)), None)
    except Exception as error:
        if _is_refusal(error):
            return None
        raise


def update_here(
    book: Any,
    path: Path,
    content: Content,
    snapshots: Path,
    *,
    has_news: Callable[[Book], bool],
    keep: Callable[[Receipt], None],
) -> str:
    """Hand the open ``book`` what is due; return the sentence that says what is left to do.

    A copy of the file as it was saved last is kept first; ``keep`` is given the receipt of what
    Excel took. Raises ``WorkbookBusy`` when Excel takes nothing now, and when the clerk typed
    something there that would have to be read first (``has_news``): what is not saved yet she may
    still think over.
    """
    path = path.resolve()
    with one_at_a_time(path, snapshots), _patience(), _saying_if_refused(path):
        copied = copy_of(book, content.mapping, marked_in(book, content.mapping))
        if has_news(copied):
            raise WorkbookBusy(
                f"“{path.name}” is open in Excel on this computer, and what was typed in its log "
                "is not saved yet; it will be updated when it is saved."
            )
        changes = fill(
            copied, content.mapping, content.figures, content.rows, content.people, content.marks
        )
        if not changes.is_any:
            return (
                f"“{path.name}” is up to date in Excel, where it is open on this computer, but not "
                "saved yet. Save it there to keep that."
            )
        copy = take_snapshot(path, read_workbook(path), snapshots)
        written: set[Cell] = set()
        try:
            write_changes(book, changes, path, written)
        finally:  # also when Excel stopped in the middle: of what it took there is a receipt
            receipt = replace(receipt_of(changes, path, written), snapshot=copy)
            if receipt.is_written:
                keep(receipt)
            else:
                discard(copy)
        return f"{receipt.line()} It is open in Excel on this computer: save it there to keep that."


@contextmanager
def _saying_if_refused(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not _is_refusal(error):
            raise
        raise WorkbookBusy(
            f"“{path.name}” is open in Excel on this computer, and Excel takes nothing just now: a "
            "cell is being typed in, a question stands open, or the sheet is protected. It is "
            "tried again by itself, and when the workbook is closed."
        ) from error


# ---- finding it ------------------------------------------------------------------------------


def _excel() -> Any | None:
    """Return xlwings' engine for Excel on this computer; ``None`` where there is none.

    xlwings is loaded only where there can be an Excel: what it loads takes a second.
    """
    if sys.platform not in ("win32", "darwin") and "xlwings" not in sys.modules:
        return None
    if "xlwings" not in sys.modules and importlib.util.find_spec("xlwings") is None:
        return None
    import xlwings

    windows = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        # When Python ends, xlwings would end every Excel that shows no workbook: not ours to do.
        atexit.unregister(windows.cleanup)
    return next((engine for engine in xlwings.engines if engine.name == "excel"), None)


def _books(engine: Any) -> Iterator[Any]:
    for app in engine.apps:
        try:
            yield from app.books
        except Exception as error:  # one Excel asks something; another may have the workbook
            if not _is_refusal(error):
                raise


def _is_it(book: Any, path: Path) -> bool:
    """Whether an open workbook is this file, by whatever path it was opened, and can be saved."""
    if book.name.casefold() != path.name.casefold():
        return False
    try:
        return Path(book.fullname).samefile(path) and not _is_read_only(book)
    except OSError:  # never saved, or at an address that is no folder here
        return False


def _is_read_only(book: Any) -> bool:
    try:
        return book.api.ReadOnly is True
    except AttributeError:  # on the Mac
        return book.api.read_only.get() is True


@contextmanager
def _patience() -> Iterator[None]:
    """Let Excel refuse for a moment only, as long as this goes on."""
    windows: Any = sys.modules.get("xlwings._xlwindows")
    if windows is None:
        yield
        return
    before = windows.N_COM_ATTEMPTS
    windows.N_COM_ATTEMPTS = _TRIES_OF_A_CALL
    try:
        yield
    finally:
        windows.N_COM_ATTEMPTS = before


def _is_refusal(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in _FROM_EXCEL


# ---- what is more than its value -------------------------------------------------------------


def marked_in(book: Any, mapping: WorkbookMap) -> Marked:
    """Return the cells of the mapped lists' sheets that hold formulas, are spilled or merged."""
    formulas: dict[str, list[Area]] = {}
    merged: dict[str, list[Area]] = {}
    for sheet in sheets_of(book, mapping):
        used = sheet.used_range
        found = list(used.get_special_cells("formulas"))
        formulas[sheet.name] = [Area.of(cells.address) for cells in found]
        formulas[sheet.name] += _spilled(used, found)
        merged[sheet.name] = list(_merged(used))
    return Marked(formulas, merged)


def _spilled(used: Any, formulas: list[Any]) -> Iterator[Area]:
    """Yield what formulas fill beside their own cell; Excel for Windows is asked itself."""
    if getattr(used.api, "HasSpill", False) is False:  # no formula there does; or an older Excel
        return
    for cells in formulas:
        if cells.api.HasSpill is not False:
            for cell in cells:
                if cell.api.HasSpill:
                    yield Area.of(cell.api.SpillingToRange.Address)


def _merged(cells: Any) -> Iterator[Area]:
    """Yield the merged areas: Excel says of a range whether some of it, all or nothing is merged.

    A range of which it is some is halved until it is all or nothing: merged cells are few.
    """
    addresses = dict.fromkeys(cell.merge_area.address for cell in _merged_cells(cells))
    yield from map(Area.of, addresses)


def _merged_cells(cells: Any) -> Iterator[Any]:
    if cells.merge_cells is False:
        return
    rows, columns = cells.shape
    if rows == columns == 1:
        yield cells
    elif rows > 1:
        yield from _merged_cells(cells[: rows // 2, :])
        yield from _merged_cells(cells[rows // 2 :, :])
    else:
        yield from _merged_cells(cells[:, : columns // 2])
        yield from _merged_cells(cells[:, columns // 2 :])
