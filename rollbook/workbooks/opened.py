"""A workbook that is open in Excel, as the updater reads workbooks.

Only what the mapping needs is taken from Excel: the rows that may hold headings, and below them
the columns Rollbook reads or fills, not the hundreds with marks. From it a small workbook is made
in memory, so that the very code which updates files says what is to be changed.
"""

import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from rollbook.workbooks.book import SUFFIXES, Book
from rollbook.workbooks.cells import Area, cell_xml, column_letters, day_number, escape, one_cell
from rollbook.workbooks.mapping import Block, WorkbookMap
from rollbook.workbooks.places import ROWS_SEARCHED, locate
from rollbook.workbooks.sheet import NAMESPACE

ROWS_TO_ADOPT = ROWS_SEARCHED + 200
"""So many rows tell what is where, and how the clerk writes percentages."""

_MAIN = NAMESPACE.decode("ascii")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGED = "http://schemas.openxmlformats.org/package/2006"
_DATE_STYLE = 1
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
    "</cellXfs></styleSheet>"
)
_FORMULA_XML = b"<f>0</f>"  # for each of the clerk's: of most it is only known that they are there
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Marked:
    """Cells that are more than their values, sheet by sheet, which Excel tells beside them.

    ``formulas`` hold a formula or are filled by one, ``merged`` are merged.
    """

    formulas: Mapping[str, Sequence[Area]] = field(default_factory=dict)
    merged: Mapping[str, Sequence[Area]] = field(default_factory=dict)

    @classmethod
    def of(cls, formulas: Iterable[str], merged: Iterable[str], active: str) -> "Marked":
        """Read addresses such as ``'Letter log'!I4:I6``; without a sheet, ``active`` is meant."""
        return cls(_by_sheet(formulas, active), _by_sheet(merged, active))


def _by_sheet(addresses: Iterable[str], active: str) -> dict[str, list[Area]]:
    areas: dict[str, list[Area]] = defaultdict(list)
    for address in addresses:
        sheet, _, cells = address.rpartition("!")
        if sheet.startswith("'") and sheet.endswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        areas[sheet or active].append(Area.of(cells))
    return areas


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    area: Area
    columns: Sequence[str]
    has_header: bool
    has_total: bool


@dataclass(slots=True)
class _Copied:
    """What was read of one sheet: row → column → value, and what is more than values.

    Down to row ``top`` all columns were read, below it only ``columns``; where all formulas are
    is known ``with_formulas``, for the rows of new students.
    """

    name: str
    top: int
    formulas: list[Area]
    merged: Sequence[Area]
    tables: Sequence[_Table]
    with_formulas: bool
    columns: set[int] = field(default_factory=set)
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)


def copy_of(book: Any, mapping: WorkbookMap, marked: Marked) -> Book:
    """Return what the mapping needs of an open xlwings ``book``, as the updater reads workbooks.

    Raises ``WorkbookError``, as an update of the file does, when a mapped heading is gone.
    """
    top = max(ROWS_SEARCHED, *(block.header_row for block in mapping.lists))
    copied = {
        sheet.name: _copied(sheet, marked, top, with_formulas=mapping.whom.add)
        for sheet in sheets_of(book, mapping)
    }
    heads = _as_book(book.name, copied.values())
    for name, columns in _columns_needed(heads, mapping).items():
        copied[name].columns.update(columns)
        for left, right in stretches(columns):
            _read(book.sheets[name], copied[name], top + 1, 0, left, right)
    return _as_book(book.name, copied.values())


def sheets_of(book: Any, mapping: WorkbookMap) -> list[Any]:
    """Return the sheets of an open workbook that hold the mapped lists."""
    return [sheet for sheet in book.sheets if _holds(sheet, mapping.lists)]


def start_of(book: Any, marked: Marked) -> Book:
    """Return the first rows of every sheet that is not hidden: enough to find what is where."""
    shown = [sheet for sheet in book.sheets if not _is_hidden(sheet)]
    return _as_book(book.name, [_copied(sheet, marked, ROWS_TO_ADOPT) for sheet in shown])


# ---- reading ---------------------------------------------------------------------------------


def _holds(sheet: Any, blocks: Sequence[Block]) -> bool:
    """Whether a mapped list is on this sheet: by the sheet's name, or the Table's."""
    wanted = {block.table for block in blocks if block.table}
    return sheet.name in {block.sheet for block in blocks} or any(
        table.name in wanted for table in sheet.tables
    )


def _is_hidden(sheet: Any) -> bool:
    """Say whether a sheet is hidden: the server tells it by a word, Excel itself by a number."""
    return str(sheet.visible).casefold() in ("hidden", "veryhidden", "false", "0", "2")


def _copied(sheet: Any, marked: Marked, top: int, *, with_formulas: bool = False) -> _Copied:
    """Read the first rows of a sheet."""
    copied = _Copied(
        sheet.name,
        top,
        list(marked.formulas.get(sheet.name, ())),
        marked.merged.get(sheet.name, ()),
        [_table(table) for table in sheet.tables],
        with_formulas,
    )
    _read(sheet, copied, 1, top)
    return copied


def _table(table: Any) -> _Table:
    area = Area.of(table.range.address)
    has_header = bool(table.show_headers)
    columns: Sequence[str] = [""] * (area.right - area.left + 1)
    if has_header:
        columns = [str(each or "") for each in table.header_row_range.options(ndim=1).value]
    return _Table(table.name, area, columns, has_header, bool(table.show_totals))


def _columns_needed(heads: Book, mapping: WorkbookMap) -> dict[str, set[int]]:
    """Return the columns below the headings: the owned ones, and all of the logs."""
    needed: dict[str, set[int]] = defaultdict(set)
    if mapping.tracker:
        place = locate(heads, mapping.tracker)
        needed[place.sheet.name].update(place.columns.values())
    for block in (log for log in (mapping.log, mapping.contacts) if log):
        place = locate(heads, block)
        needed[place.sheet.name].update(range(place.left, place.right + 1))
    return needed


def stretches(columns: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield neighbouring columns together: each reading of a sheet has its price."""
    ordered = sorted(columns)
    first = ordered[0]
    for column, following in pairwise([*ordered, 0]):
        if following != column + 1:
            yield first, column
            first = following


def _read(sheet: Any, into: _Copied, top: int, bottom: int, left: int = 1, right: int = 0) -> None:
    """Read cells into a copy; ``bottom`` and ``right`` 0 mean to the end of what is used."""
    used = sheet.used_range.last_cell
    bottom = min(bottom or used.row, used.row)
    right = min(right or used.column, used.column)
    if top > bottom or left > right:
        return
    cells = sheet.range((top, left), (bottom, right))
    if sheet.book.app.engine.name != "remote":  # Excel on this computer can be asked itself
        into.formulas += _formulas(cells.formula, top, left)
    values_by_row = cells.options(ndim=2, err_to_str=True).value
    for row, values in enumerate(values_by_row, start=top):
        found = {
            column: value
            for column, value in enumerate(values, start=left)
            if value is not None and value != ""
        }
        if found:
            into.rows.setdefault(row, {}).update(found)


def _formulas(found: Any, top: int, left: int) -> list[Area]:
    """Return the cells of a reading that hold a formula.

    Excel gives one text for one cell, and on the Mac a plain list for one row.
    """
    rows = found if isinstance(found, list | tuple) else [[found]]
    rows = rows if isinstance(rows[0], list | tuple) else [rows]
    return [
        one_cell(row, column)
        for row, texts in enumerate(rows, start=top)
        for column, text in enumerate(texts, start=left)
        if isinstance(text, str) and text.startswith("=")
    ]


# ---- making the small workbook ---------------------------------------------------------------


def _as_book(name: str, sheets: Iterable[_Copied]) -> Book:
    """Return a workbook of the copied sheets, opened as from a file."""
    sheets = list(sheets)
    tables = [(number, table) for number, sheet in enumerate(sheets) for table in sheet.tables]
    parts = {
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _links(
            [("styles", "styles.xml")]
            + [("worksheet", f"worksheets/sheet{number}.xml") for number in range(len(sheets))]
        ),
        "xl/styles.xml": _STYLES.encode("ascii"),
    }
    for number, sheet in enumerate(sheets):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(sheet)
        links = [
            ("table", f"../tables/table{place}.xml")
            for place, (of, _) in enumerate(tables)
            if of == number
        ]
        parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _links(links)
    for place, (number, table) in enumerate(tables):
        parts[f"xl/tables/table{place}.xml"] = _table_xml(table, sheets[number].formulas)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    path = Path(name)
    if path.suffix.lower() not in SUFFIXES:  # never saved, or of a kind that is no matter here
        path = Path(f"{name}.xlsx")
    return Book(path, stream.getvalue())


def _workbook(sheets: Sequence[_Copied]) -> bytes:
    listed = b"".join(
        b'<sheet name="%s" sheetId="%d" r:id="r%d"/>' % (_attribute(sheet.name), place, place)
        for place, sheet in enumerate(sheets, start=1)  # r0 are the styles
    )
    head = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'.encode("ascii")
    return head + listed + b"</sheets></workbook>"


def _links(links: Sequence[tuple[str, str]]) -> bytes:
    listed = "".join(
        f'<Relationship Id="r{place}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(links)
    )
    xml = f'<Relationships xmlns="{_PACKAGED}/relationships">{listed}</Relationships>'
    return xml.encode("ascii")


def _sheet(sheet: _Copied) -> bytes:
    filled = _filled(sheet)
    pieces = [f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode("ascii")]
    for row in sorted(sheet.rows.keys() | filled.keys()):
        values, formulas = sheet.rows.get(row, {}), filled.get(row, ())
        pieces.append(b'<row r="%d">' % row)
        for column in sorted({*values, *formulas}):
            reference = f"{column_letters(column)}{row}"
            pieces.append(_cell(reference, values.get(column), column in formulas))
        pieces.append(b"</row>")
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    pieces.append(f"</sheetData><mergeCells>{merged}</mergeCells></worksheet>".encode("ascii"))
    return b"".join(pieces)


def _filled(sheet: _Copied) -> dict[int, set[int]]:
    """Return the cells with formulas, of the rows and columns that were read."""
    filled: dict[int, set[int]] = defaultdict(set)
    for area in sheet.formulas:
        across = range(area.left, area.right + 1)
        for row in range(area.top, min(area.bottom, sheet.top) + 1):
            filled[row].update(across)
        below = set(across) if sheet.with_formulas else sheet.columns.intersection(across)
        for row in range(max(area.top, sheet.top + 1), area.bottom + 1) if below else ():
            filled[row].update(below)
    return filled


def _cell(reference: str, value: Any, is_formula: bool) -> bytes:
    if isinstance(value, bool):
        xml = f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'.encode("ascii")
    elif isinstance(value, datetime):
        midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
        part = (value - midnight).total_seconds() / _SECONDS_A_DAY
        days: float = day_number(value.date(), since_1904=False)
        number = days + part if part else days
        xml = f'<c r="{reference}" s="{_DATE_STYLE}"><v>{number}</v></c>'.encode("ascii")
    elif isinstance(value, int | float):
        xml = f'<c r="{reference}"><v>{value!r}</v></c>'.encode("ascii")
    else:
        xml = cell_xml(reference, 0, None if value is None else str(value), since_1904=False)
    if not is_formula:
        return xml
    if xml.endswith(b"/>"):
        return xml[:-2] + b">" + _FORMULA_XML + b"</c>"
    return xml.replace(b">", b">" + _FORMULA_XML, 1)


def _table_xml(table: _Table, formulas: Collection[Area]) -> bytes:
    columns = b"".join(
        b'<tableColumn id="%d" name="%s">%s</tableColumn>'
        % (place + 1, _attribute(name), _calculated(table, table.area.left + place, formulas))
        for place, name in enumerate(table.columns)
    )
    head = (
        f'<table xmlns="{_MAIN}" id="1" name="T" displayName="%s" ref="{table.area}" '
        f'headerRowCount="{int(table.has_header)}" totalsRowCount="{int(table.has_total)}">'
    )
    name = _attribute(table.name).decode("utf-8")
    xml = (head % name).encode("utf-8") + b"<tableColumns>" + columns
    return xml + b"</tableColumns></table>"


def _calculated(table: _Table, column: int, formulas: Collection[Area]) -> bytes:
    """Excel fills a column that has a formula in its last row by itself when the Table grows."""
    last = table.area.bottom - table.has_total
    has_formula = last > table.area.top and any(
        area.left <= column <= area.right and area.top <= last <= area.bottom for area in formulas
    )
    formula = b"<calculatedColumnFormula>[filled by Excel]</calculatedColumnFormula>"
    return formula if has_formula else b""


def _attribute(text: str) -> bytes:
    return escape(text).replace(b'"', b"&quot;").replace(b"\n", b"&#10;")
