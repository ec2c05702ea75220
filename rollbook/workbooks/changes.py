"""What an update is about to do, gathered cell by cell."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from rollbook.workbooks.book import Book, Table
from rollbook.workbooks.cells import (
    Area,
    Cell,
    Content,
    Tag,
    Value,
    as_number,
    cell_xml,
    column_letters,
    day_of,
    is_same,
    one_cell,
)
from rollbook.workbooks.receipt import CellChange, LeftAlone, RowAdded, StudentAdded
from rollbook.workbooks.sheet import Sheet, head_of

FORMULA = "a formula is there"
_PICTURE = "a picture or data type is there"


class _Outcome(NamedTuple):
    """What comes of a value in a cell: nothing new, or the cell's XML from behind its address.

    ``more`` says what else the cell holds beside a value, so that it is left alone.
    """

    is_held: bool
    more: str = ""
    was: str = ""
    now: str = ""
    xml: bytes = b""


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
    _outcomes: dict[tuple[Tag, bytes, Value], _Outcome] = field(default_factory=dict)

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
        name, spilled, known = sheet.name, self._spilled_in(sheet), self._outcomes
        number, behind = str(row), b'%d"' % row
        instead: list[tuple[Cell, bytes]] = []
        for (column, value), cell in zip(values.items(), sheet.row_cells(row, values), strict=True):
            there = cell or _not_written(styles[column])
            outcome = known.get((there.tag, there.body, value)) or self._work_out(there, value)
            if outcome.is_held:
                self.held[name, row, column] = value
                continue
            reference = column_letters(column) + number
            if outcome.more == FORMULA and column in replaced:
                self.book.take_formula(name, reference)
            elif outcome.more:
                self.leave(name, reference, outcome.more)
                continue
            elif spilled and any(area.meets(one_cell(row, column)) for area in spilled):
                self.leave(name, reference, "a formula in another cell fills it")
                continue
            self.cells.append(CellChange(name, reference, outcome.was, outcome.now, value))
            xml = head_of(column) + behind + outcome.xml
            if cell:
                instead.append((cell, xml))
            else:
                sheet.insert(row, column, xml)
        sheet.replace_all(instead)

    def _work_out(self, cell: Cell, value: Value) -> _Outcome:
        """Work out what comes of a value in this cell, once for all cells like it."""
        outcome = self._outcomes[cell.tag, cell.body, value] = self._outcome(cell, value)
        return outcome

    def _outcome(self, cell: Cell, value: Value) -> _Outcome:
        content = cell.content(self.book.shared)
        more = FORMULA if cell.has_formula else _PICTURE if cell.is_linked else ""
        if not more and is_same(content, value, self.book.since_1904):
            return _Outcome(is_held=True)
        was = "" if content is None else self._as_typed(cell.style, content)
        xml = self.new_cell("", cell.style, value).removeprefix(b'<c r=""')
        return _Outcome(False, more, was, _printed(value), xml)

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


@cache
def _not_written(style: int) -> Cell:
    """Return a cell of this format that the sheet does not write down."""
    return Cell(0, 0, Tag(style, b"n", False), b"")


def _printed(value: Value) -> str:
    if value is None:
        return ""
    return str(as_number(value, False)) if type(value) is Fraction else str(value)


def _in_short(cells: list[str]) -> str:
    if len(cells) <= 4:
        return ", ".join(cells)
    return f"{', '.join(cells[:3])} … {cells[-1]} ({len(cells):,} cells)"
