"""What follows when rows are inserted into a sheet, part by part.

Each function takes a part's XML and gives it back with the addresses moved, as Excel's “Insert
sheet rows” would move them (ECMA-376 part 1, 18 and 20.5; MS-OI29500 for what Excel does).
"""

import re
from functools import partial

from rollbook.workbooks.cells import Area, attributes
from rollbook.workbooks.covering import RULE, covered, first_row, moved_for_rows
from rollbook.workbooks.formulas import rewrite_formulas, unshared
from rollbook.workbooks.references import Shift, moved

_BODY_ROW = re.compile(rb'(<(?:row|c)\s(?:[^>]*?\s)?r=")([A-Z]*)(\d+)')
_ROW_ENDS, _PLAIN_CELL = b"</row>", b'<c r="'
_ROW_NUMBER = re.compile(rb'<row\s(?:[^>]*?\s)?r="(\d+)"')
_NO_ADDRESS = re.compile(rb'<(?:row|c)(?=[\s/>])(?![^>]*\sr=")')
_SPREAD = re.compile(rb'(<f\s(?:[^>]*\s)?ref=")([^"]*)(")')
_DIMENSION = re.compile(rb'(<dimension\s+ref=")([^"]*)(")')
_TAIL_AREA = re.compile(rb'(\s(?:ref|sqref|r|activeCell)=")([A-Z0-9:$ ]+)(")')
_TAIL_SQREF = re.compile(rb"(<xm:sqref>)([^<]+)(</xm:sqref>)")
_BREAKS = re.compile(rb"<rowBreaks\b.*?</rowBreaks>", re.S)
_BREAK = re.compile(rb'(<brk\s(?:[^>]*?\s)?id=")(\d+)(")')
_ANCHOR_ROW = re.compile(rb"(<(?:\w+:)?row>)(\d+)(</(?:\w+:)?row>)")
_ANCHOR = re.compile(rb"<(?:\w+:)?(twoCell|oneCell)Anchor\b.*?</(?:\w+:)?\1Anchor>", re.S)
_FROM = re.compile(rb"<(?:\w+:)?from>.*?<(?:\w+:)?row>(\d+)<", re.S)
_COMMENT = re.compile(rb'(<(?:\w+:)?(?:comment|threadedComment)\s(?:[^>]*?\s)?ref=")([^"]*)(")')
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.S)
_NOTE_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_NOTE_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_TABLE_AREA = re.compile(
    rb'(<(?:table|autoFilter|sortState|sortCondition)\s(?:[^>]*?\s)?ref=")([^"]*)(")'
)
_PIVOT_PLACE = re.compile(rb'(<location\s(?:[^>]*?\s)?ref=")([^"]*)(")')
_PIVOT_SOURCE = re.compile(rb"<worksheetSource\s[^>]*>")
_CHAIN = re.compile(rb"<c\s([^>]*?)/>")
_REFERENCE = re.compile(rb'(\bref=")([^"]*)(")')


class Rows:
    """Rows inserted into one sheet."""

    def __init__(self, sheet: str, shift: Shift) -> None:
        self.sheet, self.shift = sheet, shift

    # ---- the sheet itself ----------------------------------------------------------------------

    def in_sheet(self, xml: bytes) -> bytes:
        """Move everything in the sheet the rows are inserted into."""
        xml = unshared(xml)
        begin, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
        end = max(end, begin)
        head = _DIMENSION.sub(self._areas, xml[:begin])
        body = rewrite_formulas(self._numbered(xml[begin:end]), self.in_formula, links=False)
        pieces, at = [head, _SPREAD.sub(self._areas, body)], end
        for rule in RULE.finditer(xml, end):
            pieces += [self._tail(xml[at : rule.start()]), self._rule(rule[0])]
            at = rule.end()
        return b"".join((*pieces, self._tail(xml[at:])))

    def _numbered(self, body: bytes) -> bytes:
        """Number rows and cells anew: row by row, for a large sheet has a million cells."""
        pieces = []
        for row in body.split(_ROW_ENDS):
            named = _ROW_NUMBER.search(row)
            number = int(named[1]) if named else 0
            further = b"%d" % self.shift.row(number)
            is_alone = named and row.count(b"<row") == 1
            if is_alone and int(further) == number:
                pieces.append(row)
            elif named and is_alone and row.count(b"<c ") == row.count(_PLAIN_CELL):
                was, now = named[1] + b'"', further + b'"'
                head, *cells = row.split(_PLAIN_CELL)
                head = head[: named.start(1)] + further + head[named.end(1) :]
                cells = [cell.replace(was, now, 1) for cell in cells]  # the first is its address
                pieces.append(_PLAIN_CELL.join((head, *cells)))
            else:
                pieces.append(_BODY_ROW.sub(self._row_of_body, row))
        return _ROW_ENDS.join(pieces)

    def _row_of_body(self, found: re.Match[bytes]) -> bytes:
        return found[1] + found[2] + b"%d" % self.shift.row(int(found[3]))

    def _rule(self, xml: bytes) -> bytes:
        """Move a format or check; its formulas go on to mean the same row, the row above."""
        areas = covered(xml)
        now_at = min(self._moved(area).top for area in areas) if areas else 0
        xml = _TAIL_SQREF.sub(self._areas, _TAIL_AREA.sub(self._areas, xml))
        return rewrite_formulas(xml, partial(self._for_rows, rows=areas, now_at=now_at))

    def _for_rows(self, formula: str, rows: list[Area], now_at: int) -> str:
        if not rows:
            return self.in_formula(formula)
        return moved_for_rows(formula, self.sheet, self.shift, rows, now_at)

    def _tail(self, xml: bytes) -> bytes:
        xml = rewrite_formulas(xml, self.in_formula)
        xml = _TAIL_SQREF.sub(self._areas, _TAIL_AREA.sub(self._areas, xml))
        xml = _BREAKS.sub(lambda breaks: _BREAK.sub(self._row_from_one, breaks[0]), xml)
        return _ANCHOR_ROW.sub(self._row_from_nought, xml)

    # ---- parts that belong to it ---------------------------------------------------------------

    def in_table(self, xml: bytes) -> bytes:
        """Move a Table that stands on the sheet; its columns go on to calculate the same."""
        found = _TABLE_AREA.search(xml)
        if found is None:
            return xml
        area = Area.of(found[2].decode("ascii"))
        rows = [Area(area.left, min(area.top + 1, area.bottom), area.right, area.bottom)]
        now_at = self._moved(area).top + first_row(rows) - area.top
        xml = rewrite_formulas(xml, partial(self._for_rows, rows=rows, now_at=now_at))
        return _TABLE_AREA.sub(self._areas, xml)

    def in_comments(self, xml: bytes) -> bytes:
        """Move notes and threaded comments."""
        return _COMMENT.sub(self._areas, xml)

    def in_drawing(self, xml: bytes) -> bytes:
        """Move pictures, charts and shapes: each as its properties say it goes with the cells."""

        def anchor(found: re.Match[bytes]) -> bytes:
            start = found[0][: found[0].find(b">")]
            begins = _FROM.search(found[0])
            if b'editAs="absolute"' in start:
                return found[0]
            if b'editAs="oneCell"' in start and begins and not self._moves(int(begins[1])):
                return found[0]  # it keeps its size
            return _ANCHOR_ROW.sub(self._row_from_nought, found[0])

        return rewrite_formulas(_ANCHOR.sub(anchor, xml), self.in_formula)

    def in_old_drawing(self, xml: bytes) -> bytes:
        """Move the boxes of notes, and form controls, in the drawing language before 2007."""

        def shape(found: re.Match[bytes]) -> bytes:
            anchor, row = _NOTE_ANCHOR.search(found[0]), _NOTE_ROW.search(found[0])
            numbers = [int(part) for part in anchor[2].split(b",")] if anchor else []
            at = int(row[2]) if row else numbers[2] if len(numbers) == 8 else -1
            if at < 0 or not self._moves(at):
                return found[0]
            moved_shape = _NOTE_ROW.sub(self._row_from_nought, found[0])
            if len(numbers) != 8:
                return moved_shape
            further = self.shift.row(at + 1) - at - 1
            numbers[2], numbers[6] = numbers[2] + further, numbers[6] + further
            listed = ", ".join(map(str, numbers)).encode("ascii")
            return _NOTE_ANCHOR.sub(lambda place: place[1] + listed + place[3], moved_shape)

        return rewrite_formulas(_SHAPE.sub(shape, xml), self.in_formula)

    def in_control(self, xml: bytes) -> bytes:
        """Move the cells that a box to tick or a list to choose from is linked with."""
        return rewrite_formulas(xml, self.in_formula)

    def in_pivot_table(self, xml: bytes) -> bytes:
        """Move a pivot table that stands on the sheet."""
        return _PIVOT_PLACE.sub(self._areas, xml)

    # ---- parts of the whole workbook -----------------------------------------------------------

    def in_formula(self, formula: str, home: str | None = None) -> str:
        """Move the addresses of a formula; ``home`` is the sheet it stands in, if another."""
        home = self.sheet if home is None else home
        return moved(formula, home, self.sheet, self.shift)

    def in_names(self, xml: bytes) -> bytes:
        """Move what the names of the workbook stand for."""
        names = partial(moved, home="", sheet=self.sheet, shift=self.shift)
        return rewrite_formulas(xml, partial(names, only_fixed=True))

    def in_pivot_source(self, xml: bytes) -> bytes:
        """Move the range that a pivot table's cache was read from."""

        def source(found: re.Match[bytes]) -> bytes:
            if attributes(found[0]).get("sheet", "").casefold() != self.sheet.casefold():
                return found[0]
            return _REFERENCE.sub(self._areas, found[0])

        return _PIVOT_SOURCE.sub(source, xml)

    def in_calc_chain(self, xml: bytes, sheet_id: int) -> bytes:
        """Move the entries of the sheet; one for a cell without a formula would be damage."""
        newest = 0

        def entry(found: re.Match[bytes]) -> bytes:
            nonlocal newest
            about = attributes(found[1])
            newest = int(about.get("i", newest))
            if newest != sheet_id:
                return found[0]
            return re.sub(rb'(\br=")([^"]*)(")', self._areas, found[0])

        return _CHAIN.sub(entry, xml)

    # ---- within --------------------------------------------------------------------------------

    def _areas(self, found: re.Match[bytes]) -> bytes:
        areas = [self._area(one) for one in found[2].decode("ascii").split()]
        return found[1] + " ".join(areas).encode("ascii") + found[3]

    def _area(self, reference: str) -> str:
        area = Area.of(reference)
        after = self._moved(area)
        return reference if after == area else str(after)

    def _moves(self, row_from_nought: int) -> bool:
        return self.shift.row(row_from_nought + 1) > row_from_nought + 1

    def _moved(self, area: Area) -> Area:
        return self.shift.area(area)

    def _row_from_one(self, found: re.Match[bytes]) -> bytes:
        return found[1] + b"%d" % self.shift.row(int(found[2])) + found[3]

    def _row_from_nought(self, found: re.Match[bytes]) -> bytes:
        return found[1] + b"%d" % (self.shift.row(int(found[2]) + 1) - 1) + found[3]


def lacks_addresses(xml: bytes) -> bool:
    """Whether rows or cells of a sheet do not say where they are."""
    begin, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    cells, rows = xml.count(b"<c", begin, end), xml.count(b"<row", begin, end)
    if cells == xml.count(_PLAIN_CELL, begin, end) and rows == xml.count(b'<row r="', begin, end):
        return False  # quickly told of what Excel writes
    return _NO_ADDRESS.search(xml, begin, max(end, begin)) is not None
