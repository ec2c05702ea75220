"""What follows when a list gets further columns at its right edge.

Room is made for them: the Table, its filter, and the formats, print area and names that covered the
list over its full width reach over them too. Their cells are written by whoever adds them.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book, Widened
from rollbook.workbooks.cells import Area, attributes, column_letters, escape
from rollbook.workbooks.formulas import rewrite_formulas
from rollbook.workbooks.references import Address, rewritten, same_sheet

_PADDING = 0.7109375  # what Excel adds to a width that is counted in characters
_DIMENSION = re.compile(rb'(<dimension\s+ref=")([^"]*)(")')
_COLS = re.compile(rb"<cols(?=[\s>])[^>]*>(.*?)</cols>", re.S)
_COL = re.compile(rb"<col\s[^>]*?(?:/>|>\s*</col>)")
_OF_FULL_WIDTH = re.compile(
    rb'(<(?:conditionalFormatting|protectedRange|ignoredError)\s(?:[^>]*?\s)?sqref=")([^"]*)(")'
)
_FORMATS_OF_2010 = re.compile(
    rb"<x14:conditionalFormatting(?=[\s>]).*?</x14:conditionalFormatting>", re.S
)
_SQREF_OF_2010 = re.compile(rb"(<xm:sqref>)([^<]*)(</xm:sqref>)")
_FILTER = re.compile(rb'(<autoFilter\s(?:[^>]*?\s)?ref=")([^"]*)(")')
_MERGES = re.compile(rb'(<mergeCells(?:\s+count=")?)(\d*)("?[^>]*>)(.*?)(</mergeCells>)', re.S)
_IGNORED = re.compile(rb"(<ignoredErrors(?=[\s>])[^>]*>.*?)(</ignoredErrors>)", re.S)
_AFTER_IGNORED = frozenset(
    "smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst mc:AlternateContent /worksheet".split()
)
_TAG = re.compile(rb"""<(/?[\w:.-]+)(?:[^>"']|"[^"]*"|'[^']*')*>""")
_TABLE = re.compile(rb'(<(?:table|autoFilter)\s(?:[^>]*?\s)?ref=")([^"]*)(")')
_TABLE_COLUMNS = re.compile(rb'(<tableColumns\s+count=")(\d+)("[^>]*>)(.*?)(</tableColumns>)', re.S)
_IDENTITY = re.compile(rb'<tableColumn\s(?:[^>]*?\s)?id="(\d+)"')


def widen(book: Book, widened: Widened) -> Book:
    """Return the workbook with room for further columns; the cells themselves are not written.

    The workbook given must not have been changed otherwise yet.
    """
    return book.with_parts(dict(_wider_parts(book, widened)), widened=(widened,))


def _wider_parts(book: Book, widened: Widened) -> Iterator[tuple[str, bytes]]:
    tab = book.tab(widened.sheet)
    yield tab.part, _wider_sheet(book, widened, book.read(tab.part))
    names = partial(rewritten, home="", rewrite=partial(_wider_address, widened))
    workbook = book.read(book.workbook_part)
    yield book.workbook_part, rewrite_formulas(workbook, lambda name: _of_areas(name, names))
    for table in book.tables:
        if table.sheet == widened.sheet and table.area == widened.block:
            yield table.part, _wider_table(book.read(table.part), widened)


def _of_areas(name: str, change: Callable[[str], str]) -> str:
    """Change a name that stands for cells; one that calculates something may need other cells."""
    return name if "(" in name else change(name)


def _wider_address(widened: Widened, address: Address) -> Area:
    area = address.area
    is_of_list = (
        address.is_range
        and not address.over_sheets
        and same_sheet(address.first, widened.sheet)
        and (area.bottom > area.top or area.top == widened.row)
    )
    return _wider(area, widened) if is_of_list else area


def _wider(area: Area, widened: Widened) -> Area:
    """Return an area that reaches over the new columns if it covered the list's full width."""
    block = widened.block
    meets = area.top <= block.bottom and area.bottom >= block.top
    if meets and area.left <= block.left and area.right == block.right:
        return Area(area.left, area.top, widened.area.right, area.bottom)
    return area


# ---- the sheet -------------------------------------------------------------------------------


def _wider_sheet(book: Book, widened: Widened, xml: bytes) -> bytes:
    begin, end = xml.find(b"<sheetData"), max(xml.rfind(b"</sheetData>"), 0)
    end = max(end, begin)
    head = _with_widths(_wider_dimension(xml[:begin], widened), widened)
    tail = _with_merges(book, widened, xml[end:])

    def all_wider(found: re.Match[bytes]) -> bytes:
        areas = [_wider_reference(one, widened) for one in found[2].decode("ascii").split()]
        return found[1] + " ".join(areas).encode("ascii") + found[3]

    tail = _FILTER.sub(all_wider, _OF_FULL_WIDTH.sub(all_wider, tail))
    tail = _FORMATS_OF_2010.sub(lambda block: _SQREF_OF_2010.sub(all_wider, block[0]), tail)
    tail = _without_warnings(tail, widened)
    return head + xml[begin:end] + tail


def _wider_reference(reference: str, widened: Widened) -> str:
    area = Area.of(reference)
    after = _wider(area, widened)
    return reference if after == area else str(after)


def _wider_dimension(head: bytes, widened: Widened) -> bytes:
    def wider(found: re.Match[bytes]) -> bytes:
        area, new = Area.of(found[2].decode("ascii")), widened.area
        both = Area(
            min(area.left, new.left),
            min(area.top, new.top),
            max(area.right, new.right),
            max(area.bottom, new.bottom),
        )
        return found[1] + str(both).encode("ascii") + found[3]

    return _DIMENSION.sub(wider, head, count=1)


def _with_widths(head: bytes, widened: Widened) -> bytes:
    """Return the head of the sheet in which the new columns are as wide as they must be, and seen.

    What it says of the columns beside them stays.
    """
    found = _COLS.search(head)
    tags = _COL.findall(found[1]) if found else []
    if found and _COL.sub(b"", found[1]).strip():
        raise _written_otherwise(widened, "The widths of columns")
    area = widened.area
    kept: list[tuple[int, bytes]] = []
    styles: dict[int, str] = {}
    for tag in tags:
        about = attributes(tag)
        first, last = int(about["min"]), int(about["max"])
        for column in range(max(first, area.left), min(last, area.right) + 1):
            styles[column] = about.get("style", "")
        if last < area.left or first > area.right:
            kept.append((first, tag))
            continue
        if first < area.left:
            kept.append((first, _over(tag, first, area.left - 1)))
        if last > area.right:
            kept.append((area.right + 1, _over(tag, area.right + 1, last)))
    for column, width in enumerate(widened.widths, area.left):
        style = f' style="{styles[column]}"' if styles.get(column) else ""
        said = f'<col min="{column}" max="{column}" width="{width + _PADDING}"{style}'
        kept.append((column, f'{said} customWidth="1"/>'.encode("ascii")))
    columns = b"".join(tag for _, tag in sorted(kept))
    if found:
        return head[: found.start(1)] + columns + head[found.end(1) :]
    return head + b"<cols>" + columns + b"</cols>"


def _over(tag: bytes, first: int, last: int) -> bytes:
    tag = re.sub(rb'\smin="\d+"', b' min="%d"' % first, tag)
    return re.sub(rb'\smax="\d+"', b' max="%d"' % last, tag)


def _with_merges(book: Book, widened: Widened, tail: bytes) -> bytes:
    """Merge the new headings over as many rows as the heading to the left is merged over."""
    block = widened.block
    for area in book.sheet(widened.sheet).merged():
        is_one_column = area.left == area.right == block.right
        if is_one_column and block.top <= area.top <= widened.row <= area.bottom:
            break
    else:
        return tail
    merged = [
        f'<mergeCell ref="{Area(column, area.top, column, area.bottom)}"/>'.encode("ascii")
        for column in range(widened.area.left, widened.area.right + 1)
    ]

    def longer(found: re.Match[bytes]) -> bytes:
        count = b"%d" % (int(found[2]) + len(merged)) if found[2] else b""
        return b"".join((found[1], count, found[3], found[4], *merged, found[5]))

    return _MERGES.sub(longer, tail, count=1)


def _without_warnings(tail: bytes, widened: Widened) -> bytes:
    """Keep Excel from marking every id as a number stored as text: that is what it must be."""
    tags = b""
    for number in widened.texts:
        column = widened.area.left + number
        area = Area(column, widened.row + 1, column, widened.block.bottom)
        tags += f'<ignoredError sqref="{area}" numberStoredAsText="1"/>'.encode("ascii")
    if there := _IGNORED.search(tail):
        return tail[: there.end(1)] + tags + tail[there.end(1) :]
    if not tags:
        return tail
    at = next(start for name, start in _elements(tail) if name in _AFTER_IGNORED)
    return tail[:at] + b"<ignoredErrors>" + tags + b"</ignoredErrors>" + tail[at:]


def _elements(tail: bytes) -> Iterator[tuple[str, int]]:
    """Yield the names of what follows the rows, and where each begins, not what is within it."""
    depth = 0
    for found in _TAG.finditer(tail, len(b"</sheetData>")):
        name, is_closed = found[1].decode("ascii"), found[0].endswith(b"/>")
        if depth == 0:
            yield name, found.start()
        if name.startswith("/"):
            depth -= 1
        elif not is_closed:
            depth += 1


# ---- the Table -------------------------------------------------------------------------------


def _wider_table(xml: bytes, widened: Widened) -> bytes:
    def wider(found: re.Match[bytes]) -> bytes:
        area = Area.of(found[2].decode("ascii"))
        area = Area(area.left, area.top, widened.area.right, area.bottom)
        return found[1] + str(area).encode("ascii") + found[3]

    columns = _TABLE_COLUMNS.search(xml)
    if columns is None or int(columns[2]) != widened.block.right - widened.block.left + 1:
        raise _written_otherwise(
            widened,
            f"The columns of the Table at {column_letters(widened.block.left)}{widened.block.top}",
        )
    newest = max(int(identity) for identity in _IDENTITY.findall(columns[4]))
    added = b"".join(
        b'<tableColumn id="%d" name="%s"/>' % (newest + number, _attribute(heading))
        for number, heading in enumerate(widened.headings, 1)
    )
    count = b"%d" % (int(columns[2]) + len(widened.headings))
    pieces = (columns[1], count, columns[3], columns[4], added, columns[5])
    longer = xml[: columns.start()] + b"".join(pieces) + xml[columns.end() :]
    return _TABLE.sub(wider, longer)


def _attribute(text: str) -> bytes:
    return escape(text).replace(b'"', b"&quot;")


def _written_otherwise(widened: Widened, what: str) -> WorkbookError:
    return WorkbookError(
        f"{what} of sheet “{widened.sheet}” were written by a program other than Excel in a way "
        "Rollbook does not change. Open the workbook in Excel, save it once, and try again."
    )
