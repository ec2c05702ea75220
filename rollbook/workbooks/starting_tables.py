"""Putting rows into the Tables of a workbook that is just being started, by their headings.

The same way in as for the clerk's own workbooks: cells are put where they belong, and nothing else
in the file is touched. So charts, checks and print set-up of a template arrive as they were made.
"""

import html
import re
from collections.abc import Mapping, Sequence

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book, Table
from rollbook.workbooks.cells import Area, Value, column_letters, escape
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.structure import grow_list

Row = Mapping[str, Value]
"""A row by the headings of its Table; what is not named stays empty."""

_NAME = re.compile(r"<definedName\s[^>]*?\bname=\"([^\"]*)\"[^>]*>([^<]*)</definedName>")
_RESULT = re.compile(
    rb'<c( r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?((?: cm="\d+")?)>'
    rb"(<f(?:\s[^>]*)?>[^<]*</f>)<v>[^<]*</v></c>"
)
_CELL = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]+)\$?(\d+)")


def without_results(book: Book) -> Book:
    """Return the workbook without the results of its formulas, so that nobody shows old ones.

    Excel works all of them out on opening; other programs only those that have no result.
    """
    parts = {tab.part: _RESULT.sub(rb"<c\1\2>\3</c>", book.read(tab.part)) for tab in book.tabs}
    return book.with_parts(parts)


def fill_table(book: Book, name: str, rows: Sequence[Row]) -> None:
    """Put rows into the Table ``name``, from its first empty row on; it grows as it must.

    Formulas of calculated columns are filled down. Raises ``WorkbookError`` when there is no such
    Table, or when a row names a column that it does not have.
    """
    table = book.table(name)
    if table is None:
        raise WorkbookError(f"“{book.path.name}” has no Table “{name}”.")
    unknown = {heading for row in rows for heading in row} - set(table.columns)
    if unknown:
        raise WorkbookError(f"The Table “{name}” has no column “{min(unknown)}”.")
    if not rows:
        return
    first = _first_empty(book, table)
    for number, row in enumerate(rows, first):
        _put_row(book, table, number, row)
    bottom = max(first + len(rows) - 1, table.area.bottom)
    grow_list(book, table.sheet, table.area, bottom)


def fill_name(book: Book, name: str, value: Value) -> None:
    """Put a value into the cell that a name of the workbook stands for."""
    for found, place in _NAME.findall(book.read(book.workbook_part).decode("utf-8")):
        cell = _CELL.fullmatch(html.unescape(place))
        if found == name and cell:
            sheet = book.sheet((cell[1] or cell[2]).replace("''", "'"))
            column = Area.of(cell[3] + cell[4]).left
            style = sheet.default_style(int(cell[4]), column)
            Changes(book).put(sheet, int(cell[4]), column, value, style)
            return
    raise WorkbookError(f"“{book.path.name}” has no cell of the name “{name}”.")


def _first_empty(book: Book, table: Table) -> int:
    """Return the first row below which nothing is written but formulas."""
    sheet = book.sheet(table.sheet)
    last = table.area.top
    for row in sheet.numbers(table.first_row, table.area.bottom):
        if any(
            table.area.left <= column <= table.area.right
            and not cell.has_formula
            and cell.content(book.shared) not in (None, "")
            for column, cell in sheet.cells(row)
        ):
            last = row
    return last + 1


def _put_row(book: Book, table: Table, number: int, row: Row) -> None:
    sheet, like, changes = book.sheet(table.sheet), table.first_row, Changes(book)
    for column, heading in enumerate(table.columns, table.area.left):
        reference = f"{column_letters(column)}{number}"
        there, above = sheet.cell(number, column), sheet.cell(like, column)
        style = above.style if above else sheet.default_style(like, column)
        formula = table.formulas[column - table.area.left]
        if formula and heading not in row:
            head = f'<c r="{reference}" s="{style}"><f>'.encode("ascii")
            xml = head + escape(formula.removeprefix("=")) + b"</f></c>"
        else:
            xml = changes.new_cell(reference, there.style if there else style, row.get(heading))
        if there:
            sheet.replace(there, xml)
        else:
            sheet.insert(number, column, xml, like)
