"""Address labels and envelopes as Word files, on the exact measures of the sheets sold.

A sheet of labels is one table with rows of exact height, so that Word breaks it after each full
sheet; an envelope is a page of its own size. All lengths are in millimetres.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from rollbook.documents.direction import RIGHT_TO_LEFT, mark_direction
from rollbook.documents.word import (
    CONTENT_TYPES,
    DOCUMENT_TYPE,
    FOOT,
    HEAD,
    PACKAGE_RELATIONS,
    PART_TYPE,
    XML_DECLARATION,
    R,
    W,
)
from rollbook.package import Package

_INCH = 25.4
_TWIPS = 1440 / _INCH
_BELOW = 3.0  # the page's lower margin is so much smaller, for the line Word wants after a table
_PAD = 4.0  # between a label's edge and its words
_SIZES = (11, 10, 9, 8, 7)  # points; a long address is set smaller, and never cut off
_WIDE = 0.53  # how wide a character is, on average, in heights of its letter
_LEADING = 1.2
_SMALL = 6.5
_POINT = _INCH / 72
_UNPRINTABLE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of labels: page, labels across and down, size of one, first corner, step across."""

    name: str
    page: tuple[float, float]
    across: int
    down: int
    label: tuple[float, float]
    corner: tuple[float, float]
    step: float
    lines: bool = False  # thin lines to cut along, where the sheet has no labels of its own


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope: its size, and where the address begins on it."""

    name: str
    size: tuple[float, float]
    address: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Address:
    """To whom something goes, line by line, and the number of the letter it belongs to."""

    lines: Sequence[str]
    number: str
    sender: Sequence[str] = ()


_LETTER, _A4 = (8.5 * _INCH, 11 * _INCH), (210.0, 297.0)

SHEETS = {
    sheet.name: sheet
    for sheet in (
        Sheet("avery-5160", _LETTER, 3, 10, (2.625 * _INCH, _INCH), (0.1875 * _INCH, 12.7), 69.85),
        Sheet("avery-5163", _LETTER, 2, 5, (4 * _INCH, 2 * _INCH), (3.96875, 12.7), 106.3625),
        Sheet("l7160", _A4, 3, 7, (63.5, 38.1), (7.21, 15.15), 66.04),
        Sheet("l7163", _A4, 2, 7, (99.1, 38.1), (4.63, 15.15), 101.64),
        Sheet("plain-letter", _LETTER, 2, 6, (90.0, 40.0), (17.95, 19.7), 90.0, lines=True),
        Sheet("plain-a4", _A4, 2, 6, (85.0, 42.0), (20.0, 22.5), 85.0, lines=True),
    )
}
ENVELOPES = {
    one.name: one
    for one in (
        Envelope("10", (9.5 * _INCH, 4.125 * _INCH), (105, 48)),
        Envelope("dl", (220, 110), (95, 50)),
        Envelope("c5", (229, 162), (100, 80)),
    )
}
"""A US #10 keeps the lowest 16 mm free for the post's own bar code."""


def label_sheets(addresses: Iterable[Address], sheet: Sheet, start: int, language: str) -> bytes:
    """Return the labels as a Word file; the first stands at label ``start`` of the first sheet.

    Labels are counted from left to right, then down, from 1.
    """
    places: list[Address | None] = [None] * (start - 1)
    places += addresses
    places += [None] * (-len(places) % sheet.across)
    rows = [places[at : at + sheet.across] for at in range(0, len(places), sheet.across)]
    gap = sheet.step - sheet.label[0]
    widths = [sheet.label[0], gap] * sheet.across if gap > 0.01 else [sheet.label[0]] * sheet.across
    widths = widths[: len(widths) - 1] if gap > 0.01 else widths
    content = "".join(_row(_cells(row, sheet, gap), sheet.label[1]) for row in rows)
    left, top = sheet.corner
    below = sheet.page[1] - top - sheet.down * sheet.label[1] - _BELOW
    page = _page(sheet.page, left, top, max(below, 0))
    return _word_file(_table(widths, content, sheet.lines), page, language)


def envelope_pages(addresses: Iterable[Address], envelope: Envelope, language: str) -> bytes:
    """Return the envelopes as a Word file, one a page: the sender's address and the family's."""
    edge = 9.0
    left, top = envelope.address
    wide, high = envelope.size
    beside, room = left - edge, (wide - left - 15, high - top - 16)
    rest = high - edge - (top - edge) - _BELOW - 1  # so that the next one needs a page of its own
    rows = []
    for one in addresses:
        sender = _lines([*one.sender, one.number], (beside - 5, top - edge), small=True)
        rows.append(_row(_cell(beside, sender) + _cell(room[0], _EMPTY), top - edge))
        rows.append(_row(_cell(beside, _EMPTY) + _cell(room[0], _lines(one.lines, room)), rest))
    table = _table([beside, room[0]], "".join(rows), lines=False)
    return _word_file(table, _page(envelope.size, edge, edge, 0), language)


def fits(lines: Sequence[str], sheet: Sheet) -> bool:
    """Say whether an address fits on a label in letters that can be read."""
    return _size(lines, _room(sheet)) is not None


# --- words on paper ------------------------------------------------------------------------------


def _room(sheet: Sheet) -> tuple[float, float]:
    wide, high = sheet.label
    return wide - 2 * _PAD, high - 2 - _SMALL * _LEADING * _POINT


def _size(lines: Sequence[str], room: tuple[float, float]) -> int | None:
    """Return the largest size of letters in which the lines fit; None when they do in none."""
    for size in _SIZES:
        needed = sum(_needed(line, size, room[0]) for line in lines)
        if needed * size * _LEADING * _POINT <= room[1]:
            return size
    return None


def _needed(line: str, size: int, width: float) -> int:
    characters = int(width / (size * _WIDE * _POINT))
    return max(1, len(textwrap.wrap(line, characters)))


def _lines(lines: Sequence[str], room: tuple[float, float], *, small: bool = False) -> str:
    """Return the paragraphs of an address, in letters as large as there is room for."""
    size = 8 if small else (_size(lines, room) or _SIZES[-1])
    return "".join(_paragraph(line, size) for line in lines)


def _paragraph(text: str, size: float, properties: str = "") -> str:
    line = round(size * _LEADING * 20)
    words = escape(_UNPRINTABLE.sub(" ", text))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Normal"/><w:spacing w:before="0" w:after="0" '
        f'w:line="{line}" w:lineRule="exact"/></w:pPr><w:r><w:rPr>{properties}'
        f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'
    )


_EMPTY = _paragraph("", 2)
_GREY = '<w:color w:val="595959"/>'


def _cells(row: Sequence[Address | None], sheet: Sheet, gap: float) -> str:
    wide, _ = sheet.label
    cells: list[str] = []
    for one in row:
        if cells and gap > 0.01:
            cells.append(_cell(gap, _EMPTY))
        if one is None:
            cells.append(_cell(wide, _EMPTY))
            continue
        words = _lines(one.lines, _room(sheet)) + _paragraph(one.number, _SMALL, _GREY)
        cells.append(_cell(wide, words, _PAD))
    return "".join(cells)


# --- Word ----------------------------------------------------------------------------------------


def _mm(length: float) -> int:
    return round(length * _TWIPS)


def _cell(width: float, content: str, pad: float = 0) -> str:
    sides = "".join(
        f'<w:{side} w:w="{_mm(pad)}" w:type="dxa"/>' for side in ("left", "right") if pad
    )
    margins = f"<w:tcMar>{sides}</w:tcMar>" if sides else ""
    centred = '<w:vAlign w:val="center"/>' if pad else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_mm(width)}" w:type="dxa"/>{margins}{centred}</w:tcPr>'
        f"{content}</w:tc>"
    )


def _row(cells: str, height: float) -> str:
    about = f'<w:cantSplit/><w:trHeight w:val="{_mm(height)}" w:hRule="exact"/>'
    return f"<w:tr><w:trPr>{about}</w:trPr>{cells}</w:tr>"


def _table(widths: Sequence[float], rows: str, lines: bool) -> str:
    grid = "".join(f'<w:gridCol w:w="{_mm(width)}"/>' for width in widths)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    border = 'w:val="dotted" w:sz="4" w:space="0" w:color="BFBFBF"'
    borders = "".join(f"<w:{side} {border}/>" for side in sides) if lines else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(_mm, widths))}" w:type="dxa"/>'
        f'<w:tblInd w:w="0" w:type="dxa"/>'
        + (f"<w:tblBorders>{borders}</w:tblBorders>" if lines else "")
        + '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{rows}</w:tbl>"
    )


def _page(size: tuple[float, float], left: float, top: float, below: float) -> str:
    wide, high = size
    turned = ' w:orient="landscape"' if wide > high else ""
    return (
        f'<w:sectPr><w:pgSz w:w="{_mm(wide)}" w:h="{_mm(high)}"{turned}/>'
        f'<w:pgMar w:top="{_mm(top)}" w:right="0" w:bottom="{_mm(below)}" w:left="{_mm(left)}" '
        'w:header="0" w:footer="0" w:gutter="0"/></w:sectPr>'
    )


def _word_file(table: str, page: str, language: str) -> bytes:
    if RIGHT_TO_LEFT.search(table):
        table = mark_direction(table)
    last = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    last += '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(f"{R}/officeDocument", "word/document.xml"),
        "word/document.xml": f"{HEAD}{table}{last}{page}{FOOT}",
        "word/_rels/document.xml.rels": _relations(f"{R}/styles", "styles.xml"),
        "word/styles.xml": _STYLES.format(language=language),
    }
    package = Package({})
    for name, content in parts.items():
        package.put(name, content.encode("utf-8"))
    return package.to_bytes()


def _relations(kind: str, target: str) -> str:
    return (
        f'{XML_DECLARATION}<Relationships xmlns="{PACKAGE_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )


_TYPES = (
    f'{XML_DECLARATION}<Types xmlns="{CONTENT_TYPES}"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    f'"{DOCUMENT_TYPE}"/><Override PartName="/word/styles.xml" ContentType='
    f'"{PART_TYPE.format("styles")}"/></Types>'
)
_STYLES = (
    f'{XML_DECLARATION}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts '
    'w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei" w:cs="Arial"/>'
    '<w:lang w:val="{language}" w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style></w:styles>'
)
