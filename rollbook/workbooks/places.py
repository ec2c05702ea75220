"""Where a mapped list stands in the workbook today: found by its headings, not by memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book, Table
from rollbook.workbooks.cells import column_number
from rollbook.workbooks.headings import STATE_ID, plain
from rollbook.workbooks.mapping import Block, Column
from rollbook.workbooks.sheet import Sheet

ROWS_SEARCHED = 60
"""A heading row further down than this is not looked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A list as it stands today. ``columns``: Rollbook's word → number of the column."""

    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    left: int
    right: int
    last_row: int  # of a Table; of the sheet when it is none
    table: Table | None

    @property
    def by_state_id(self) -> bool:
        """Whether the list knows its students by a state's number: UPN, SSID, TSDS id."""
        return plain(self.headings["student_id"]) in STATE_ID

    def rows(self) -> list[int]:
        """Return the numbers of the rows below the headings."""
        return self.sheet.numbers(self.header_row + 1, self.last_row)


def locate(book: Book, block: Block) -> Place:
    """Find a mapped list again. Raises ``WorkbookError`` when a heading is no longer there."""
    if block.table:
        return _locate_table(book, block)
    sheet = book.sheet(block.sheet)
    for number in (block.header_row, *range(1, ROWS_SEARCHED + 1)):
        words = heading_words(book, sheet, number)
        columns = {key: _find(column, words) for key, column in block.columns.items()}
        if all(columns.values()):
            left, right = _stretch(words, min(columns.values()), max(columns.values()))
            return Place(sheet, number, columns, _said(block), left, right, sheet.last_row, None)
    words = heading_words(book, sheet, block.header_row)
    raise _lost(book, block, words)


def heading_words(book: Book, sheet: Sheet, row: int) -> dict[int, str]:
    """Return the texts of one row, numbers among them: column number → words."""
    words = {}
    for column, cell in sheet.cells(row):
        content = cell.content(book.shared)
        if isinstance(content, float) and content.is_integer():
            content = str(int(content))
        if isinstance(content, str) and content.strip():
            words[column] = content
    return words


def _locate_table(book: Book, block: Block) -> Place:
    table = book.table(block.table)
    if table is None or not table.has_header:
        raise WorkbookError(
            f"“{book.path.name}” has no Table “{block.table}” with headings any more. Adopt the "
            "workbook again."
        )
    area = table.area
    words = dict(zip(range(area.left, area.right + 1), table.columns, strict=False))
    columns = {key: _find(column, words) for key, column in block.columns.items()}
    if not all(columns.values()):
        raise _lost(book, block, words)
    last = area.bottom - 1 if table.has_total else area.bottom
    sheet = book.sheet(table.sheet)
    return Place(sheet, area.top, columns, _said(block), area.left, area.right, last, table)


def _find(column: Column, words: Mapping[int, str]) -> int:
    """Return where a column is now, 0 when that cannot be said."""
    wanted = plain(column.heading)
    named = [number for number, heading in words.items() if plain(heading) == wanted]
    as_before = column_number(column.letter)
    if as_before in named:
        return as_before
    return named[0] if len(named) == 1 else 0


def _stretch(words: Mapping[int, str], left: int, right: int) -> tuple[int, int]:
    while left - 1 in words:
        left -= 1
    while right + 1 in words:
        right += 1
    return left, right


def _said(block: Block) -> dict[str, str]:
    return {key: column.heading for key, column in block.columns.items()}


def _lost(book: Book, block: Block, words: Mapping[int, str]) -> WorkbookError:
    lost = [column for column in block.columns.values() if not _find(column, words)]
    heading = f" headed “{lost[0].heading}”" if lost else ""
    return WorkbookError(
        f"Sheet “{block.sheet}” of “{book.path.name}” has no single column{heading} any more. If "
        "it was renamed or doubled, adopt the workbook again. Nothing was written."
    )
