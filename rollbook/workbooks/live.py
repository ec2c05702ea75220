"""A workbook that is open in Excel, brought up to date through Excel, on one page.

What is to be changed is worked out by the code that updates files (:mod:`updating`), so that a
workbook gets the same cells whether it is open or not. Here they are handed to Excel.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from rollbook.workbooks.book import Table
from rollbook.workbooks.cells import LONGEST_TEXT, Area, Value, as_text
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.figures import NOBODY, Figures
from rollbook.workbooks.letter_log import LogRow
from rollbook.workbooks.mapping import WorkbookMap
from rollbook.workbooks.opened import Marked, copy_of, stretches
from rollbook.workbooks.people import People
from rollbook.workbooks.receipt import CellChange, LeftAlone, Receipt, RowAdded, StudentAdded
from rollbook.workbooks.updating import NO_MARKS, Marks, fill

Cells = Mapping[tuple[int, int], Value]
"""What stands, or is to stand, in cells: by row and column."""

Cell = tuple[str, int, int]
"""A sheet's name, a row and a column."""


def changes_in(
    book: Any,
    mapping: WorkbookMap,
    figures: Figures,
    log_rows: Sequence[LogRow],
    marked: Marked,
    people: People = NOBODY,
    marks: Marks = NO_MARKS,
) -> Changes:
    """Return what an update would change in an open xlwings ``book``; nothing is written.

    Raises ``WorkbookError`` with the sentence an update of the file gives, when the sheet was
    changed so that the mapping no longer fits.
    """
    return fill(copy_of(book, mapping, marked), mapping, figures, log_rows, people, marks)


def write_changes(
    book: Any, changes: Changes, file: Path, written: set[Cell] | None = None
) -> Receipt:
    """Hand the changes to Excel, in as few ranges as possible, and return the receipt.

    Excel is told of one range after another, each by itself. Rows are put in first, in the order
    in which they were found to be missing; what stands below moves down, as in a file. A Table is
    made longer then: Excel does that by itself only for what is typed by hand. Into ``written`` go
    the cells Excel has taken, for one that may refuse in the middle.
    """
    taken: set[Cell] = set() if written is None else written
    for put_in in changes.book.inserted:
        last = put_in.above + put_in.count - 1
        below = book.sheets[put_in.sheet].range(f"{put_in.above}:{last}")
        below.insert("down", "format_from_left_or_above")
    for table, area in [*_longer_logs(changes), *_longer_trackers(changes)]:
        sheet = book.sheets[table.sheet]
        sheet.tables[table.name].resize(sheet.range(str(area)))
    _fill_formulas(book, changes)
    for name, cells in _to_write(changes).items():
        held = {(row, column): value for (sheet, row, column), value in changes.held.items()
                if sheet == name}  # fmt: skip
        for area in _areas(cells, held):
            corner, end = (area.top, area.left), (area.bottom, area.right)
            places = [
                [(row, column) for column in range(area.left, area.right + 1)]
                for row in range(area.top, area.bottom + 1)
            ]
            rows = [[_typed(cells.get(at, held.get(at))) for at in row] for row in places]
            _put(book, book.sheets[name].range(corner, end), rows)
            taken.update((name, *at) for row in places for at in row if at in cells)
    return receipt_of(changes, file, taken)


def receipt_of(changes: Changes, file: Path, written: Set[Cell]) -> Receipt:
    """Return the receipt of those of the changes that Excel has taken."""

    def is_there(row: RowAdded | StudentAdded) -> bool:
        return any((row.sheet, row.row, column) in written for column in row.values)

    return Receipt(
        file=file,
        at=datetime.now().astimezone(),
        cells=tuple(each for each in changes.cells if _place(each) in written),
        rows_added=tuple(filter(is_there, changes.rows_added)),
        left_alone=(*changes.left_alone, *_not_reached(changes)),
        not_found=tuple(changes.not_found),
        students_added=tuple(filter(is_there, changes.students_added)),
        moved=changes.book.inserted,
        through_excel=True,
    )


def _not_reached(changes: Changes) -> Iterator[LeftAlone]:
    """Yield a line for a list without a Table that is longer now.

    Excel lets what covers a list follow rows put into it, not rows below it; in a file Rollbook
    sees to that.
    """
    below = [added for added in changes.students_added if added.is_below]
    if below and not any(below[0].row in rows for rows in _rows_of_tables(changes, below[0].sheet)):
        sheet, first, last = below[0].sheet, below[0].row, below[-1].row
        yield LeftAlone(
            sheet,
            f"what covers the list down to row {first - 1}",
            f"new students stand below it, down to row {last}; let sums, colours and lists of "
            "choices reach down to there",
        )


def _rows_of_tables(changes: Changes, sheet: str) -> Iterator[range]:
    for table in changes.book.tables:
        if table.sheet == sheet:
            yield range(table.area.top, table.area.bottom + 1)


def _place(change: CellChange) -> Cell:
    area = Area.of(change.cell)
    return change.sheet, area.top, area.left


def _longer_logs(changes: Changes) -> Iterator[tuple[Table, Area]]:
    for table, bottom in changes.grown:
        if bottom > table.area.bottom:
            yield table, Area(table.area.left, table.area.top, table.area.right, bottom)


def _longer_trackers(changes: Changes) -> Iterator[tuple[Table, Area]]:
    """Yield the Tables with students below what was their last row; of rows put in Excel knows."""
    put_in: set[tuple[str, int]] = set()
    for each in changes.book.inserted:
        moved = {(name, row + each.count) for name, row in put_in
                 if name == each.sheet and row >= each.above}  # fmt: skip
        stayed = {at for at in put_in if at[0] != each.sheet or at[1] < each.above}
        rows = range(each.above, each.above + each.count)
        put_in = moved | stayed | {(each.sheet, row) for row in rows}
    below = {(added.sheet, added.row) for added in changes.students_added} - put_in
    for table in changes.book.tables:
        rows = range(table.area.top, table.area.bottom + 1)
        if any(name == table.sheet and row in rows for name, row in below):
            yield table, table.area


def _fill_formulas(book: Any, changes: Changes) -> None:
    """Have Excel fill the clerk's formulas into the rows of new students, from the row beside.

    In a Table it does so by itself, if it takes the column for a calculated one.
    """
    new = {(added.sheet, added.row) for added in changes.students_added}
    for name, row in sorted(new):
        sheet = changes.book.sheet(name)
        if (name, row - 1) in new:
            continue
        last = next(below for below in count(row) if (name, below + 1) not in new)
        sources: dict[int, list[int]] = defaultdict(list)
        for column in (column for column, cell in sheet.cells(row) if cell.has_formula):
            above = sheet.cell(row - 1, column)
            sources[row - 1 if above and above.has_formula else last + 1].append(column)
        tab = book.sheets[name]
        for source, columns in sources.items():
            for left, right in stretches(columns):
                beside = tab.range((source, left), (source, right))
                corner, end = (min(source, row), left), (max(source, last), right)
                beside.autofill(tab.range(corner, end), "fill_copy")


def _put(book: Any, cells: Any, rows: list[list[Any]]) -> None:
    if book.app.engine.name != "remote":  # Excel on this computer
        cells.value = rows
        return
    # Through ``value``, the server's engine copies the whole sheet seventeen times for each range.
    cells.raw_value = [[_in_json(value) for value in row] for row in rows]


def _in_json(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def _to_write(changes: Changes) -> Mapping[str, Cells]:
    cells: dict[str, dict[tuple[int, int], Value]] = defaultdict(dict)
    for change in changes.cells:
        sheet, row, column = _place(change)
        cells[sheet][row, column] = change.value
    rows: list[RowAdded | StudentAdded] = [*changes.rows_added, *changes.students_added]
    for added in rows:
        for column, value in added.values.items():
            cells[added.sheet][added.row, column] = value
    return cells


def _areas(cells: Cells, held: Cells) -> Iterator[Area]:
    """Yield the rectangles to write: columns of changed cells, those alike beside each other.

    A gap in a column is bridged by the cells that show already what they should: each rectangle
    is a step of its own in Excel, and a thousand steps would take minutes.
    """
    runs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for column in sorted({column for _, column in cells}):
        for top, bottom in _runs(column, cells, held):
            runs[top, bottom].append(column)
    for (top, bottom), columns in sorted(runs.items()):
        left = right = columns[0]
        for column in columns[1:]:
            if column != right + 1:
                yield Area(left, top, right, bottom)
                left = column
            right = column
        yield Area(left, top, right, bottom)


def _runs(column: int, cells: Cells, held: Cells) -> Iterator[tuple[int, int]]:
    rows = sorted(row for row, other in cells if other == column)
    top = bottom = rows[0]
    for row in rows[1:]:
        if not all(_bridges(held, gap, column) for gap in range(bottom + 1, row)):
            yield top, bottom
            top = row
        bottom = row
    yield top, bottom


def _bridges(held: Cells, row: int, column: int) -> bool:
    """Whether a cell may be written once more: not a date, whose format Excel might change."""
    return (row, column) in held and not isinstance(held[row, column], date)


def _typed(value: Value) -> Any:
    """Return a value as Excel is handed it."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    if isinstance(value, str):
        return as_text(value[:LONGEST_TEXT]) or None
    return value
