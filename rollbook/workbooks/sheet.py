"""One worksheet's XML, read and changed where it stands.

The XML is never parsed into a tree and written again: what is not changed is not touched. A sheet
of 5,000 students and 195 columns is some 40 MB of text, nearly all of it marks that are none of
our business; so cells are looked up by their address, and the bytes between them are copied.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from rollbook.problems import WorkbookError
from rollbook.workbooks.cells import (
    Area,
    Cell,
    attributes,
    column_letters,
    column_number,
    read_tag,
)

NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_ROWS_TO_KNOW_THE_WRITER = 20
_NEAR = 3
_WRITTEN_OTHERWISE = (
    "Sheet “{}” was written by a program other than Excel in a way Rollbook does not change. Open "
    "the workbook in Excel, save it once, and try again."
)
_ROW = re.compile(rb"<row(?=[\s/>])([^>]*?)(/?)>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)""")
_CELL = re.compile(rb"<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c>)", re.S)
_LETTERS = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)\d*["']""")
_ROOT = re.compile(rb"<worksheet(?=[\s>])([^>]*)>")
_COL = re.compile(rb"<col(?=\s)([^>]*?)/?>")
_MERGE = re.compile(rb"<mergeCell\s([^>]*?)/?>")
_ARRAY = re.compile(rb"<f\s([^>]*\bref=[^>]*)>")
_DIMENSION = re.compile(rb'(<dimension\s+ref=")([^"]*)(")')
_SPANS = re.compile(rb'(\sspans=")(\d+):(\d+)(")')


@cache
def head_of(column: int) -> bytes:
    """Return how a cell of a column begins, up to the number of its row."""
    return b'<c r="' + column_letters(column).encode("ascii")


class _Run(NamedTuple):
    """Neighbouring columns, and how their cells look; any but the first may not be there."""

    columns: tuple[int, ...]
    pattern: re.Pattern[bytes]


@cache
def _runs(columns: tuple[int, ...]) -> list[_Run]:
    """Part columns into runs of neighbours."""
    starts = [at for at, column in enumerate(columns) if not at or column != columns[at - 1] + 1]
    runs = [columns[start:end] for start, end in pairwise([*starts, len(columns)])]
    return [_Run(run, re.compile(b"".join(map(_written, run)), re.S)) for run in runs]


def _written(column: int) -> bytes:
    return rb'(?>(%s\d+"([^>/]*)(?:/>|>(.*?)</c>)))?' % re.escape(head_of(column))


class Row(NamedTuple):
    """One row as it lies in the sheet's XML. ``inner`` to ``inner_end`` hold its cells."""

    number: int
    start: int
    inner: int
    inner_end: int
    end: int

    @property
    def is_closed(self) -> bool:
        """Whether it was written without any room for cells."""
        return self.inner == self.end


class Sheet:
    """A worksheet whose cells can be read by address and replaced; the rest stays as it is."""

    def __init__(self, name: str, part: str, xml: bytes) -> None:
        self.name = name
        self.part = part
        self.xml = xml
        self._check()
        self._body = xml.find(b"<sheetData")
        self._tail = max(xml.rfind(b"</sheetData>"), self._body)
        self.rows = {row.number: row for row in self._find_rows()}
        self._numbers = sorted(self.rows)
        self._plain: bool | None = None
        self._edits: dict[tuple[int, int], bytes] = {}
        self._cells: dict[int, dict[int, bytes]] = defaultdict(dict)
        self._row_heads: dict[int, bytes] = {}

    # ---- reading ---------------------------------------------------------------------------

    @property
    def last_row(self) -> int:
        """The number of the last row the sheet writes down, 0 when it is empty."""
        return self._numbers[-1] if self._numbers else 0

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell at a place, ``None`` when the sheet does not write it down."""
        place = self.rows.get(row)
        found = self._cell(place, column) if place else None
        if found is None and place and not self._is_plain():
            return dict(self.cells(row)).get(column)
        return found

    def row_cells(self, row: int, columns: Collection[int]) -> list[Cell | None]:
        """Return cells of one row, in the order asked for; quickest in the order of the sheet."""
        place = self.rows.get(row)
        if place is None:
            return [None] * len(columns)
        found: list[Cell | None] = []
        for run in _runs(tuple(columns)):
            found += self._together(place, run) or [
                self._cell(place, column) for column in run.columns
            ]
        if None in found and not self._is_plain():
            known = dict(self.cells(row))
            return [known.get(column) for column in columns]
        return found

    def cells(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield the cells of one row with the number of their column, in order."""
        place = self.rows.get(row)
        if place is None:
            return
        column = 0
        for found in _CELL.finditer(self.xml, place.inner, place.inner_end):
            tag, named = found[1], _LETTERS.search(found[1])
            if named:  # as always
                tag = tag[: named.start()] + tag[named.end() :]
            column = column_number(named[1].decode("ascii")) if named else column + 1
            yield column, Cell(found.start(), found.end(), read_tag(tag), found[2] or b"")

    def numbers(self, first: int, last: int | None = None) -> list[int]:
        """Return the numbers of the rows written down from ``first`` to ``last``."""
        end = len(self._numbers) if last is None else bisect_left(self._numbers, last + 1)
        return self._numbers[bisect_left(self._numbers, first) : end]

    def default_style(self, row: int, column: int) -> int:
        """Return the format an unwritten cell has: the row's own, else the column's."""
        if row in self.rows:
            place = self.rows[row]
            head = attributes(self.xml[place.start : place.inner])
            if head.get("customFormat") in ("1", "true"):
                return int(head.get("s", "0"))
        for found in _COL.finditer(self.xml, 0, self._body):
            about = attributes(found[1])
            if int(about["min"]) <= column <= int(about["max"]):
                return int(about.get("style", "0"))
        return 0

    def merged(self) -> list[Area]:
        """Return the merged areas."""
        found = _MERGE.findall(self.xml, self._tail)
        return [Area.of(attributes(each)["ref"]) for each in found]

    def spilled(self) -> list[Area]:
        """Return the areas that one formula fills: array formulas, spills and what-if tables."""
        areas: list[Area] = []
        if self.xml.find(b"f", self._body, self._tail) < 0:  # no <f> at all: quickly seen
            return areas
        at = self.xml.find(b' ref="', self._body, self._tail)
        while at >= 0:
            start = self.xml.rfind(b"<", self._body, at)
            found = _ARRAY.match(self.xml, start)
            if found:
                about = attributes(found[1])
                if about.get("t") in ("array", "dataTable"):
                    areas.append(Area.of(about["ref"]))
            at = self.xml.find(b' ref="', at + 6, self._tail)
        return areas

    # ---- changing --------------------------------------------------------------------------

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._edits or self._cells)

    def replace(self, cell: Cell, xml: bytes) -> None:
        """Put other bytes where a cell stands."""
        self._edits[cell.start, cell.end] = xml

    def replace_all(self, instead: Iterable[tuple[Cell, bytes]]) -> None:
        """Put other bytes where cells of a row stand, given in the order of the sheet."""
        start = end = 0
        pieces: list[bytes] = []
        for cell, xml in instead:
            if cell.start != end:  # not a neighbour of the one before
                if pieces:
                    self._edits[start, end] = b"".join(pieces)
                start, pieces = cell.start, []
            pieces.append(xml)
            end = cell.end
        if pieces:
            self._edits[start, end] = b"".join(pieces)

    def insert(self, row: int, column: int, xml: bytes, like: int | None = None) -> None:
        """Write a cell down that was not; a new row takes its height from the row ``like``."""
        self._cells[row][column] = xml
        if row not in self.rows and like is not None and row not in self._row_heads:
            self._row_heads[row] = self._head_like(like)

    def render(self) -> bytes:
        """Return the sheet's XML with all changes in it."""
        edits = dict(self._edits)
        for number in sorted(self._cells):
            if number in self.rows:
                self._fill_row(number, edits)
        self._add_rows(edits)
        tail = self.xml[self._tail :]
        pieces: list[bytes] = []
        at = 0
        for start, end in sorted(edits):
            pieces += (self.xml[at:start], edits[start, end])
            at = end
        pieces += [self.xml[at : self._tail], tail]
        pieces[0] = self._dimension(pieces[0])
        return b"".join(pieces)

    # ---- within ----------------------------------------------------------------------------

    def _together(self, row: Row, run: _Run) -> list[Cell | None]:
        """Return the cells of neighbouring columns, nothing when the first is not there."""
        head = b'%s%d"' % (head_of(run.columns[0]), row.number)
        start = self.xml.find(head, row.inner, row.inner_end)
        found = run.pattern.match(self.xml, start, row.inner_end) if start >= 0 else None
        if found is None:
            return []
        groups = found.groups()
        parts = zip(found.regs[1::3], groups[1::3], groups[2::3], strict=True)
        return [
            None if tag is None else Cell(start, end, read_tag(tag), body or b"")
            for (start, end), tag, body in parts
        ]

    def _cell(self, row: Row, column: int) -> Cell | None:
        head = b'%s%d"' % (head_of(column), row.number)
        start = self.xml.find(head, row.inner, row.inner_end)
        if start < 0:
            return None
        close = self.xml.find(b">", start)
        if self.xml[close - 1] == 47:  # the tag ends in "/>": an empty cell
            return Cell(start, close + 1, read_tag(self.xml[start + len(head) : close - 1]), b"")
        end = self.xml.find(b"</c>", close)
        tag = read_tag(self.xml[start + len(head) : close])
        return Cell(start, end + 4, tag, self.xml[close + 1 : end])

    def _check(self) -> None:
        start = self.xml[:4000]
        root = _ROOT.search(start)
        if b"http://purl.oclc.org/ooxml/" in start:
            raise WorkbookError(
                f"Sheet “{self.name}” is saved as “Strict Open XML”. Save the workbook in Excel as "
                "“Excel Workbook (.xlsx)” and use that file."
            )
        declared = re.match(rb"""\s*<\?xml[^>]*encoding=["']([^"']+)""", start)
        if (
            root is None
            or NAMESPACE not in root[1]
            or (declared and declared[1].upper() != b"UTF-8")
            or b"<sheetData" not in self.xml
            or (b"!" in self.xml and b"<!" in self.xml)  # the first test takes no time
        ):
            raise WorkbookError(_WRITTEN_OTHERWISE.format(self.name))

    def _find_rows(self) -> Iterator[Row]:
        xml, number = self.xml, 0
        at = xml.find(b"<row", self._body, self._tail)
        while at >= 0:
            found = _ROW.match(xml, at)
            if found is None:
                raise WorkbookError(f"Sheet “{self.name}” is damaged. Open and save it in Excel.")
            named = _NUMBER.search(found[1])
            number = int(named[1]) if named else number + 1
            inner = found.end()
            if found[2]:
                yield Row(number, at, inner, inner, inner)
                at = xml.find(b"<row", inner, self._tail)
                continue
            inner_end = xml.find(b"</row>", inner)
            yield Row(number, at, inner, inner_end, inner_end + 6)
            at = xml.find(b"<row", inner_end, self._tail)

    def _is_plain(self) -> bool:
        # Excel and all common programs write <c r="B7" …>; then a cell not found is not there.
        if self._plain is None:
            rows = (self.rows[number] for number in self._numbers[:_ROWS_TO_KNOW_THE_WRITER])
            starts = (
                found.start()
                for row in rows
                for found in _CELL.finditer(self.xml, row.inner, row.inner_end)
            )
            self._plain = all(self.xml.startswith(b'<c r="', start) for start in starts)
        return self._plain

    def _fill_row(self, number: int, edits: dict[tuple[int, int], bytes]) -> None:
        row, wanted = self.rows[number], self._cells[number]
        if row.is_closed:
            head = self.xml[row.start : row.end - 2].rstrip() + b">"
            edits[row.start, row.end] = self._row_xml(self._wider(head, wanted), wanted)
            return
        waiting: dict[int, bytes] = defaultdict(bytes)
        for column in sorted(wanted):
            waiting[self._place_before(row, column)] += wanted[column]
        for place, xml in waiting.items():
            edits[place, place] = xml
        head = self.xml[row.start : row.inner]
        wider = self._wider(head, wanted)
        if wider != head:
            edits[row.start, row.inner] = wider

    def _place_before(self, row: Row, column: int) -> int:
        """Return where the cell right of a column that is not written down begins."""
        tail = b'%d"' % row.number
        near_by = range(column + 1, column + 1 + _NEAR) if self._is_plain() else ()
        for near in near_by:  # quicker than reading the row
            start = self.xml.find(head_of(near) + tail, row.inner, row.inner_end)
            if start >= 0:
                return start
        if self._is_plain() and self._last_column(row) < column:
            return row.inner_end
        for known, cell in self.cells(row.number):
            if known == column:
                raise WorkbookError(_WRITTEN_OTHERWISE.format(self.name))
            if known > column:
                return cell.start
        return row.inner_end

    def _last_column(self, row: Row) -> int:
        """Return the column of the last cell of a row that is written as Excel writes it."""
        start = self.xml.rfind(b'<c r="', row.inner, row.inner_end)
        named = _LETTERS.search(self.xml, start, row.inner_end) if start >= 0 else None
        return column_number(named[1].decode("ascii")) if named else 0

    def _add_rows(self, edits: dict[tuple[int, int], bytes]) -> None:
        waiting: dict[int, bytes] = defaultdict(bytes)
        for number in sorted(self._cells):
            if number in self.rows:
                continue
            wanted = self._cells[number]
            head = b'<row r="%d" spans="%d:%d"' % (number, min(wanted), max(wanted))
            head += self._row_heads.get(number, b"") + b">"
            before = bisect_left(self._numbers, number)
            place = self.rows[self._numbers[before - 1]].end
            waiting[place] += self._row_xml(head, wanted)
        for place, xml in waiting.items():
            edits[place, place] = xml

    def _row_xml(self, head: bytes, wanted: dict[int, bytes]) -> bytes:
        return head + b"".join(wanted[column] for column in sorted(wanted)) + b"</row>"

    def _wider(self, head: bytes, wanted: dict[int, bytes]) -> bytes:
        def widen(found: re.Match[bytes]) -> bytes:
            first = min(int(found[2]), *wanted)
            last = max(int(found[3]), *wanted)
            return b"%s%d:%d%s" % (found[1], first, last, found[4])

        return _SPANS.sub(widen, head)

    def _head_like(self, number: int) -> bytes:
        if number not in self.rows:
            return b""
        row = self.rows[number]
        kept = attributes(self.xml[row.start : row.inner])
        names = ("s", "customFormat", "ht", "customHeight", "outlineLevel", "x14ac:dyDescent")
        return b"".join(f' {name}="{kept[name]}"'.encode("ascii") for name in names if name in kept)

    def _dimension(self, start: bytes) -> bytes:
        found = _DIMENSION.search(start, 0, self._body)
        written = [(row, column) for row, cells in self._cells.items() for column in cells]
        if not found or not written:
            return start
        area = Area.of(found[2].decode("ascii"))
        rows, columns = zip(*written, strict=True)
        area = Area(
            min(area.left, *columns),
            min(area.top, *rows),
            max(area.right, *columns),
            max(area.bottom, *rows),
        )
        return _DIMENSION.sub(b"\\g<1>%s\\3" % str(area).encode("ascii"), start, count=1)
