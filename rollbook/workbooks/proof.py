"""The proof that a receipt is true, from the file and the copy of it as it was before.

What may differ is said in the receipt: cells, rows put in, lists that grew, columns added. Where
rows were put in, or room made for columns, that is done to the copy first. Where a list grew,
addresses may end further down; so numbers in formulas, and in the addresses that formats, checks,
Tables and charts have, are passed over there.
"""

import re
from collections.abc import Iterator
from string import ascii_uppercase
from typing import TYPE_CHECKING

from rollbook.package import Package
from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area
from rollbook.workbooks.formulas import unshared
from rollbook.workbooks.structure import move_rows
from rollbook.workbooks.widening import widen

if TYPE_CHECKING:
    from rollbook.workbooks.receipt import Receipt

_CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', re.S)
_PLACE = re.compile("[A-Z]+[0-9]+")
_ROW = re.compile(rb'<row\s[^>]*?\br="(\d+)"[^>]*?>', re.S)
_SPANS = re.compile(rb'\s(?:spans|r)="[^"]*"')
_FORMULA = re.compile(rb"<f[\s>].*?(?:/>|</f>)", re.S)
_ONE_COLUMN = re.compile(rb"(\$?[A-Z]{1,3}\$?)#:\1#")  # of one row, then of several
_NUMBER = re.compile(rb"\d+")
_OTHERWISE = ("/workbook.xml", "/styles.xml", "/calcChain.xml")
"""Parts whose changes are of another kind: a flag to calculate, a format for dates, the chain."""

_LISTS_OF_PARTS = ("[Content_Types].xml", "/_rels/workbook.xml.rels")
"""What changes when a part is taken out: the chain, when no formula is left in it."""


def prove(receipt: "Receipt") -> str:
    """Say in a sentence that nothing but what the receipt lists is different.

    Raises ``WorkbookError`` naming the first difference, also when somebody changed the file since.
    """
    assert receipt.snapshot is not None
    before, after = Package.read(receipt.snapshot), Package.read(receipt.file)
    for difference in _differences(receipt, before, after):
        raise WorkbookError(
            f"“{receipt.file.name}” is not as the receipt says: {difference}. It was changed by "
            f"somebody else since, or the copy “{receipt.snapshot.name}” was."
        )
    kept = len(receipt.parts) - len(receipt.parts_changed)
    return (
        f"{kept} of {len(receipt.parts)} parts of “{receipt.file.name}” are byte for byte as they "
        f"were; the others hold only the changes listed."
    )


def _differences(receipt: "Receipt", before: Package, after: Package) -> Iterator[str]:
    if [name for name in before.names if name in after] != after.names:
        yield "its parts are not the ones it had"
    for part in receipt.parts:
        if (_hash(before, part.name), _hash(after, part.name)) != (part.before, part.after):
            yield f"its part “{part.name}” is not the one written down"
    if not receipt.parts_changed:
        return
    assert receipt.snapshot is not None
    book = Book(receipt.file, receipt.snapshot.read_bytes())  # under the name the clerk knows
    book = move_rows(book, receipt.moved)
    for widened in receipt.widened:
        book = widen(book, widened)
    sheets = {tab.part: tab.name for tab in book.tabs}
    passed = _OTHERWISE if after.names == before.names else (*_OTHERWISE, *_LISTS_OF_PARTS)
    for name in receipt.parts_changed:
        if name in sheets:
            yield from _in_sheet(receipt, sheets[name], book.read(name), after[name])
        elif name in after and not f"/{name}".endswith(passed):
            if _without_numbers(book.read(name)) != _without_numbers(after[name]):
                yield f"its part “{name}” differs in more than addresses"


def _hash(package: Package, name: str) -> str:
    return package.part(name).packed_hash if name in package else ""


def _in_sheet(receipt: "Receipt", name: str, before: bytes, after: bytes) -> Iterator[str]:
    listed = {change.cell for change in receipt.cells if change.sheet == name}
    rows = {str(row.row) for row in receipt.rows_added if row.sheet == name}
    rows |= {str(row.row) for row in receipt.students_added if row.sheet == name}
    columns = [each.area for each in receipt.widened if each.sheet == name]
    grew = bool(receipt.rows_added or receipt.students_added)
    old, new = _pieces(before), _pieces(after)
    for place in sorted(old.keys() | new.keys()):
        if place in listed or place.lstrip(ascii_uppercase) in rows:
            continue
        if columns and _PLACE.fullmatch(place) and any(map(Area.of(place).meets, columns)):
            continue
        was, now = old.get(place, b""), new.get(place, b"")
        if was != now and (not grew or _without_addresses(was) != _without_addresses(now)):
            what = f"row {place}" if place.isdigit() else place
            yield f"{what} of sheet “{name}” changed and is not listed"


def _pieces(xml: bytes) -> dict[str, bytes]:
    """Return the cells of a sheet by address, its rows' own tags by number, and what is around."""
    xml = unshared(xml)
    start, end = xml.find(b"<sheetData"), xml.find(b"</sheetData>")
    pieces = {found[1].decode("ascii"): found[0] for found in _CELL.finditer(xml, start)}
    for found in _ROW.finditer(xml, start, max(end, start)):
        pieces[found[1].decode("ascii")] = _SPANS.sub(b"", found[0])
    pieces["what stands before the rows"] = _without_numbers(xml[:start])
    pieces["what stands after the rows"] = _without_numbers(xml[end:])
    return pieces


def _without_addresses(cell: bytes) -> bytes:
    return _FORMULA.sub(lambda found: _without_numbers(found[0]), cell)


def _without_numbers(xml: bytes) -> bytes:
    return _ONE_COLUMN.sub(rb"\1#", _NUMBER.sub(b"#", xml))
