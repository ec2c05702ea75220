"""Excel on this computer, as classic xlwings reaches it: an engine of xlwings' own interface.

Workbooks live in memory. What is not needed here is missing and says so (``NotImplementedError`` of
``xlwings.base_classes``). Cells hold what Excel would give: numbers are floats, days are datetimes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from tests.workbooks.open_books import as_excel_reads

import xlwings as xw  # isort: skip  (after open_books, which says what it runs as)
from xlwings import base_classes as base  # isort: skip

Rect = tuple[int, int, int, int]
"""Top, left, bottom, right."""


class Engine:
    """What xlwings asks of an engine itself."""

    name, type = "excel", "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> list[list[Any]]:
        return [[empty_as if one in ("", None) else one for one in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(element: Any, options: Any) -> Any:
        return "" if element is None else element


class Apps(base.Apps):
    def __init__(self) -> None:
        self.running: list[App] = []

    def __iter__(self) -> Iterator["App"]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)


class App(base.App):
    """An Excel. ``typing``: a cell is being typed in, so that it refuses after so many writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.opened: list[Book] = []
        self.writes_left: int | None = None
        self.is_asking = False

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def pid(self) -> int:
        return id(self)

    @property
    def books(self) -> "Books":
        if self.is_asking:
            raise refusal()
        return Books(self.opened)

    def take(self) -> None:
        """Let one write pass, or refuse it."""
        if self.writes_left == 0:
            raise refusal()
        if self.writes_left is not None:
            self.writes_left -= 1


def refusal() -> Exception:
    return xw.XlwingsError("Excel application is not responding")


class Books(base.Books):
    def __init__(self, opened: list["Book"]) -> None:
        self._opened = opened

    def __iter__(self) -> Iterator["Book"]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)


class Book(base.Book):
    """A workbook as it was when it was opened, and what was done in it since."""

    def __init__(self, app: App, path: Path, *, read_only: bool = False) -> None:
        self._app, self.path = app, path
        self.done: list[tuple[Any, ...]] = []
        self._api = SimpleNamespace(ReadOnly=read_only)
        shown = openpyxl.load_workbook(path, data_only=True)
        written = openpyxl.load_workbook(path)
        self._sheets = [Sheet(self, one, written[one.title]) for one in shown.worksheets]

    @property
    def api(self) -> Any:
        return self._api

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def fullname(self) -> str:
        return str(self.path)

    @property
    def app(self) -> App:
        return self._app

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self._sheets)

    def save(self, path: Any = None, password: Any = None) -> None:
        """Save as Excel would, as far as openpyxl can: what was done is done to the file."""
        file = openpyxl.load_workbook(self.path)
        for what, name, *given in self.done:
            tab = file[name]
            if what == "insert":
                tab.insert_rows(*given)
            else:
                row, column, value = given
                tab.cell(row, column).value = value
        for sheet in self._sheets:
            for table in sheet.listed:
                file[sheet.name].tables[table.name].ref = _a1(table.rect)
        file.save(self.path)
        self.done.clear()


class Sheets(base.Sheets):
    def __init__(self, sheets: list["Sheet"]) -> None:
        self._sheets = sheets

    def __call__(self, name_or_index: str | int) -> "Sheet":
        if isinstance(name_or_index, int):
            return self._sheets[name_or_index - 1]
        return next(one for one in self._sheets if one.name == name_or_index)

    def __len__(self) -> int:
        return len(self._sheets)

    def __iter__(self) -> Iterator["Sheet"]:
        return iter(self._sheets)


class Sheet(base.Sheet):
    def __init__(self, book: Book, shown: Any, written: Any) -> None:
        self._book, self._name = book, shown.title
        self._visible = -1 if shown.sheet_state == "visible" else 0  # as COM says it
        self.values: dict[tuple[int, int], Any] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.spilled: dict[tuple[int, int], Rect] = {}
        self.merged: list[Rect] = [_rect(str(area)) for area in written.merged_cells.ranges]
        self.listed = [Table(self, table) for table in written.tables.values()]
        for cells in shown.iter_rows():
            for cell in cells:
                if cell.value is not None:
                    self.values[cell.row, cell.column] = as_com_gives(cell.value)
        for cells in written.iter_rows():
            for cell in cells:
                if isinstance(cell.value, ArrayFormula):
                    self.formulas[cell.row, cell.column] = cell.value.text
                    self.spilled[cell.row, cell.column] = _rect(cell.value.ref)
                elif cell.data_type == "f":
                    self.formulas[cell.row, cell.column] = cell.value

    @property
    def name(self) -> str:
        return self._name

    @property
    def book(self) -> Book:
        return self._book

    @property
    def visible(self) -> int:
        return self._visible

    @property
    def tables(self) -> "Tables":
        return Tables(self.listed)

    @property
    def used_range(self) -> "Range":
        places = [*self.values, *self.formulas] or [(1, 1)]
        rows, columns = zip(*places, strict=True)
        return Range(self, (min(rows), min(columns), max(rows), max(columns)))

    def range(self, arg1: Any, arg2: Any = None) -> "Range":
        first, last = _corner(arg1), _corner(arg2 if arg2 is not None else arg1)
        return Range(self, (first[0], first[1], last[2], last[3]))

    def put_rows_in(self, above: int, count: int) -> None:
        """Insert sheet rows; what stands below moves down."""

        def moved(row: int) -> int:
            return row + count if row >= above else row

        for cells in (self.values, self.formulas, self.spilled):
            before: dict[tuple[int, int], Any] = dict(cells)
            cells.clear()
            cells.update({(moved(row), column): one for (row, column), one in before.items()})
        self.merged = [(moved(one[0]), one[1], moved(one[2]), one[3]) for one in self.merged]
        for table in self.listed:
            top, left, bottom, right = table.rect
            table.rect = moved(top), left, moved(bottom), right


class Table(base.Table):
    def __init__(self, sheet: Sheet, written: Any) -> None:
        self._sheet, self._name = sheet, written.displayName
        self.rect = _rect(written.ref)
        self._headers, self._totals = written.headerRowCount != 0, bool(written.totalsRowCount)

    @property
    def name(self) -> str:
        return str(self._name)

    @property
    def range(self) -> "Range":
        return Range(self._sheet, self.rect)

    @property
    def show_headers(self) -> bool:
        return self._headers

    @property
    def show_totals(self) -> bool:
        return self._totals

    @property
    def header_row_range(self) -> "Range":
        top, left, _, right = self.rect
        return Range(self._sheet, (top, left, top, right))

    def resize(self, range: Any) -> None:
        self._sheet.book.app.take()
        before, self.rect = self.rect, range.impl.rect
        for column in _between(before[1], before[3]):  # Excel fills calculated columns by itself
            if formula := self._sheet.formulas.get((before[2], column)):
                for row in _between(before[2] + 1, self.rect[2]):
                    self._sheet.formulas[row, column] = formula
                    self._sheet.book.done.append(("set", self._sheet.name, row, column, formula))


class Tables(base.Tables):
    def __init__(self, tables: list[Table]) -> None:
        self._tables = tables

    def __call__(self, key: str | int) -> Table:
        return next(one for place, one in enumerate(self._tables, 1) if key in (one.name, place))

    def __len__(self) -> int:
        return len(self._tables)

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables)


class Range(base.Range):
    def __init__(self, sheet: Sheet, rect: Rect) -> None:
        self.sheet, self.rect = sheet, rect

    def __call__(self, arg1: int, arg2: int | None = None) -> "Range":
        if arg2 is None:  # the cells one after the other, row by row
            down, right = divmod(arg1 - 1, self.shape[1])
            return self(down + 1, right + 1)
        row, column = self.rect[0] + arg1 - 1, self.rect[1] + arg2 - 1
        return Range(self.sheet, (row, column, row, column))

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    @property
    def api(self) -> Any:
        """What COM tells beside: whether a formula fills cells beside its own."""
        spilled = {at for at in self.sheet.spilled if at in set(self._places())}
        if not spilled:
            return SimpleNamespace(HasSpill=False)
        filled = SimpleNamespace(Address=_a1(self.sheet.spilled[min(spilled)]))
        is_one = len(self) == 1
        return SimpleNamespace(HasSpill=True if is_one else None, SpillingToRange=filled)

    @property
    def row(self) -> int:
        return self.rect[0]

    @property
    def column(self) -> int:
        return self.rect[1]

    @property
    def shape(self) -> tuple[int, int]:
        top, left, bottom, right = self.rect
        return bottom - top + 1, right - left + 1

    @property
    def address(self) -> str:
        return _a1(self.rect)

    @property
    def raw_value(self) -> Any:
        return self._rows(self.sheet.values, None)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self.sheet.book.app.take()
        rows = data if isinstance(data, list | tuple) else [[data]]
        for (row, column), value in zip(
            self._places(), (one for line in rows for one in line), strict=True
        ):
            read = as_com_gives(as_excel_reads(value))
            self.sheet.formulas.pop((row, column), None)
            self.sheet.values.pop((row, column), None)
            if read is not None:
                self.sheet.values[row, column] = read
            self.sheet.book.done.append(("set", self.sheet.name, row, column, read))

    @property
    def formula(self) -> Any:
        return self._rows({**self.sheet.values, **self.sheet.formulas}, "")

    @property
    def merge_cells(self) -> bool | None:
        """``None``, as COM says it, where only some of the cells are merged."""
        found = {self._merged(row, column) is not None for row, column in self._places()}
        return found.pop() if len(found) == 1 else None

    @property
    def merge_area(self) -> "Range":
        row, column = self.rect[:2]
        return Range(self.sheet, self._merged(row, column) or (row, column, row, column))

    def get_special_cells(self, cell_type: str, value_type: str | None) -> list["Range"]:
        assert cell_type == "formulas"
        inside = sorted(set(self._places()) & self.sheet.formulas.keys())
        return [Range(self.sheet, (row, column, row, column)) for row, column in inside]

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        self.sheet.book.app.take()
        assert (shift, self.rect[1], self.rect[3]) == ("down", 1, 16_384)
        count = self.shape[0]
        self.sheet.put_rows_in(self.row, count)
        self.sheet.book.done.append(("insert", self.sheet.name, self.row, count))

    def autofill(self, destination: Any, type_: str) -> None:
        self.sheet.book.app.take()
        assert type_ == "fill_copy" and self.shape[0] == 1
        for row, column in destination.impl._places():
            formula = self.sheet.formulas[self.row, column]
            if row != self.row:
                before, now = (f"{get_column_letter(column)}{one}" for one in (self.row, row))
                filled = Translator(formula, before).translate_formula(now)
                self.sheet.formulas[row, column] = filled
                self.sheet.book.done.append(("set", self.sheet.name, row, column, filled))

    def _merged(self, row: int, column: int) -> Rect | None:
        return next(
            (
                one
                for one in self.sheet.merged
                if one[0] <= row <= one[2] and one[1] <= column <= one[3]
            ),
            None,
        )

    def _places(self) -> list[tuple[int, int]]:
        top, left, bottom, right = self.rect
        across = range(left, right + 1)
        return [(row, column) for row in range(top, bottom + 1) for column in across]

    def _rows(self, cells: dict[tuple[int, int], Any], nothing: Any) -> Any:
        """Return values as COM does: one for one cell, else rows."""
        found = [cells.get(at, nothing) for at in self._places()]
        width = self.shape[1]
        rows = tuple(tuple(found[at : at + width]) for at in range(0, len(found), width))
        return rows[0][0] if len(found) == 1 else rows


def as_com_gives(value: Any) -> Any:
    """Return a value as Excel gives it to another program."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _corner(given: Any) -> Rect:
    if isinstance(given, Range):
        return given.rect
    if isinstance(given, tuple):
        row, column, *size = given
        rows, columns = size or (1, 1)
        return row, column, row + rows - 1, column + columns - 1
    return _rect(given)


def _between(first: int, last: int) -> Iterator[int]:
    yield from range(first, last + 1)


def _rect(address: str) -> Rect:
    left, top, right, bottom = range_boundaries(address.replace("$", ""))
    return top or 1, left or 1, bottom or 1_048_576, right or 16_384


def _a1(rect: Rect) -> str:
    top, left, bottom, right = rect
    first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


@contextmanager
def excel_running() -> Iterator[App]:
    """Let an Excel run on this computer, as xlwings sees it."""
    engine = Engine()
    known = xw.engines
    listed, by_name, active = list(known.engines), dict(known.engines_by_name), known.active
    known.add(xw.Engine(impl=engine))
    app = App(engine)
    engine.apps.running.append(app)
    try:
        yield app
    finally:
        known.engines[:], known.active = listed, active
        known.engines_by_name.clear()
        known.engines_by_name.update(by_name)


def open_in(app: App, path: Path, *, read_only: bool = False) -> Book:
    """Let the clerk open a workbook; Excel lays its small file beside it."""
    book = Book(app, path, read_only=read_only)
    app.opened.append(book)
    owner_file(path).write_bytes(b"\x03Ana" + b" " * 161)
    return book


def close(app: App, book: Book) -> None:
    """Let the clerk close a workbook, without saving it."""
    app.opened.remove(book)
    owner_file(book.path).unlink()


def owner_file(path: Path) -> Path:
    return path.with_name(f"~${path.name}")
