"""Where a list ends at its right, and whether there is room for further columns."""

from collections import defaultdict
from dataclasses import dataclass

from rollbook.problems import WorkbookError, counted
from rollbook.workbooks.book import Book, Widened
from rollbook.workbooks.cells import column_letters, one_cell
from rollbook.workbooks.headings import STUDENT_ID, STUDENT_NAME, plain
from rollbook.workbooks.mapping import Block
from rollbook.workbooks.names_matched import is_prepared
from rollbook.workbooks.places import HeadingRows, Place, locate
from rollbook.workbooks.references import LAST_COLUMN
from rollbook.workbooks.standing_there import what_stands_in

_GAP = 2  # empty columns that may stand within a list
_WIDEST = 100  # columns a heading is merged over; more is a band over the whole sheet


@dataclass(frozen=True, slots=True)
class ListNow:
    """Where a list stands and how far it reaches.

    ``top`` is its first row of headings, ``edge`` its last column, ``row`` the row in which the
    heading of that one stands.
    """

    place: Place
    top: int
    edge: int
    row: int
    headings: frozenset[str]


def list_now(book: Book, block: Block) -> ListNow:
    """Find a list. Raises ``WorkbookError`` when columns added to it would not stay."""
    place = locate(book, block)
    if place.table and place.table.is_query:
        raise WorkbookError(
            f"The Table “{place.table.name}” is filled by a query, which may take columns added to "
            "it away again. Copy the list to a sheet of its own in Excel, and adopt that."
        )
    top = place.header_row - block.heading_rows + 1
    rows = HeadingRows(book, place.sheet)
    texts = {row: rows.texts(row) for row in range(top, place.header_row + 1)}
    edge = _edge(book, place, block, rows)
    row = next((row for row in reversed(texts) if edge in texts[row]), place.header_row)
    said = [text for of_row in texts.values() for text in of_row.values()]
    said += place.table.columns if place.table else ()
    return ListNow(place, top, edge, row, frozenset(map(plain, said)))


def _edge(book: Book, place: Place, block: Block, rows: HeadingRows) -> int:
    """Return the last column of a list; an empty column or two may stand within it."""
    if place.table:
        return place.table.area.right
    edge = place.right
    for column, texts in _headed(place, rows, block).items():
        if column <= edge:
            continue
        here = one_cell(place.header_row, column)
        is_another_list = any(plain(each) in (*STUDENT_ID, *STUDENT_NAME) for each in texts)
        is_another_list |= any(
            table.sheet == place.sheet.name and table.area.meets(here) for table in book.tables
        )
        if is_another_list or column - edge > _GAP + 1:
            break
        edge = column
    return edge


def _headed(place: Place, rows: HeadingRows, block: Block) -> dict[int, list[str]]:
    """Return the columns that have a heading of any kind, and the texts of it."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in range(place.header_row - block.heading_rows + 1, place.header_row + 1):
        for column, text in rows.texts(row).items():
            area = rows.merged_at(row, column) or one_cell(row, column)
            for covered in range(column, min(area.right, column + _WIDEST) + 1):
                found[covered].append(text)
    return dict(sorted(found.items()))


def last_prepared(book: Book, now: ListNow, last: int) -> int:
    """Return the last row of a bare list: with those below the last student that look like hers.

    Clerks fill borders and formulas down for students to come. Totals are no such row.
    """
    sheet, columns = now.place.sheet, (now.edge,)
    [of_last] = sheet.row_cells(last, columns)
    while of_last and is_prepared(book, now.place, last + 1):
        [below] = sheet.row_cells(last + 1, columns)
        if below is None or (below.style == 0 and not below.has_formula):
            break
        last += 1
    return last


def check_room(book: Book, place: Widened) -> None:
    """Raise ``WorkbookError``, naming it, when something stands where the columns would."""
    area = place.area
    if area.right > LAST_COLUMN:
        raise WorkbookError(f"Sheet “{place.sheet}” has no further columns.")
    if there := what_stands_in(book, place.sheet, area) or _next_heading(book, place):
        columns = column_letters(area.left)
        if area.right > area.left:
            columns += f" to {column_letters(area.right)}"
        advice = "Move it further right in Excel, and try again."
        if there.startswith("cell "):
            advice += f" If it belongs to the list, give it a heading in row {place.row} instead."
        raise WorkbookError(
            f"There is no room for {counted(len(place.headings), 'column')} at the right of the "
            f"list in sheet “{place.sheet}”: {columns} must be empty in rows {area.top} to "
            f"{area.bottom}, but there is {there}. {advice} Nothing was written."
        )


def _next_heading(book: Book, place: Widened) -> str:
    """Say what would then be the heading right beside the list, as if it were a part of it."""
    if any(table.sheet == place.sheet and table.area == place.block for table in book.tables):
        return ""
    column, rows = place.area.right + 1, range(place.block.top, place.row + 1)
    for row in rows:
        [cell] = book.sheet(place.sheet).row_cells(row, (column,))
        content = cell.content(book.shared) if cell else None
        if content not in (None, ""):
            return f"“{content}” right beside them, in {column_letters(column)}{row}"
    return ""
