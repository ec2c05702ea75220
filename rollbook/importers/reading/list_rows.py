"""The rows of a list that hold no mark: lines of words, rows cut short, rows without a code."""

from itertools import islice

import numpy as np

from rollbook.importers.reading.columns import Column, Rows, Sheet
from rollbook.importers.reading.headers import Table
from rollbook.importers.reading.marks import clean_id, is_id
from rollbook.problems import Problem, hold, note

NO_MARK = "\0"
"""Stands for the code of a row in which nothing was recorded, where a blank says *present*."""


def above_headers(table: Table) -> list[Problem]:
    """Hold the rows of marks above the headers: somebody sorted the list with its headers."""
    fields = [field for field in ("student_id", "date", "code") if field in table]
    found = []
    for number, row in enumerate(islice(table.upload.rows(table.sheet), table.header_row), 1):
        cells = tuple(cell.strip() for cell in row)
        filled = all(table.cell(cells, field) for field in fields)
        if filled and is_id(clean_id(table.cell(cells, "student_id"))):
            found.append(
                hold(
                    "above-headers",
                    f"Row {number} stands above the headers (row {table.header_row + 1}), so it "
                    "was not posted. Move the headers to the top and drop the file again.",
                    place=table.place(number),
                )
            )
    return found


def footers(sheet: Sheet, ids: Column, codes: Column) -> Rows:
    """Find lines such as “Printed on …”: words, perhaps where the id should be, and no mark."""
    words = ids.where(lambda text: " " in text or text.casefold() in ("total", "totals"))
    blank = codes.where(lambda code: code in ("", NO_MARK))
    dates = sheet.column("date").where(lambda text: not any(mark in text for mark in "-/."))
    found = words & blank & dates
    found |= ids.where(is_total) & sheet.column("date").where(lambda day: not day)
    bare = (
        blank & ids.where(lambda text: not text) & sheet.column("date").where(lambda day: not day)
    )
    if bare.any():
        filled = np.sum([column.where(bool) for column in sheet.columns], axis=0)
        spaced = np.any(
            [column.where(lambda cell: " " in cell) for column in sheet.columns], axis=0
        )
        found |= bare & (filled == 1) & spaced
    return found


def is_total(text: str) -> bool:
    """Say whether a cell heads a line of totals."""
    return text.casefold().startswith(("total", "grand total", "average", "mean", "sum of"))


def left_out(sheet: Sheet, footer: Rows) -> list[Problem]:
    """Return a note of the lines that were taken for words around the list."""
    count = len(np.unique(sheet.row[footer]))
    if not count:
        return []
    first = int(sheet.row[int(np.argmax(footer))])
    lines = f"Row {first} is" if count == 1 else f"{count:,} rows (the first is row {first}) are"
    return [
        note(
            "left-out",
            f"{lines} no mark but a line of words under the list, and was left out."
            if count == 1
            else f"{lines} no marks but lines of words around the list, and were left out.",
            place=sheet.table.place(first),
        )
    ]


def cut_short(table: Table, sheet: Sheet, no_code: Rows, last: int = -1) -> Rows:
    """Tell rows that end before the code, or ``last`` of several, from rows with a blank one."""
    short = np.zeros(len(sheet), dtype=np.bool_)
    if table.upload.kind != "text" or not no_code.any() or "code" not in table:
        return short
    suspects = set(sheet.row[no_code].tolist())
    cut = [
        number
        for number, row in enumerate(table.upload.rows(), 1)
        if number in suspects and len(row) <= (table.columns["code"] if last < 0 else last)
    ]
    short[np.isin(sheet.row, np.asarray(cut, dtype=np.int32))] = True
    return short


def unrecorded(sheet: Sheet, rows: Rows) -> list[Problem]:
    """Return a note of the rows in which nothing was recorded."""
    count = int(rows.sum())
    if not count:
        return []
    first = int(sheet.row[int(np.argmax(rows))])
    return [
        note(
            "no-code",
            f"{'1 row has' if count == 1 else f'{count:,} rows have'} no code (the first is row "
            f"{first}). Nothing was recorded there, and nothing was posted.",
            place=sheet.table.place(first, "code"),
        )
    ]
