"""The sheet in front of the clerk: which students the selected rows are about, and writing back."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from addin.buttons import Press
from addin.known_ids import KnownIds
from addin.marks import text_of
from rollbook.problems import NotAllowed
from rollbook.reports import Column, Table
from rollbook.workbooks.cells import Area
from rollbook.workbooks.cells import as_text as as_text  # what buttons write goes through it
from rollbook.workbooks.headings import LOG, STUDENT_ID, plain

ROWS_SEARCHED = 60


@dataclass(frozen=True, slots=True)
class Grid:
    """The values of a sheet, and where its first cell stands. Rows and columns count from 1."""

    sheet: str
    top: int
    left: int
    rows: Sequence[Sequence[Any]]

    def cell(self, row: int, column: int) -> Any:
        """Return what stands in a cell; None outside what is used."""
        if not (0 <= row - self.top < len(self.rows)):
            return None
        cells = self.rows[row - self.top]
        return cells[column - self.left] if 0 <= column - self.left < len(cells) else None

    def numbers(self) -> range:
        """Return the numbers of the rows in use."""
        return range(self.top, self.top + len(self.rows))


def grid_of(sheet: Any) -> Grid:
    """Read the used cells of an xlwings sheet."""
    used = sheet.used_range
    values = used.options(ndim=2).value
    return Grid(sheet.name, used.row, used.column, values)


def column_under(grid: Grid, words: Sequence[str]) -> tuple[int, int] | None:
    """Return the first row with a heading that is one of ``words``, and the column under it.

    Where a row has several of them, such as a student id and a UPN, the word named first counts.
    """
    order = {word: place for place, word in enumerate(words)}
    for row in list(grid.numbers())[:ROWS_SEARCHED]:
        found = [
            (order[plain(cell)], place)
            for place, cell in enumerate(grid.rows[row - grid.top])
            if isinstance(cell, str) and plain(cell) in order
        ]
        if found:
            return row, grid.left + min(found)[1]
    return None


class NobodySelected(NotAllowed):
    """The selection is about no student: nothing is selected, or no list of students is."""


def selected_rows(at: Press, grid: Grid) -> list[int]:
    """Return the numbers of the rows in use that the clerk has selected and can see, in order.

    Raises ``NobodySelected`` when there is none.
    """
    used = grid.numbers()
    numbers: list[int] = []
    after = used.start  # areas may lie over each other: each row is taken once
    for first, last in sorted(_first_and_last(area) for area in at.view.rows):
        numbers += range(max(first, after), min(last + 1, used.stop))
        after = max(after, last + 1)
    if not numbers:
        raise NobodySelected(
            "Select the rows of the students you mean, then press the button again."
        )
    return numbers


def _first_and_last(address: str) -> tuple[int, int]:
    """Return the first and the last row of an area, such as ``A5:C9`` or ``5:9``."""
    name = address.replace("$", "")
    if re.fullmatch(r"[A-Za-z]+:[A-Za-z]+", name):
        raise NotAllowed("Whole columns are selected. Select the rows of the students you mean.")
    area = Area.of(name)
    return area.top, area.bottom


def selected_students(at: Press) -> list[str]:
    """Return the ids of the students in the selected rows, each once, in the sheet's order.

    Raises ``NobodySelected`` when there is none, and ``NotAllowed``, naming the row, when a row is
    of nobody the office knows: no button does its work for some of the rows and is silent about
    others.
    """
    grid = grid_of(at.book.sheets.active)
    found = column_under(grid, STUDENT_ID)
    if found is None:
        raise NobodySelected(
            f"Rollbook finds no column of student ids on the sheet “{grid.sheet}”. Go to a sheet "
            "that has one, with a heading such as “Student ID” or “UPN”, and try again."
        )
    heading, column = found
    known = KnownIds(at.desk.students)
    ids = [
        _student_of(known, row, grid.cell(row, column))
        for row in selected_rows(at, grid)
        if row > heading and text_of(grid.cell(row, column))
    ]
    if not ids:
        raise NobodySelected(
            "Select the rows of the students you mean, then press the button again."
        )
    return list(dict.fromkeys(ids))


def _student_of(known: KnownIds, row: int, content: Any) -> str:
    try:
        return known.student(content).student_id
    except NotAllowed as why:
        raise NotAllowed(f"Row {row}: {why} Nothing was done.") from why


def selected_serials(at: Press) -> list[str]:
    """Return the serials of letters in the selected rows of a letter log; none when it is none."""
    grid = grid_of(at.book.sheets.active)
    found = column_under(grid, LOG["serial"])
    if found is None:
        return []
    heading, column = found
    cells = (grid.cell(row, column) for row in selected_rows(at, grid) if row > heading)
    return list(dict.fromkeys(str(cell).strip() for cell in cells if cell))


HEADING_ROW = 3
WIDEST = 60  # letters; a longer text goes on in the next line of its cell
POINTS_A_LETTER, POINTS_BESIDE = 5.25, 3.75  # of the face new workbooks have


def write_table(at: Press, table: Table, name: str) -> str:
    """Write a report on a sheet of its own in the open workbook; return the sheet's name.

    A sentence says what it is, the headings below it stay in sight and have filters.
    """
    title = _free_name(name, {sheet.name.casefold() for sheet in at.book.sheets})
    sheet = at.book.sheets.add(title, after=at.book.sheets[-1])
    width, height = len(table.columns), len(table.rows)
    sheet["A1"].value = as_text(table.title)
    sheet["A1"].font.bold = True
    sheet["A1"].font.size = 12
    rows = [[as_text(column.title) for column in table.columns]]
    rows += [[as_text(value) for value in row] for row in table.rows]
    whole = sheet.range((HEADING_ROW, 1), (HEADING_ROW + height, width))
    whole.value = rows
    if height:
        sheet.tables.add(source=whole, table_style_name="TableStyleLight1")
    head = sheet.range((HEADING_ROW, 1), (HEADING_ROW, width))
    head.font.bold = True
    head.font.color = "#ffffff"
    head.color = "#1f5fa8"
    whole.columns.autofit()
    for place, column in enumerate(table.columns, start=1):
        if height:
            cells = sheet.range((HEADING_ROW + 1, place), (HEADING_ROW + height, place))
            _format_column(cells, column, [row[place - 1] for row in table.rows])
    sheet.freeze_panes.freeze_at(f"1:{HEADING_ROW}")
    sheet.page_setup.print_area = sheet.range((1, 1), (HEADING_ROW + height, width)).address
    sheet.activate()
    return title


def _format_column(cells: Any, column: Column, values: Sequence[Any]) -> None:
    """Show a column's values as the report means them, long texts over several lines."""
    if column.number_format:
        cells.number_format = column.number_format
    if any(isinstance(value, str) and len(value) > WIDEST for value in values):
        in_points = cells.sheet.book.app.engine.name == "remote"  # on a desktop, in letters
        cells.column_width = WIDEST * POINTS_A_LETTER + POINTS_BESIDE if in_points else WIDEST
        cells.wrap_text = True


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return a sheet name nobody has: at most 31 letters, without those Excel forbids."""
    plain_name = re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Rollbook"
    candidate, number = plain_name, 2
    while candidate.casefold() in taken:
        ending = f" ({number})"
        candidate, number = plain_name[: 31 - len(ending)] + ending, number + 1
    return candidate
