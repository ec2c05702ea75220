"""Looking at a table nobody knows: where its headers are, and what its columns may be.

Nothing is decided here. What only one column can be is proposed; all else is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rollbook.importers.reading.dates import serial_date, written_date
from rollbook.importers.reading.figures import SUMMARY, counted_columns
from rollbook.importers.reading.grid_layout import HeadedColumn, layout
from rollbook.importers.reading.headers import (
    HEADER_ROWS,
    Table,
    Words,
    columns_of,
    joined_headers,
    key,
    part_of_day,
)
from rollbook.importers.reading.mark_words import EVENT
from rollbook.importers.reading.marks import clean_id, is_id
from rollbook.importers.reading.part_columns import part_columns
from rollbook.importers.reading.titled_days import titled_day, titled_grid
from rollbook.importers.upload import Row, Upload

_MOST_CODES, _LONGEST_CODE = 40, 24
_LONGEST_HEADER = 40
_WORDS: Words = {**SUMMARY, **EVENT, "marks": ("Attendance Marks", "Marks", "Mark String")}


@dataclass(frozen=True)
class Seen:
    """A table as it lies in a file: the row of its headers (from 1), and the rows below.

    ``dated`` are the columns of a grid; their headers are days, and are not among ``headers``.
    Where its one day stands in a title, ``day_parts`` are the headers they have, and which part
    of the day each is.
    """

    upload: Upload
    sheet: str
    header_row: int
    headers: Row
    rows: Sequence[Row]
    header_rows: int = 1
    dated: Sequence[HeadedColumn] = ()
    day_parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The same for those who look for headers."""
        return Table(self.upload, self.sheet, self.header_row - 1, self.headers, {})

    def cells(self, header: str, rows: Sequence[Row] | None = None) -> list[str]:
        """Return the cells below a header, blank ones too."""
        place = self.headers.index(header)
        return [_cell(row, place) for row in (self.rows if rows is None else rows)]

    def raw(self, header: str, rows: Sequence[Row]) -> list[str]:
        """Return the cells below a header with the blanks they begin and end with."""
        place = self.headers.index(header)
        return [row[place] for row in rows if place < len(row)]

    def values(self, header: str) -> list[str]:
        """Return the cells below a header that are not blank; lines of one cell are footers."""
        rows = [row for row in self.rows if sum(map(bool, map(str.strip, row))) > 1]
        return [cell for cell in self.cells(header, rows) if cell]

    def of_students(self, student_id: str, date: str = "") -> list[Row]:
        """Return the rows with an id, and a date where one is needed: no totals, no footers."""
        who = self.headers.index(student_id)
        when = self.headers.index(date) if date else -1
        return [
            row
            for row in self.rows
            if is_id(clean_id(_cell(row, who))) and (not date or _is_date(_cell(row, when)))
        ]

    def candidates(self, field: str) -> list[str]:
        """Return the headers that ``field`` may have: by their words, else by what is below."""
        named = columns_of(self.headers, {field: _WORDS.get(field, ())})
        if field in named and self.headers[named[field]]:
            return [self.headers[named[field]]]
        test = _TESTS.get(field)
        headers = [header for header in self.headers if key(header)]
        found = [header for header in headers if test and test(self.values(header))]
        if field == "date":  # a number may be a day only where no column is written as days
            return [one for one in found if _are_dates(self.values(one))] or found
        return found

    def is_named(self, field: str) -> bool:
        """Say whether a header is one of those that ``field`` is known by."""
        return field in columns_of(self.headers, {field: _WORDS.get(field, ())})

    def part_headers(self) -> dict[str, str]:
        """Return the headers that name a part of the day, and which."""
        return {self.headers[at]: part for part, at in part_columns(self.table).items()}

    def shapes(self) -> list[str]:
        """Return the shapes that the table may have."""
        if self.dated:
            return ["grid"]
        fits = []
        if self.candidates("date"):
            if self.part_headers():
                fits.append("periods")
            if self.candidates("marks"):
                fits.append("strings")
        if len(counted_columns(self.table)) > 1 and not self.is_named("date"):
            fits.append("summary")
        is_list = bool(self.candidates("date") and self.candidates("code"))
        return ["list", *fits] if is_list and (self.is_named("code") or not fits) else fits


def look(upload: Upload) -> Seen:
    """Return the table of the sheet with most days in a row, or with most words in one.

    Raises ``RefusedFile`` for XML, JSON, and where there is no table.
    """
    grids = [
        (sheet, grid)
        for sheet, rows in upload.head.items()
        if (grid := layout(rows, upload.since_1904))
    ]
    if all(len(columns) < 2 for _sheet, (_last, _labels, columns) in grids):
        if titled := _titled(upload):
            return titled
    if grids:
        sheet, (last, labels, columns) = max(grids, key=lambda one: len(one[1][2]))
        return Seen(upload, sheet, last + 1, labels, _rows(upload, sheet, last), dated=columns)
    found = [
        (_words(row), sheet, place)
        for sheet, rows in upload.head.items()
        for place, row in enumerate(rows[:HEADER_ROWS])
    ]
    # Of as many words the lower row: titles stand above. Headers may be printed again on each page.
    words, sheet, place = max(reversed(found), key=lambda one: one[0], default=(0, "", 0))
    if words < 3:
        names = ", ".join(f"“{name}”" for name in upload.hidden_sheets)
        hidden = (
            f" Hidden in Excel and passed over: {names}. Unhide what has marks." if names else ""
        )
        raise upload.refused(
            "no-headers",
            "has no row with three headers or more, so it cannot be adopted. Only a list or a grid "
            f"with headers, as text or a workbook, can be.{hidden}",
        )
    rows = upload.head[sheet]
    return _table(upload, sheet, rows.index(rows[place]))


def _titled(upload: Upload) -> Seen | None:
    """Return the first table with columns of AM and PM, and its day only in a title above."""
    for sheet, rows in upload.head.items():
        for place, row in enumerate(rows[:HEADER_ROWS]):
            seen = Seen(upload, sheet, place + 1, tuple(cell.strip() for cell in row), ())
            parts = seen.part_headers()
            if len(parts) < 2 or len(counted_columns(seen.table)) > 1 or _words(row) < 3:
                continue
            seen = replace(seen, rows=_rows(upload, sheet, place))
            first = next(iter(seen.headers))
            grid = titled_grid(sheet, rows, {"student_id": (first,)}, parts)
            if grid and titled_day(rows[:place]) and not seen.candidates("date"):
                labels = tuple("" if one in parts else one for one in seen.headers)
                return replace(seen, headers=labels, dated=grid.columns, day_parts=parts)
    return None


def date_order(values: Sequence[str]) -> str:
    """Return ``day first``, ``month first``, ``any`` where order says nothing, or ``""``: ask."""
    written = [found for value in values if (found := written_date(value))]
    matters = [one for one in written if one.order_matters and one.day != one.month]
    if not matters:
        return "any"
    day = any(one.day > 12 for one in matters)
    month = any(one.month > 12 for one in matters)
    return "" if day == month else "day first" if day else "month first"


# Where the headers are ---------------------------------------------------------------------------


def _words(row: Row) -> int:
    """Count the different cells of a row that may be headers: words, and names of periods."""
    words = {key(cell) for cell in row if _is_header(cell.strip())}
    return len(words - {""})


def _is_header(cell: str) -> bool:
    is_word = not any(map(str.isdecimal, cell)) or bool(part_of_day(cell) and not cell.isdecimal())
    return bool(cell) and is_word and len(cell) <= _LONGEST_HEADER


def _table(upload: Upload, sheet: str, place: int) -> Seen:
    """Return the table under a row of headers, joined with the row above or below it if need be."""
    rows = upload.head[sheet]
    below = rows[place + 1] if place + 1 < len(rows) else ()
    above = rows[place - 1] if place else ()
    if _goes_on(rows[place], below):
        last, count = place + 1, 2
    else:
        last, count = place, 2 if _begins(above, rows[place]) else 1
    headers = tuple(cell.strip() for cell in rows[last])
    if count == 2:
        headers = joined_headers(rows[last - 1], rows[last])
    return Seen(upload, sheet, last + 1, headers, _rows(upload, sheet, last), count)


def _goes_on(headers: Row, below: Row) -> bool:
    """Say whether the row under the headers has headers too, and no data."""
    cells = [cell.strip() for cell in below if cell.strip()]
    places = [place for place, cell in enumerate(below) if cell.strip()]
    blank_above = any(not _cell(headers, place) for place in places)
    return bool(cells) and all(map(_is_header, cells)) and (blank_above or len(cells) > 1)


def _begins(above: Row, headers: Row) -> bool:
    """Say whether the row above the headers names columns that they leave blank or double."""
    cells = [cell.strip() for cell in above if cell.strip()]
    if len(cells) < 2 or not all(map(_is_header, cells)):
        return False
    keys = [key(cell) for cell in headers if key(cell)]
    fills = any(cell.strip() and not _cell(headers, place) for place, cell in enumerate(above))
    return len(keys) != len(set(keys)) or (fills and len(above) <= len(headers))


def _rows(upload: Upload, sheet: str, last: int) -> list[Row]:
    every = enumerate(upload.rows(sheet))
    return [row for number, row in every if number > last and any(map(str.strip, row))]


def _cell(row: Row, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


# What a column may be ----------------------------------------------------------------------------


def _mostly(test: Callable[[str], object]) -> Callable[[Sequence[str]], bool]:
    def holds(values: Sequence[str]) -> bool:
        return bool(values) and sum(map(bool, map(test, values))) * 10 >= len(values) * 8

    return holds


def _is_date(cell: str) -> bool:
    return bool(written_date(cell) or serial_date(cell))


def _is_code(values: Sequence[str]) -> bool:
    different = set(values)
    short = _mostly(lambda value: len(value) <= _LONGEST_CODE)(values)
    long_numbers = _mostly(lambda cell: len(cell) > 3 and cell.isdecimal())(values)
    other = long_numbers or _may_be_dates(values) or _mostly(part_of_day)(values)
    return 0 < len(different) <= _MOST_CODES and short and not other


def _is_number(values: Sequence[str]) -> bool:
    return _mostly(lambda cell: is_id(clean_id(cell)))(values) and not (
        _are_dates(values) or _mostly(part_of_day)(values)
    )


def _is_marks(values: Sequence[str]) -> bool:
    """Say whether cells are strings of marks: whole weeks of them, and no words or numbers."""
    weeks = _mostly(lambda cell: len(cell) >= 5 and len(cell) % 5 == 0)(values)
    plain = _mostly(lambda cell: cell == cell.upper() and not any(map(str.isdecimal, cell)))(values)
    lengths = len({len(cell) for cell in values}) <= max(3, len(values) // 20)
    repeated = _mostly(lambda cell: len(set(cell)) * 2 <= len(cell))(values)
    return weeks and plain and lengths and repeated


_are_dates = _mostly(written_date)
_may_be_dates = _mostly(_is_date)
_TESTS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "student_id": _is_number,
    "date": _may_be_dates,
    "code": _is_code,
    "marks": _is_marks,
}
