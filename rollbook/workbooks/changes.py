"""What an update is about to do, gathered cell by cell."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from rollbook.workbooks.book import Book, Table
from rollbook.workbooks.cells import (
    Area,
    Content,
    Value,
    as_number,
    cell_xml,
    column_letters,
    day_of,
    is_same,
    one_cell,
)
from rollbook.workbooks.receipt import CellChange, LeftAlone, RowAdded, StudentAdded
from rollbook.workbooks.sheet import Sheet

FORMULA = "a formula is there"


@dataclass(slots=True)
class Changes:
    """The changes of one update, and what was left alone and why.

    ``held`` are the cells that show already what they should, ``grown`` the Tables that end
    further down, with their last row: what a workbook that is open in Excel has to be told.
    """

    book: Book
    cells: list[CellChange] = field(default_factory=list)
    rows_added: list[RowAdded] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)
    students_added: list[StudentAdded] = field(default_factory=list)
    held: dict[tuple[str, int, int], Value] = field(default_factory=dict)
    grown: list[tuple[Table, int]] = field(default_factory=list)
    _left: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    _spilled: dict[str, list[Area]] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.cells or self.rows_added or self.students_added)

    @property
    def left_alone(self) -> tuple[LeftAlone, ...]:
        """What was left alone, a line for each reason."""
        return tuple(
            LeftAlone(sheet, _in_short(cells), why) for (sheet, why), cells in self._left.items()
        )

    @property
    def formulas_left(self) -> int:
        """How many cells were left alone because of a formula."""
        return sum(len(cells) for (_, why), cells in self._left.items() if why == FORMULA)

    def leave(self, sheet: str, cell: str, why: str) -> None:
        """Note that a cell was left alone, and why."""
        self._left[sheet, why].append(cell)

    def put(self, sheet: Sheet, row: int, column: int, value: Value, style: int) -> None:
        """Let a cell show ``value``; ``style`` is for a cell that was not written down yet.

        Nothing happens when it shows it already. A formula, and a cell that a formula elsewhere
        fills, is left alone.
        """
        self.put_row(sheet, row, {column: value}, {column: style})

    def put_row(
        self,
        sheet: Sheet,
        row: int,
        values: Mapping[int, Value],
        styles: Mapping[int, int],
        replaced: frozenset[int] = frozenset(),
    ) -> None:
        """Let the cells of one row show ``values``, by the number of the column, as ``put`` does.

        A whole row at a time, since a school has 50,000 such cells. In the columns ``replaced``
        the clerk's formulas may be written over.
        """
        book, name = self.book, sheet.name
        since_1904, spilled = book.since_1904, self._spilled_in(sheet)
        for (column, value), cell in zip(values.items(), sheet.row_cells(row, values), strict=True):
            reference = f"{column_letters(column)}{row}"
            is_replaced = cell is not None and column in replaced and cell.has_formula
            if is_replaced:
                book.take_formula(name, reference)
            elif cell and (cell.tag.is_linked or b"<f" in cell.body):
                why = FORMULA if cell.has_formula else "a picture or data type is there"
                self.leave(name, reference, why)
                continue
            content = cell.content(book.shared) if cell else None
            if not is_replaced and is_same(content, value, since_1904):
                self.held[name, row, column] = value
                continue
            if spilled and any(area.meets(one_cell(row, column)) for area in spilled):
                self.leave(name, reference, "a formula in another cell fills it")
                continue
            style = cell.style if cell else styles[column]
            was = "" if content is None else self._as_typed(style, content)
            self.cells.append(CellChange(name, reference, was, _printed(value), value))
            if cell:
                sheet.replace(cell, self.new_cell(reference, style, value))
            else:
                sheet.insert(row, column, self.new_cell(reference, style, value))

    def new_cell(self, reference: str, style: int, value: Value) -> bytes:
        """Return a cell for a new row, in a format that shows what it holds."""
        shown = self._shown(style, value)
        return cell_xml(reference, shown, value, self.book.since_1904)

    def _shown(self, style: int, value: Value) -> int:
        return self.book.styles.as_date(style) if isinstance(value, date) else style

    def _spilled_in(self, sheet: Sheet) -> list[Area]:
        if sheet.name not in self._spilled:
            self._spilled[sheet.name] = sheet.spilled()
        return self._spilled[sheet.name]

    def _as_typed(self, style: int, content: Content) -> str:
        if not isinstance(content, float):
            return str(content)
        if self.book.styles.is_date(style):
            day = day_of(content, self.book.since_1904)
            return day.isoformat() if day else str(content)
        return str(int(content)) if content.is_integer() else str(content)


def _printed(value: Value) -> str:
    if value is None:
        return ""
    return str(as_number(value, False)) if type(value) is Fraction else str(value)


def _in_short(cells: list[str]) -> str:
    if len(cells) <= 4:
        return ", ".join(cells)
    return f"{', '.join(cells[:3])} … {cells[-1]} ({len(cells):,} cells)"
