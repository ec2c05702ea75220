"""Workbooks as they are open in Excel: what its add-in would send of a file, and what comes back.

The values are those the file keeps; formulas, spilled and merged cells are told beside them.
"""

import copy
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from rollbook.workbooks.opened import Marked
from tests.addin.books import payload, written

import xlwings as xw  # isort: skip  (after tests.addin.books, which says what it runs as)


def sent(path: Path, active: int = 0) -> dict[str, Any]:
    """Return what the add-in sends of a workbook: values, and its Tables."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheets = {sheet.title: [list(map(_as_sent, row)) for row in sheet.iter_rows(values_only=True)]
              for sheet in book.worksheets}  # fmt: skip
    data = payload(sheets, active=active, name=path.name)
    for sheet, sent_sheet in zip(book.worksheets, data["sheets"], strict=True):
        sent_sheet["tables"] = [_table(table) for table in sheet.tables.values()]
        hidden = sheet.sheet_state != "visible"
        sent_sheet["visibility"] = "Hidden" if hidden else "Visible"
    return data


def _as_sent(value: object) -> object:
    if isinstance(value, datetime | date):
        day = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return day.isoformat(timespec="milliseconds") + "Z"
    return "" if value is None else value


def _table(table: Any) -> dict[str, Any]:
    left, top, right, bottom = range_boundaries(table.ref)
    first, last = get_column_letter(left), get_column_letter(right)
    has_header, has_total = table.headerRowCount != 0, bool(table.totalsRowCount)
    body = f"{first}{top + has_header}:{last}{bottom - has_total}"
    return {
        "name": table.displayName,
        "range_address": table.ref,
        "row_count": bottom - top + 1,
        "column_count": right - left + 1,
        "columns": [column.name for column in table.tableColumns],
        "header_row_range_address": f"{first}{top}:{last}{top}" if has_header else None,
        "data_body_range_address": body,
        "total_row_range_address": f"{first}{bottom}:{last}{bottom}" if has_total else None,
        "show_headers": has_header,
        "show_totals": has_total,
    }


def addresses(path: Path) -> dict[str, list[str]]:
    """Return the addresses of formulas (spilled cells too) and of merged cells, with the sheet."""
    book = openpyxl.load_workbook(path)
    formulas, merged = [], []
    for sheet in book.worksheets:
        name = "'" + sheet.title.replace("'", "''") + "'"
        merged += [f"{name}!{area}" for area in sheet.merged_cells.ranges]
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, ArrayFormula):
                    formulas.append(f"{name}!{cell.value.ref}")
                elif cell.data_type == "f":
                    formulas.append(f"{name}!{cell.coordinate}")
    return {"formulas": formulas, "merged": merged}


def opened(path: Path) -> tuple[xw.Book, Marked]:
    """Open a workbook as a script of xlwings Server is given it."""
    return xw.Book(json=sent(path)), Marked.of(**addresses(path), active="")


def as_it_stands(book: xw.Book, before: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what each written cell of each sheet shows once Excel did what it was told."""
    names = [sheet["name"] for sheet in before["sheets"]]
    shown: dict[str, dict[str, Any]] = {name: {} for name in names}
    for (position, cell), value in written(book).items():
        shown[names[position]][cell] = as_excel_reads(value)
    return copy.deepcopy(shown)


def as_excel_reads(value: Any) -> Any:
    """Return what Excel makes of a value it is handed: it reads it as if typed."""
    if not isinstance(value, str) or value == "":
        return None if value == "" else value
    if value.startswith("'"):
        return value[1:]
    assert not value.startswith(("=", "+", "-", "@")), f"{value} would be a formula"
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    assert not value.replace(".", "").isdigit(), f"{value} would be a number"
    return value
