"""Where the grid of a sheet is: its row of dates, AM and PM under it, ids and names beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rollbook.importers.reading.dates import (
    WEEKDAYS,
    WrittenDate,
    date_and_part,
    serial_date,
    written_date,
)
from rollbook.importers.reading.headers import (
    Words,
    columns_of,
    key,
    part_of_day,
)
from rollbook.importers.upload import Row, Upload

_HEADER_ROWS = 40
_FEWEST_DAY_NUMBERS = 5
_DAYS_OF_A_YEAR = 366


@dataclass(frozen=True, slots=True)
class HeadedColumn:
    """A column of marks: where it is, what heads it, and the date and part of day that says."""

    place: int
    header: str
    written: WrittenDate
    part: str  # "" when no part is named


@dataclass(frozen=True)
class Grid:
    """Where the grid of one sheet is: its last header row, its columns, what stands above."""

    sheet: str
    header_row: int
    columns: Sequence[HeadedColumn]
    fields: Mapping[str, int]
    above: str


def find_grid(upload: Upload, sheet: str, rows: Sequence[Row], words: Words) -> Grid | None:
    """Find the row of dates, then AM and PM under it and the headers of the ids beside it."""
    for row, last_row, columns in _dated_rows(rows, upload.since_1904):
        labels = _labels(rows, row, last_row, [column.place for column in columns])
        fields = next(filter(None, (columns_of(one, words) for one in labels)), {})
        if "student_id" in fields or (fields and len(columns) > 1):
            above = " ".join(cell for cells in rows[:row] for cell in cells if cell.strip())
            return Grid(sheet, last_row, columns, fields, f"{above} {sheet}")
    return None


def layout(
    rows: Sequence[Row], since_1904: bool = False
) -> tuple[int, Row, list[HeadedColumn]] | None:
    """Return where a grid nobody knows begins: its header row from 0, its labels, its columns.

    Two dates side by side are headers only where the row under them has none in their place, and
    a single one where words stand beside it and marks under it.
    """
    for row, last, columns in _dated_rows(rows, since_1904):
        under = rows[last + 1] if last + 1 < len(rows) else ()
        dates = [
            one for one in columns if one.place < len(under) and written_date(under[one.place])
        ]
        alone = len(columns) == 1 and _heads_one_day(rows, last, columns[0].place)
        if (len(columns) > 1 or alone) and not dates:
            labels = _labels(rows, row, last, [column.place for column in columns])
            return last, next(filter(any, labels), ()), columns
    return None


def _heads_one_day(rows: Sequence[Row], row: int, place: int) -> bool:
    """Say whether a single date heads a column: words beside it, and marks in the rows under it."""
    words = [cell for at, cell in enumerate(rows[row]) if at != place and cell.strip()]
    marks = [cells[place].strip() for cells in rows[row + 1 : row + 6] if len(cells) > place]
    are_words = len(words) > 1 and not any(letter.isdecimal() for word in words for letter in word)
    return are_words and any(marks) and not any(map(written_date, marks))


def _dated_rows(
    rows: Sequence[Row], since_1904: bool
) -> Iterator[tuple[int, int, list[HeadedColumn]]]:
    """Go through the rows with dates, most dates first: the row, its last below, its columns."""
    headed = [_headed(row, since_1904) for row in rows[:_HEADER_ROWS]]
    dated = [place for place, columns in enumerate(headed) if columns]
    for row in sorted(dated, key=lambda place: -len(headed[place])):
        columns, last_row = _with_parts(rows, row, headed[row])
        yield row, last_row, columns


def _headed(row: Row, since_1904: bool) -> list[HeadedColumn]:
    dated = [headed_column(place, cell.strip()) for place, cell in enumerate(row)]
    columns = [column for column in dated if column]
    return columns or _day_numbers(row) or _serials(row, since_1904)


def headed_column(place: int, header: str) -> HeadedColumn | None:
    """Read a date, or a date and a part of the day; None when it is neither."""
    found = date_and_part(header)
    if found is None:
        return None
    written, part = found
    return HeadedColumn(place, " ".join(header.split()), written, part_of_day(part))


def _day_numbers(row: Row) -> list[HeadedColumn]:
    """Read a row of day numbers, 1 to 31 rising; month and year must then stand above it."""
    numbers = [
        (place, int(cell))
        for place, cell in enumerate(row)
        if re.fullmatch(r"0?\d|[12]\d|3[01]", cell)
    ]
    days = [day for _place, day in numbers]
    if len(days) < _FEWEST_DAY_NUMBERS or days != sorted(set(days)) or days[0] < 1:
        return []
    return [HeadedColumn(place, str(day), WrittenDate(0, 0, day), "") for place, day in numbers]


def _serials(row: Row, since_1904: bool) -> list[HeadedColumn]:
    """Read a row of dates whose format was lost: serial numbers that rise within a year."""
    days = [
        (place, serial_date(cell.strip(), since_1904=since_1904)) for place, cell in enumerate(row)
    ]
    found = [(place, day) for place, day in days if day]
    dates = [day for _place, day in found]
    rising = len(dates) >= _FEWEST_DAY_NUMBERS and dates == sorted(set(dates))
    if not rising or (dates[-1] - dates[0]).days > _DAYS_OF_A_YEAR:
        return []
    return [
        HeadedColumn(place, day.isoformat(), WrittenDate(day.year, day.month, day.day), "")
        for place, day in found
    ]


def _with_parts(
    rows: Sequence[Row], row: int, columns: Sequence[HeadedColumn]
) -> tuple[list[HeadedColumn], int]:
    """Join AM and PM from the rows under the dates; a merged date goes on over blank cells."""
    last = row
    for below in range(row + 1, min(row + 3, len(rows))):
        cells = [cell.strip() for cell in rows[below]]
        parts = {place: cell for place, cell in enumerate(cells) if _is_session(cell)}
        under = [column for column in columns if column.place in parts]
        if len(under) * 2 > len(columns):
            return _spread(columns, parts), below
        weekdays = sum(key(cell) in WEEKDAYS for cell in cells)
        if weekdays * 2 > len(columns):
            last = below
            continue
        break
    return list(columns), last


def _is_session(cell: str) -> bool:
    """AM, PM, P3 or Period 3; but no bare number, and no code such as ``P``."""
    return bool(part_of_day(cell)) and not cell.isdecimal() and key(cell) != "day"


def _spread(columns: Sequence[HeadedColumn], parts: Mapping[int, str]) -> list[HeadedColumn]:
    heads = {column.place: column for column in columns}
    spread: list[HeadedColumn] = []
    current: HeadedColumn | None = None
    previous = -1
    for place in range(min(heads), max(parts) + 1):
        if place in heads:
            current = heads[place]
        elif place not in parts or place != previous + 1:
            current = None
        if current and place in parts:
            header = f"{current.header} {parts[place]}"
            spread.append(HeadedColumn(place, header, current.written, part_of_day(parts[place])))
            previous = place
    return spread


def _labels(rows: Sequence[Row], first: int, last: int, dated: Sequence[int]) -> Iterator[Row]:
    """Go through what may head the id and name columns: beside the dates, or in the row above them.

    In the row above, nothing but the word *Date* may stand over the dates: else they are not
    headers but the first cells of a list's date columns.
    """

    def label(row: int, place: int) -> str:
        in_row = place < len(rows[row]) and place not in dated
        return rows[row][place].strip() if in_row else ""

    width = max(len(row) for row in rows[: last + 1])
    beside = [
        next(filter(None, (label(row, place) for row in range(last, first - 1, -1))), "")
        for place in range(width)
    ]
    yield tuple(beside)
    if not first or len(dated) < 2:
        return
    over = [key(rows[first - 1][place]) for place in dated if place < len(rows[first - 1])]
    if not any(over[1:]) and over[:1] in ([], [""], ["date"], ["dates"], ["day"]):
        yield tuple(label(first - 1, place) for place in range(width))


def column_letters(place: int) -> str:
    """Return the letters Excel has for a column, counted from 0: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
