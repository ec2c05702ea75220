"""Where a mapped list stands in the workbook today: found by its headings, not by memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book, Table
from rollbook.workbooks.cells import Area, column_number, one_cell
from rollbook.workbooks.headings import is_state_id, plain, says_nothing
from rollbook.workbooks.mapping import Block, Column
from rollbook.workbooks.sheet import Sheet

ROWS_SEARCHED = 60
"""A heading row further down than this is not looked for."""

MOST_HEADING_ROWS = 3

_REACH = 5  # so many columns to the right a text may be meant for


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
        return is_state_id(self.headings["student_id"])

    def rows(self) -> list[int]:
        """Return the numbers of the rows below the headings."""
        return self.sheet.numbers(self.header_row + 1, self.last_row)


def locate(book: Book, block: Block) -> Place:
    """Find a mapped list again. Raises ``WorkbookError`` when a heading is no longer there."""
    if block.table:
        return _locate_table(book, block)
    sheet = book.sheet(block.sheet)
    rows = HeadingRows(book, sheet)
    for number in (block.header_row, *range(1, ROWS_SEARCHED + 1)):
        words = rows.phrases(number, block.heading_rows)
        columns = _columns(block, words)
        if all(columns.values()):
            left, right = _stretch(words, min(columns.values()), max(columns.values()))
            return Place(sheet, number, columns, _said(block), left, right, sheet.last_row, None)
    raise _lost(book, block, rows.phrases(block.header_row, block.heading_rows))


Phrases = tuple[str, ...]
"""How a column's heading may be read: with what stands above it, and without."""


class HeadingRows:
    """The headings of a sheet, read from one row or several above each other.

    A cell merged downwards counts for all its rows. One merged over some of a list's columns is a
    part of each of their headings (“Absences” over “Excused” and “Unexcused”). A text above a
    heading that is not merged may be a part of it or a title: then it is read both ways.
    """

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self._book = book
        self._sheet = sheet
        self._texts: dict[int, dict[int, str]] = {}
        self._merged = [area for area in sheet.merged() if area.top <= ROWS_SEARCHED + 2]

    def texts(self, row: int) -> dict[int, str]:
        """Return the texts of one row, numbers among them: column → text."""
        if row not in self._texts:
            self._texts[row] = heading_words(self._book, self._sheet, row)
        return self._texts[row]

    def merged_at(self, row: int, column: int) -> Area | None:
        """Return the merged area a cell belongs to."""
        place = one_cell(row, column)
        return next((area for area in self._merged if area.meets(place)), None)

    def rows_above(self, row: int) -> int:
        """Return how many rows the headings that end in ``row`` surely have.

        More than one where a cell of that row is merged with one above, or where something above
        is merged over some of the columns.
        """
        top = row
        while row - top < MOST_HEADING_ROWS - 1 and top > 1:
            first, last = self._span(top - 1, row)
            reaching = any(
                area.top < top <= area.bottom and area.left <= last and area.right >= first
                for area in self._merged
            )
            above = any(
                area.top <= top - 1 <= area.bottom and self._is_group(area, (first, last))
                for area in self._merged
            )
            if not above and not reaching:
                break
            top -= 1
        return row - top + 1

    def phrases(self, row: int, rows: int) -> dict[int, Phrases]:
        """Return the headings that end in ``row`` and begin ``rows`` - 1 above it."""
        first = max(row - rows + 1, 1)
        columns = {column for number in range(first, row + 1) for column in self.texts(number)}
        columns |= {
            column
            for area in self._merged
            if area.top <= row and area.bottom >= first and area.right - area.left < 100
            for column in range(area.left, area.right + 1)
        }
        span = self._span(first, row)
        found = {column: self._phrases(column, first, row, span) for column in sorted(columns)}
        return {column: phrases for column, phrases in found.items() if phrases}

    def over(self, row: int, column: int, end: int) -> str:
        """Return what stands over a column in a row above headings that end in row ``end``.

        Where the row holds several texts, each may reach as far as the next, but not far. A title
        stands over nothing.
        """
        if row < 1:
            return ""
        if area := self.merged_at(row, column):
            is_group = area.right == area.left or self._is_group(area, self._span(row, end))
            return self.texts(area.top).get(area.left, "") if is_group else ""
        texts = self.texts(row)
        to_the_left = [number for number in texts if number <= column]
        if len(texts) < 2 or not to_the_left:
            return texts.get(column, "")
        nearest = max(to_the_left)
        if column - nearest > _REACH:
            return ""
        reaches = self.merged_at(row, nearest)
        return "" if reaches and nearest != column else texts[nearest]

    def _phrases(self, column: int, first: int, row: int, span: tuple[int, int]) -> Phrases:
        parts: list[tuple[bool, str]] = []  # whether it must be read, and the text
        own = ""
        for number in range(row, first - 1, -1):
            area = self.merged_at(number, column)
            if area and area.top < number and number > first:
                continue  # its text stands further up
            place = (area.top, area.left) if area else (number, column)
            text = self.texts(place[0]).get(place[1], "") if place[0] >= 1 else ""
            if not text:
                continue
            wide = area is not None and area.right > area.left
            if not own:
                if wide and not self._is_one_column(area, row):
                    return ()  # over several columns, and none of them has a heading of its own
                if wide and area is not None and column != area.left:
                    return ()
                own = text
            elif wide and area is not None:
                if self._is_group(area, span):
                    parts.insert(0, (True, text))
            else:
                parts.insert(0, (False, text))
        if not own:
            return ()
        firm = [text for must, text in parts if must]
        saying = [text for text in firm if not says_nothing(text)]
        readings = ([text for _, text in parts], firm, saying)
        return tuple(dict.fromkeys(" ".join([*above, own]) for above in readings))

    def _is_one_column(self, area: Area | None, row: int) -> bool:
        """Whether the cells below a wide heading are merged as widely, so that it is one column."""
        return area is not None and any(
            (below.left, below.right) == (area.left, area.right)
            for below in self._merged
            if row < below.top <= row + 2
        )

    def _is_group(self, area: Area, span: tuple[int, int]) -> bool:
        """Whether a wide cell stands over some of the columns: over all of them it is a title.

        So it is when it is alone in its row and begins where the list does.
        """
        first, last = span
        covered = min(area.right, last) - max(area.left, first) + 1
        if area.right == area.left or covered < 1 or covered * 5 >= (last - first + 1) * 4:
            return False
        alone = len(self.texts(area.top)) == 1
        return not (alone and area.left <= first)

    def _span(self, top: int, row: int) -> tuple[int, int]:
        """Return the first and the last column of headings in rows ``top`` to ``row``."""
        columns = [
            column for number in range(max(top, 1), row + 1) for column in self.texts(number)
        ]
        columns += [
            column
            for area in self._merged
            if area.top <= row <= area.bottom
            for column in (area.left, area.right)
        ]
        return (min(columns), max(columns)) if columns else (0, 0)


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
    named = zip(range(area.left, area.right + 1), table.columns, strict=False)
    words: dict[int, Phrases] = {column: (heading,) for column, heading in named}
    columns = _columns(block, words)
    if not all(columns.values()):
        raise _lost(book, block, words)
    last = area.bottom - 1 if table.has_total else area.bottom
    sheet = book.sheet(table.sheet)
    return Place(sheet, area.top, columns, _said(block), area.left, area.right, last, table)


def _columns(block: Block, words: Mapping[int, Phrases]) -> dict[str, int]:
    """Return where each column of a list is now, 0 where that cannot be said."""
    found = {key: _find(column, words) for key, column in block.columns.items() if column.heading}
    for key, column in block.columns.items():
        if not column.heading:
            found[key] = _find_unnamed(column, block, found, words)
    return {key: found[key] for key in block.columns}


def _find(column: Column, words: Mapping[int, Phrases]) -> int:
    """Return where a column is now, 0 when that cannot be said."""
    wanted = plain(column.heading)
    named = [number for number, read in words.items() if wanted in map(plain, read)]
    as_before = column_number(column.letter)
    if as_before in named:
        return as_before
    return named[0] if len(named) == 1 else 0


def _find_unnamed(
    column: Column, block: Block, found: Mapping[str, int], words: Mapping[int, Phrases]
) -> int:
    """Return where a column without a heading is: moved as far as all the others, or nowhere."""
    moved = {
        found[key] - column_number(each.letter)
        for key, each in block.columns.items()
        if found.get(key)
    }
    if len(moved) != 1:
        return 0
    now = column_number(column.letter) + moved.pop()
    return now if now >= 1 and now not in words else 0


def _stretch(words: Mapping[int, Phrases], left: int, right: int) -> tuple[int, int]:
    while left - 1 in words:
        left -= 1
    while right + 1 in words:
        right += 1
    return left, right


def _said(block: Block) -> dict[str, str]:
    return {key: column.heading for key, column in block.columns.items()}


def _lost(book: Book, block: Block, words: Mapping[int, Phrases]) -> WorkbookError:
    lost = [block.columns[key].heading for key, now in _columns(block, words).items() if not now]
    heading = f" headed “{lost[0]}”" if lost and lost[0] else ""
    return WorkbookError(
        f"Sheet “{block.sheet}” of “{book.path.name}” has no single column{heading} any more. If "
        "it was renamed or doubled, adopt the workbook again. Nothing was written."
    )
