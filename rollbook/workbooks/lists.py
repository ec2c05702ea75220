"""The lists of a workbook: every row of a sheet that may be headings, and what they would mean."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rollbook.workbooks.book import Book, Tab, Table
from rollbook.workbooks.cells import column_letters, one_cell
from rollbook.workbooks.day_columns import is_row_of_dates
from rollbook.workbooks.headings import (
    FIGURES,
    PERSON,
    STUDENT_ID,
    STUDENT_NAME,
    contacts_word,
    log_word,
    names_a_period,
    plain,
    tracker_word,
)
from rollbook.workbooks.mapping import Block, Column
from rollbook.workbooks.places import MOST_HEADING_ROWS, ROWS_SEARCHED, HeadingRows, Phrases

Word = Callable[[str], str]

_FIRST_OF_SEVERAL = {"student_id": STUDENT_ID, "group": PERSON["group"]}
"""Of two columns with these meanings the one whose heading is listed first is the one."""

_WEEKDAYS = frozenset(
    "m t w th f s su mo tu we fr sa mon tue tues wed weds thu thur thurs fri sat sun monday "
    "tuesday wednesday thursday friday saturday sunday".split()
)


@dataclass(frozen=True, slots=True)
class ListFound:
    """A row of headings, or several above each other, and the columns they stand over.

    ``row`` is the last of them, ``rows`` how many there are. ``over`` are the texts right above
    them, which may limit what they mean.
    """

    sheet: str
    row: int
    rows: int
    phrases: Mapping[int, Phrases]
    over: Mapping[int, str] = field(default_factory=dict)
    table: Table | None = None

    def columns_for(self, word: Word) -> dict[str, list[Column]]:
        """Return the columns by Rollbook's word for them, those of one word in order."""
        found: dict[str, list[Column]] = {}
        for column, phrases in sorted(self.phrases.items()):
            key, heading = self._read(column, phrases, word)
            if key:
                found.setdefault(key, []).append(Column(heading, column_letters(column)))
        for key, listed in _FIRST_OF_SEVERAL.items():
            if len(found.get(key, ())) > 1:
                found[key].sort(key=lambda column: _place_in(listed, column.heading))
        return found

    def limited(self) -> list[Column]:
        """Return columns of figures that are not taken for those of the year: a text is above."""
        return [
            Column(phrases[-1], column_letters(column))
            for column, phrases in sorted(self.phrases.items())
            if not self._read(column, phrases, tracker_word)[0]
            and self._read(column, phrases, tracker_word, heed_periods=False)[0] in FIGURES
        ]

    def block(self, columns: Mapping[str, Column]) -> Block:
        """Return the list as it is kept, with these columns."""
        table = self.table.name if self.table else ""
        return Block(self.sheet, self.row, dict(columns), table, self.rows)

    def _read(
        self, column: int, phrases: Phrases, word: Word, *, heed_periods: bool = True
    ) -> tuple[str, str]:
        for number, phrase in enumerate(phrases):
            key = word(phrase)
            if not key:
                continue
            above = self.over.get(column, "")
            dropped = phrases[0].removesuffix(phrase) if number else ""
            limits = names_a_period(above) or names_a_period(dropped)
            if heed_periods and key in FIGURES and limits:
                return "", ""
            return key, phrase
        return "", ""


def lists_of(book: Book) -> list[ListFound]:
    """Return every list of the sheets that are not hidden."""
    return [found for tab in book.tabs if not tab.hidden for found in _lists_of_sheet(book, tab)]


def list_at(book: Book, sheet: str, row: int, rows: int) -> ListFound:
    """Return the list whose headings the clerk says end in ``row``; Tables are found by theirs."""
    heading_rows = HeadingRows(book, book.sheet(sheet))
    for table in book.tables:
        if table.sheet == sheet and table.has_header and table.area.top == row:
            return _of_table(heading_rows, table)
    return _at(heading_rows, sheet, row, rows or heading_rows.rows_above(row))


def _lists_of_sheet(book: Book, tab: Tab) -> Iterator[ListFound]:
    sheet = book.sheet(tab.name)
    rows = HeadingRows(book, sheet)
    tables = [table for table in book.tables if table.sheet == tab.name]
    for table in tables:
        if table.has_header:
            yield _of_table(rows, table)
    bare: list[ListFound] = []
    for number in sheet.numbers(1, ROWS_SEARCHED):
        for found in _best_at(book, rows, tab.name, number):
            outside = {
                column: phrases
                for column, phrases in found.phrases.items()
                if not any(table.area.meets(one_cell(number, column)) for table in tables)
            }
            if len(outside) > 1:
                bare += _side_by_side(replace(found, phrases=outside))
    yield from _without_shadows(bare)


def _of_table(rows: HeadingRows, table: Table) -> ListFound:
    columns = range(table.area.left, table.area.right + 1)
    phrases = {column: (heading,) for column, heading in zip(columns, table.columns, strict=False)}
    top = table.area.top
    return ListFound(table.sheet, top, 1, phrases, _over(rows, top - 1, top, phrases), table)


def _best_at(book: Book, rows: HeadingRows, sheet: str, row: int) -> Iterator[ListFound]:
    """Yield the headings that end in a row: of as many rows as give the most known columns."""
    if not rows.texts(row):
        return
    fewest = rows.rows_above(row)
    tried = [_at(rows, sheet, row, count) for count in range(fewest, MOST_HEADING_ROWS + 1)]
    yield _to_its_end(book, rows, max(tried, key=known))


def _at(rows: HeadingRows, sheet: str, row: int, count: int) -> ListFound:
    phrases = rows.phrases(row, count)
    return ListFound(sheet, row, count, phrases, _over(rows, row - count, row, phrases))


def _over(
    rows: HeadingRows, first: int, end: int, phrases: Mapping[int, Phrases]
) -> dict[int, str]:
    """Return the texts over columns that are no part of their headings, those of periods first."""
    over: dict[int, str] = {}
    for column, read in phrases.items():
        texts = [text for row in range(first, end) if (text := rows.over(row, column, end))]
        beside = [text for text in texts if text not in read[0]]
        beside.sort(key=lambda text: not names_a_period(text))
        if beside:
            over[column] = beside[0]
    return over


def _to_its_end(book: Book, rows: HeadingRows, found: ListFound) -> ListFound:
    """Return the headings with the rows below that belong to them: merged, weekdays, dates."""
    known_columns = [
        column for column in found.phrases if any(map(_any_word, found.phrases[column]))
    ]
    areas = [area for column in known_columns if (area := rows.merged_at(found.row, column))]
    bottom = max([found.row, *(area.bottom for area in areas)])
    below = [plain(text) for text in rows.texts(bottom + 1).values()]
    if (len(below) > 2 and all(text in _WEEKDAYS for text in below)) or is_row_of_dates(
        book, book.sheet(found.sheet), bottom + 1
    ):
        bottom += 1
    longer = found.rows + bottom - found.row
    if bottom == found.row or longer > MOST_HEADING_ROWS:
        return found
    lower = _at(rows, found.sheet, bottom, longer)
    return lower if known(lower) == known(found) else found


def known(found: ListFound) -> int:
    """Return how many columns of a list mean something, as whichever kind of list."""
    return max(len(found.columns_for(word)) for word in (tracker_word, log_word, contacts_word))


def _any_word(phrase: str) -> bool:
    return bool(tracker_word(phrase) or log_word(phrase) or contacts_word(phrase))


def _side_by_side(found: ListFound) -> Iterator[ListFound]:
    """Divide headings at their empty columns where the same id or name comes twice."""
    names = Counter(
        plain(phrases[-1])
        for phrases in found.phrases.values()
        if plain(phrases[-1]) in STUDENT_ID or plain(phrases[-1]) in STUDENT_NAME
    )
    if not any(count > 1 for count in names.values()):
        yield found
        return
    part: dict[int, Phrases] = {}
    for column, phrases in sorted(found.phrases.items()):
        if part and column - 1 not in part:
            yield replace(found, phrases=part)
            part = {}
        part[column] = phrases
    yield replace(found, phrases=part)


def _without_shadows(lists: list[ListFound]) -> list[ListFound]:
    """Leave out what is only a part of another list's headings, or repeats them further down."""
    kept: list[ListFound] = []
    for found in sorted(lists, key=lambda each: (-known(each), each.rows, each.row)):
        if not any(_is_shadow(found, other) for other in kept):
            kept.append(found)
    return sorted(kept, key=lambda each: each.row)


def _is_shadow(found: ListFound, other: ListFound) -> bool:
    first, last = min(other.phrases), max(other.phrases)
    beside = max(found.phrases) < first or min(found.phrases) > last
    if beside:
        return False
    tops = (found.row - found.rows + 1, other.row - other.rows + 1)
    overlap = tops[0] <= other.row and tops[1] <= found.row
    return overlap or _meanings(found) == _meanings(other)


def _meanings(found: ListFound) -> list[dict[str, list[Column]]]:
    return [found.columns_for(word) for word in (tracker_word, log_word, contacts_word)]


def _place_in(listed: tuple[str, ...], heading: str) -> int:
    name = plain(heading)
    return listed.index(name) if name in listed else len(listed)
