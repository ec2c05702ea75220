"""What stands in cells that are to be written: nothing of the clerk's is ever written over."""

import re
from collections.abc import Iterator

from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area, column_letters

_COMMENT = re.compile(rb'<(?:\w+:)?(?:comment|threadedComment)\s(?:[^>]*?\s)?ref="([^"]*)"')
_PIVOT_PLACE = re.compile(rb'<location\s(?:[^>]*?\s)?ref="([^"]*)"')
_ANCHOR = re.compile(rb"<(?:\w+:)?(twoCell|oneCell)Anchor\b.*?</(?:\w+:)?\1Anchor>", re.S)
_CORNER = re.compile(
    rb"<(?:\w+:)?col>(\d+)</(?:\w+:)?col>\s*<(?:\w+:)?colOff>(-?\d+)</(?:\w+:)?colOff>\s*"
    rb"<(?:\w+:)?row>(\d+)</(?:\w+:)?row>\s*<(?:\w+:)?rowOff>(-?\d+)</(?:\w+:)?rowOff>"
)
_SPARKLINE = re.compile(rb"<xm:sqref>([^<]*)</xm:sqref>\s*</x14:sparkline>")
_LINK = re.compile(rb'<hyperlink\s(?:[^>]*?\s)?ref="([^"]*)"')
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.S)
_OLD_ANCHOR = re.compile(rb"<x:Anchor>([^<]*)</x:Anchor>")


def what_stands_in(book: Book, sheet: str, area: Area) -> str:
    """Say what of the clerk's stands in an area or floats over it; ``""`` when nothing does.

    Formats alone are nothing, and so is a cell that is empty but has borders.
    """
    return next(_found(book, sheet, area), "")


def _found(book: Book, sheet: str, area: Area) -> Iterator[str]:
    place = book.sheet(sheet)
    for table in book.tables:
        if table.sheet == sheet and table.area.meets(area):
            yield f"the Table “{table.name}”"
    columns = range(area.left, area.right + 1)
    for row in place.numbers(area.top, area.bottom):
        for column, cell in zip(columns, place.row_cells(row, columns), strict=True):
            if cell is None:
                continue
            content = cell.content(book.shared)
            where = f"cell {column_letters(column)}{row}"
            if content not in (None, ""):
                yield f"{where} (“{content}”)"
            elif cell.has_formula or cell.is_linked:
                yield where
    for merged in place.merged():
        if merged.meets(area):
            yield f"the merged cells {merged}"
    for spilled in place.spilled():
        if spilled.meets(area):
            yield f"the formula over {spilled}"
    xml = book.read(book.tab(sheet).part)
    for said, pattern in (("sparkline", _SPARKLINE), ("link", _LINK)):
        for found in pattern.finditer(xml, max(xml.rfind(b"</sheetData>"), 0)):
            other = Area.of(found[1].decode("ascii"))
            if other.meets(area):
                yield f"a {said} at {other}"
    for kind, part in book.links_of(book.tab(sheet).part):
        for other in _of_part(kind, book.read(part)):
            if other.meets(area):
                yield f"a {_KINDS[kind.rsplit('/', 1)[-1]]} at {other}"


_KINDS = {
    "comments": "note",
    "threadedComment": "note",
    "pivotTable": "pivot table",
    "drawing": "chart, picture or shape",
    "vmlDrawing": "button or box",
}


def _of_part(kind: str, xml: bytes) -> Iterator[Area]:
    """Yield the areas of the sheet that things in another part stand in or float over."""
    if kind.endswith(("/comments", "/threadedComment")):
        yield from (Area.of(found[1].decode("ascii")) for found in _COMMENT.finditer(xml))
    elif kind.endswith("/pivotTable"):
        yield from (Area.of(found[1].decode("ascii")) for found in _PIVOT_PLACE.finditer(xml))
    elif kind.endswith("/drawing"):
        for anchor in _ANCHOR.finditer(xml):
            yield from _between([[int(part) for part in one] for one in _CORNER.findall(anchor[0])])
    elif kind.endswith("/vmlDrawing"):
        for shape in _SHAPE.finditer(xml):
            found = _OLD_ANCHOR.search(shape[0])
            if found and b'ObjectType="Note"' not in shape[0]:  # those are seen when pointed at
                numbers = [int(part) for part in found[1].split(b",")]
                yield from _between([numbers[:4], numbers[4:]])


def _between(corners: list[list[int]]) -> Iterator[Area]:
    """Yield the cells from one corner to another, each column, offset, row, offset from 0."""
    if not corners:
        return
    left, _, top, _ = corners[0]
    right, beyond, bottom, below = corners[-1]
    yield Area(
        left + 1,
        top + 1,
        max(right + (beyond > 0), left + 1),
        max(bottom + (below > 0), top + 1),
    )
