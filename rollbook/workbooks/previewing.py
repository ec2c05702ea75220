"""The first rows of a clerk's list as they stand, under Rollbook's words for its columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Cell, column_letters, day_of
from rollbook.workbooks.mapping import Block
from rollbook.workbooks.places import Place, locate

ROWS = 4
LEFT_OUT = "…"
"""Stands for the columns between two that are shown."""

WIDEST = 18
"""How much of a text is shown at most."""

BETWEEN = 2
"""How far columns stand from each other."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The heading and the first rows of a list.

    ``words`` are Rollbook's, one a column shown, ``letters`` and ``headings`` the sheet's; each of
    ``rows`` has the number of the row and its texts. Columns Rollbook does not use are left out:
    ``…`` stands in their place.
    """

    words: Sequence[str]
    letters: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def preview(book: Book, block: Block, most: int = ROWS) -> Preview:
    """Return the first rows of a list as they stand today.

    Raises ``WorkbookError`` when a mapped heading is gone.
    """
    place = locate(book, block)
    columns = sorted((column, key) for key, column in place.columns.items())
    gaps = [right > left + 1 for (left, _), (right, _) in zip(columns, columns[1:], strict=False)]
    words, letters, headings = [], [], []
    for (column, key), gap in zip(columns, [*gaps, False], strict=True):
        words += [key.replace("_", " ").replace(" id", " ID")] + [LEFT_OUT] * gap
        letters += [column_letters(column)] + [LEFT_OUT] * gap
        headings += [block.columns[key].heading] + [LEFT_OUT] * gap
    numbers = islice(_filled(book, place), most)
    rows = [(row, _texts(book, place, row, columns, gaps)) for row in numbers]
    return Preview(words, letters, headings, rows)


def pieces(shown: Preview, width: int) -> list[Preview]:
    """Return a preview in pieces that fit a width each, as a wide sheet is printed on pages."""
    columns = zip(shown.words, shown.letters, shown.headings, *_texts_of(shown), strict=True)
    found: list[list[int]] = [[]]
    room = width
    for number, texts in enumerate(columns):
        needed = min(WIDEST, max(map(len, texts))) + BETWEEN
        if needed > room and found[-1]:
            found.append([])
            room = width
        found[-1].append(number)
        room -= needed
    return [_piece(shown, numbers) for numbers in found]


def _texts_of(shown: Preview) -> list[Sequence[str]]:
    return [texts for _, texts in shown.rows]


def _piece(shown: Preview, numbers: Sequence[int]) -> Preview:
    def of(texts: Sequence[str]) -> list[str]:
        return [texts[number] for number in numbers]

    rows = [(row, of(texts)) for row, texts in shown.rows]
    return Preview(of(shown.words), of(shown.letters), of(shown.headings), rows)


def _filled(book: Book, place: Place) -> Iterator[int]:
    for row in place.rows():
        cells = place.sheet.row_cells(row, sorted(place.columns.values()))
        if any(cell and cell.content(book.shared) not in (None, "") for cell in cells):
            yield row


def _texts(
    book: Book, place: Place, row: int, columns: Sequence[tuple[int, str]], gaps: Sequence[bool]
) -> list[str]:
    texts = []
    cells = place.sheet.row_cells(row, [column for column, _ in columns])
    for cell, gap in zip(cells, [*gaps, False], strict=True):
        texts += [_shown(book, cell)] + [""] * gap
    return texts


def _shown(book: Book, cell: Cell | None) -> str:
    """Return what a cell shows, as nearly as matters: days and percentages as such."""
    content = cell.content(book.shared) if cell else None
    if cell is None or content is None:
        return ""
    if not isinstance(content, float):
        return " ".join(str(content).split())
    if book.styles.is_date(cell.style):
        day = day_of(content, book.since_1904)
        return f"{day.day} {day:%b %Y}" if day else str(content)
    if book.styles.is_percent(cell.style):
        return f"{content:.1%}"
    return str(int(content)) if content.is_integer() else str(content)
