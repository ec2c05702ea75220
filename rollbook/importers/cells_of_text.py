"""Text and cells as they are: what divides the columns, what a cell says."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

HEAD_ROWS = 60
Cell = float | str | bool | time | date | datetime | timedelta

_MOST_EXACT = 1e15  # Excel keeps 15 digits of a number


def read_csv_rows(stream: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Read delimited text: quotation marks double themselves, and nothing escapes anything."""
    return csv.reader(stream, delimiter=delimiter, quotechar='"', doublequote=True, escapechar=None)


def consistency(sample: str, delimiter: str) -> int:
    """Count the cells of the rows that have the most common number of columns."""
    if delimiter not in sample:
        return 0
    try:
        rows = [row for row in read_csv_rows(io.StringIO(sample, newline=""), delimiter) if row]
    except csv.Error:
        return 0
    widths = [len(row) for row in rows[:HEAD_ROWS]]
    common = max(set(widths), key=lambda width: (widths.count(width) * (width - 1), width))
    return widths.count(common) ** 2 * (common - 1)


def row_text(row: Sequence[Cell]) -> tuple[str, ...]:
    """Return a workbook's row as a clerk reads it; most cells are text already."""
    return tuple([cell if type(cell) is str else cell_text(cell) for cell in row])


def cell_text(value: Cell) -> str:
    """Return a workbook's cell as a clerk reads it: whole numbers plain, dates as 2026-09-01."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if abs(value) >= _MOST_EXACT:
            return f"{value:.14E}"  # as Excel shows it, so that a broken id is seen as one
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)
