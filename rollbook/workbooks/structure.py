"""Rows inserted and lists made longer: all that refers to them follows, in the whole workbook.

``insert_rows`` does what “Insert sheet rows” does in Excel, ``grow_list`` what Excel does when
something is typed below the last row of a Table, for lists that are none as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book, Grown, Inserted, Tab
from rollbook.workbooks.cells import Area
from rollbook.workbooks.formulas import formula_parts, mentions, rewrite_formulas, unshared
from rollbook.workbooks.moving import Rows, lacks_addresses
from rollbook.workbooks.references import LAST_ROW, Shift, addresses

Change = Callable[[bytes], bytes]

_PIVOT_PLACE = re.compile(rb'<location\s(?:[^>]*?\s)?ref="([^"]*)"')
_OF_A_SHEET: Mapping[str, Callable[[Rows], Change]] = {
    "/table": lambda rows: rows.in_table,
    "/comments": lambda rows: rows.in_comments,
    "/threadedComment": lambda rows: rows.in_comments,
    "/drawing": lambda rows: rows.in_drawing,
    "/vmlDrawing": lambda rows: rows.in_old_drawing,
    "/ctrlProp": lambda rows: rows.in_control,
    "/pivotTable": lambda rows: rows.in_pivot_table,
}


def insert_rows(book: Book, sheet: str, above: int, count: int, block: Area | None = None) -> Book:
    """Return the workbook with ``count`` empty rows in a sheet, above row ``above``.

    What stood there and below moves down, and everything that refers to it follows: formulas,
    names, Tables, charts, pivots, notes, drawings, formats, checks. ``block`` is the list that the
    rows are meant for. Raises ``WorkbookError`` with the reason when something would be torn. The
    workbook given must not have been changed otherwise yet.
    """
    return insert_all(book, sheet, {above: count}, block)


def insert_all(
    book: Book, sheet: str, counts: Mapping[int, int], block: Area | None = None
) -> Book:
    """Insert rows at several places at once: above which row, how many. See ``insert_rows``."""
    tab = book.tab(sheet)
    _refuse_what_would_be_torn(book, tab, counts, block)
    rows = [Inserted(sheet, above, counts[above]) for above in sorted(counts, reverse=True)]
    try:
        return move_rows(book, rows)
    except KeyError as error:
        raise _torn(sheet, min(counts), "its formulas cannot be read") from error


def move_rows(book: Book, inserted: Sequence[Inserted]) -> Book:
    """Return the workbook with rows inserted, one after the other, that are known to tear nothing.

    What comes from the bottom up in one sheet is done at once.
    """
    rest = list(inserted)
    while rest:
        together = [rest.pop(0)]
        while rest and rest[0].sheet == together[0].sheet and rest[0].above < together[-1].above:
            together.append(rest.pop(0))
        shift = Shift(tuple((rows.above, rows.count) for rows in together))
        sheet = together[0].sheet
        parts = _moved_parts(book, book.tab(sheet), Rows(sheet, shift))
        book = book.with_parts(dict(parts), tuple(together))
    return book


def grow_list(book: Book, sheet: str, block: Area, bottom: int, first: int = 0) -> None:
    """Let everything that covers a list down to its last row end at row ``bottom``.

    ``block`` is the list with its row of headings: its Table, filter, formats, checks, and the
    ranges over a whole column of it in formulas, names, charts and pivots anywhere. ``first`` is
    where the list's first row stands now, if rows were put in above it.
    """
    first = first or block.top + 1
    book.grown.append(Grown(sheet, block, max(bottom, block.bottom), first))


def room_below(book: Book, sheet: str, block: Area) -> int:
    """Return how many rows below a list are free over its whole width."""
    place = book.sheet(sheet)
    limit = LAST_ROW
    for row in place.numbers(block.bottom + 1):
        written = (
            cell.has_formula or cell.content(book.shared) not in (None, "")
            for column, cell in place.cells(row)
            if block.left <= column <= block.right
        )
        if any(written):
            limit = row - 1
            break
    others = [table.area for table in book.tables if table.sheet == sheet]
    for area in [*others, *place.merged(), *place.spilled()]:
        beside = area.right < block.left or area.left > block.right
        if area.top > block.bottom and not beside:
            limit = min(limit, area.top - 1)
    return limit - block.bottom


# ---- inserting -------------------------------------------------------------------------------


def _moved_parts(book: Book, tab: Tab, rows: Rows) -> Iterator[tuple[str, bytes]]:
    """Yield the parts that are others after the rows were inserted."""
    yield tab.part, rows.in_sheet(book.read(tab.part))
    for kind, part in book.links_of(tab.part):
        change = next((make for end, make in _OF_A_SHEET.items() if kind.endswith(end)), None)
        if change:
            yield from _if_changed(book, part, change(rows))
    yield from _if_changed(book, book.workbook_part, rows.in_names)
    for part, home in formula_parts(book):
        if home == tab.name:
            continue
        xml = book.read(part)
        if mentions(xml, tab.name):
            formulas = partial(rows.in_formula, home=home)
            yield from _if_changed(book, part, _all_of(unshared, formulas))
    for part in book.parts_of_kind("/pivotCacheDefinition"):
        yield from _if_changed(book, part, rows.in_pivot_source)
    for part in book.parts_of_kind("/calcChain"):
        yield from _if_changed(book, part, partial(rows.in_calc_chain, sheet_id=tab.number))


def _all_of(first: Change, rewrite: Callable[[str], str]) -> Change:
    return lambda xml: rewrite_formulas(first(xml), rewrite)


def _if_changed(book: Book, part: str, change: Change) -> Iterator[tuple[str, bytes]]:
    before = book.read(part)
    after = change(before)
    if after != before:
        yield part, after


def _refuse_what_would_be_torn(
    book: Book, tab: Tab, counts: Mapping[int, int], block: Area | None
) -> None:
    sheet, xml, first = book.sheet(tab.name), book.read(tab.part), min(counts)

    def refuse_across(area: Area, why: str) -> None:
        for above in counts:
            if area.top < above <= area.bottom:
                raise _torn(tab.name, above, why)

    if lacks_addresses(xml):
        raise _torn(tab.name, first, "it was written by a program other than Excel")
    if sheet.last_row + sum(counts.values()) > LAST_ROW:
        raise _torn(tab.name, first, "the sheet is full")
    if b't="dataTable"' in xml:
        raise _torn(tab.name, first, "it has a what-if data table")
    for area in sheet.spilled():
        refuse_across(area, f"one formula fills the cells {area}")
    for table in book.tables:
        if table.sheet == tab.name and (block is None or not table.area.meets(block)):
            refuse_across(table.area, f"the Table “{table.name}” stands on the same rows")
    for area in _pivot_tables(book, tab):
        refuse_across(area, "a pivot table stands on the same rows")
    _refuse_sums_through_sheets(book, tab, first)


def _pivot_tables(book: Book, tab: Tab) -> Iterator[Area]:
    for kind, part in book.links_of(tab.part):
        if kind.endswith("/pivotTable"):
            for found in _PIVOT_PLACE.finditer(book.read(part)):
                yield Area.of(found[1].decode("ascii"))


def _refuse_sums_through_sheets(book: Book, tab: Tab, above: int) -> None:
    """Refuse when a formula such as ``JAN:DEC!B9`` goes through the sheet: it would not follow."""
    order = {other.name.casefold(): other.position for other in book.tabs}

    def look(formula: str, home: str) -> str:
        for address in addresses(formula, home):
            ends = [order.get(name.casefold(), -1) for name in (address.first, address.last)]
            through = address.over_sheets and min(ends) <= tab.position <= max(ends)
            if through and address.area.bottom >= above:
                raise _torn(tab.name, above, f"a formula adds up several sheets ({address.text})")
        return formula

    for other in book.tabs:
        xml = book.read(other.part)
        if re.search(rb"<f(?=[\s>])[^>]*>[^<]*:[^<]*!", xml):
            rewrite_formulas(xml, partial(look, home=other.name))


def _torn(sheet: str, above: int, why: str) -> WorkbookError:
    return WorkbookError(f"No row can be inserted in sheet “{sheet}” above row {above}: {why}.")
