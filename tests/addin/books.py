"""Workbooks as Excel's add-in sends them, and what a button would write into them."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

os.environ.setdefault("XLWINGS_LICENSE_KEY", "noncommercial")
os.environ.setdefault("XLWINGS_ON_SERVER", "true")

import xlwings as xw
from openpyxl.utils import get_column_letter

Rows = Sequence[Sequence[Any]]


def payload(
    sheets: Mapping[str, Rows], selection: str = "A1", active: int = 0, name: str = "Tracker.xlsx"
) -> dict[str, Any]:
    """Return what xlwings' client sends of a workbook: values only, from A1 of each sheet."""
    return {
        "client": "Office.js",
        "version": xw.__version__,
        "book": {
            "name": name,
            "active_sheet_index": active,
            "selection": selection,
            "calculation": "Automatic",
        },
        "names": [],
        "sheets": [_sheet(title, rows) for title, rows in sheets.items()],
    }


def _sheet(title: str, rows: Rows) -> dict[str, Any]:
    width = max((len(row) for row in rows), default=1)
    values = [[*row, *[""] * (width - len(row))] for row in rows] or [[""]]
    last = f"{get_column_letter(width)}{len(values)}"
    return {
        "name": title,
        "visibility": "Visible",
        "show_gridlines": True,
        "print_area": None,
        "notes": [],
        "notes_supported": True,
        "used_range_address": f"A1:{last}",
        "used_range_row_count": len(values),
        "used_range_column_count": width,
        "values": [list(row) for row in values],
        "pictures": [],
        "shapes": [],
        "charts": [],
        "tables": [],
        "pivot_tables": [],
    }


def book_of(sheets: Mapping[str, Rows], selection: str = "A1", **more: Any) -> xw.Book:
    """Return a workbook as a script of xlwings Server is given it."""
    return xw.Book(json=payload(sheets, selection, **more))


def written(book: xw.Book) -> dict[tuple[int, str], Any]:
    """Return what a button wrote, by the place of the sheet and the cell, such as ``(0, "B2")``."""
    cells: dict[tuple[int, str], Any] = {}
    for action in book.json()["actions"]:
        if action["func"] != "setValues":
            continue
        for down, row in enumerate(action["values"]):
            for right, value in enumerate(row):
                column = get_column_letter(action["start_column"] + right + 1)
                cells[action["sheet_position"], f"{column}{action['start_row'] + down + 1}"] = value
    return cells
