"""Finding the header row of an export, and the columns under it, by the words offices use."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from rollbook.importers.reading.dates import WEEKDAYS, date_and_part
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Place, RefusedFile

HEADER_ROWS = 30
"""The header row is looked for this far down."""

Words = Mapping[str, Sequence[str]]
"""For each field, the headers it is known by; the surest first."""

STUDENT_ID = (
    "Student ID",
    "Student Number",
    "Student No",
    "Pupil ID",
    "Pupil Number",
    "Local ID",
    "Local Student ID",
    "Admission No",
    "Admission Number",
    "Adno",
    "Perm ID",
    "Permanent ID",
    "SIS ID",
    "MIS ID",
    "UPN",
    "Unique Pupil Number",
    "Roll No",
    "Roll Number",
    "ID",
)
NAMES: Words = {
    "family_name": ("Last Name", "Surname", "Legal Surname", "Family Name", "Student Last Name",
                    "Student Surname", "Pupil Surname"),
    "given_name": ("First Name", "Forename", "Legal Forename", "Given Name", "Student First Name",
                   "Student Forename", "Pupil Forename"),
    "name": ("Name", "Full Name", "Student Name", "Student Full Name", "Pupil Name", "Pupil",
             "Student", "Last First"),
    "known_as": ("Preferred Name", "Known As", "Chosen Name", "Preferred Forename", "Goes By"),
}  # fmt: skip
FORM = ("Reg Group", "Registration Group", "Form", "Tutor Group", "Reg", "Class", "Homeroom")
GRADE = ("Year Group", "Year", "NC Year", "Grade", "Grade Level", "Yr")
PARTS_OF_DAY = {
    "am": "AM",
    "morning": "AM",
    "ammark": "AM",
    "pm": "PM",
    "afternoon": "PM",
    "pmmark": "PM",
    "day": "DAY",
    "allday": "DAY",
    "fullday": "DAY",
    "wholeday": "DAY",
    "daily": "DAY",
}
_PERIOD = re.compile(r"(?:p|per|period|prd|hour|lesson)?0?(\d{1,2})")


@lru_cache(maxsize=1 << 15)  # every importer looks at the same few rows
def key(header: str) -> str:
    """Return what is compared of a header: its letters and digits, in lower case."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


def part_of_day(text: str) -> str:
    """Return ``AM``, ``PM``, ``DAY`` or ``P0`` … ``P12`` for the words exports use, else ``""``."""
    plain = key(text)
    if plain in PARTS_OF_DAY:
        return PARTS_OF_DAY[plain]
    period = _PERIOD.fullmatch(plain)
    return f"P{int(period[1])}" if period and int(period[1]) <= 12 else ""


@dataclass(frozen=True)
class Table:
    """The rows under a header row, with the columns that were recognised."""

    upload: Upload
    sheet: str
    header_row: int  # counted from 0
    headers: Row
    columns: Mapping[str, int]

    def __contains__(self, field: str) -> bool:
        return field in self.columns

    def header(self, field: str) -> str:
        """Return the header a field has in this file."""
        return self.headers[self.columns[field]]

    def place(self, row: int, field: str = "") -> Place:
        """Return where a cell is, for a message."""
        column = self.header(field) if field in self.columns else ""
        return Place(file=self.upload.name, sheet=self.sheet, row=row, column=column)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Go through the rows that are not blank: row number from 1, cells without outer blanks."""
        for number, cells in enumerate(self.upload.rows(self.sheet), 1):
            if number <= self.header_row + 1:
                continue
            row = tuple(cell.strip() for cell in cells)
            if any(row):
                yield number, row

    def cell(self, row: Row, field: str) -> str:
        """Return one cell; ``""`` where the file has no such column or the row ends before it."""
        column = self.columns.get(field, len(row))
        return row[column] if column < len(row) else ""


def find_tables(
    upload: Upload,
    words: Words,
    needed: Sequence[str],
    never: str = "",
    *,
    parts_beside: bool = False,
    header_rows: int = 1,
) -> list[Table]:
    """Return the tables of the sheets that have all ``needed`` columns (``"a|b"``: one of them).

    A table with the column ``never`` is another importer's. With ``parts_beside`` columns for AM,
    PM or weekdays do not make it a register grid; only dates as headers do. With two
    ``header_rows`` the headers are read as :func:`joined_headers` joins them.
    """
    is_grid = _has_dates if parts_beside else is_grid_header
    found = (
        _find_table(upload, sheet, rows, words, needed, is_grid, header_rows)
        for sheet, rows in upload.head.items()
    )
    return [table for table in found if table and never not in table]


def all_tables(upload: Upload, words: Words, needed: Sequence[str], never: str = "") -> list[Table]:
    """Return the same tables, or refuse the file when there is nothing under their headers."""
    return with_rows(upload, find_tables(upload, words, needed, never))


def with_rows(upload: Upload, tables: list[Table]) -> list[Table]:
    """Return the tables, or refuse the file when there is nothing under their headers."""
    first_rows = [upload.head[table.sheet][table.header_row + 1 :] for table in tables]
    if not any(cell.strip() for rows in first_rows for row in rows for cell in row):
        raise upload.refused(
            "empty",
            "has headers but no rows under them, so it says nothing of any day. Export it again; "
            "if nobody was absent, with the next day that somebody is.",
        )
    return tables


def joined_headers(upper: Row, lower: Row) -> Row:
    """Return two rows of headers as one: ``Student`` over ``ID`` is ``Student ID``.

    A word above goes on over blank cells only where the words below would else be doubled, as *AM*
    and *PM* are under each day.
    """
    words = [
        (above.strip(), below.strip()) for above, below in zip_longest(upper, lower, fillvalue="")
    ]
    below = [key(low) for _above, low in words]
    joined, last = [], ""
    for above, low in words:
        last = above or last
        is_doubled = bool(low) and below.count(key(low)) > 1
        joined.append(" ".join(filter(None, (last if is_doubled else above, low))))
    return tuple(joined)


def columns_of(headers: Row, words: Words) -> dict[str, int]:
    """Return the column of each field; a field's surer word wins over a header further left."""
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        places.setdefault(key(header), place)
    columns: dict[str, int] = {}
    for field, names in words.items():
        found = next((place for name in names if (place := places.get(key(name), -1)) >= 0), -1)
        if found >= 0:
            columns[field] = found
    return columns


def is_grid_header(headers: Row) -> bool:
    """Say whether a row heads a register grid: dates, weekdays or AM and PM, side by side."""
    keys = [key(header) for header in headers]
    if sum(plain in WEEKDAYS or plain in ("am", "pm") for plain in keys) >= 2:
        return True
    return _has_dates(headers)


def _has_dates(headers: Row) -> bool:
    return any(date_and_part(header) for header in headers)


def header_like_row(upload: Upload) -> Row:
    """Return the row that looks most like headers, to show what an unknown file has.

    Headers are words; rows of data have numbers among them, and names that should not be shown.
    """
    rows = [row for rows in upload.head.values() for row in rows[:HEADER_ROWS]]

    def words(row: Row) -> int:
        return len({key(cell) for cell in row if not any(map(str.isdecimal, cell))} - {""})

    return max(rows, key=words, default=())


def refuse_doubled(table: Table, fields: Sequence[str]) -> None:
    """Refuse a file in which the header of one of ``fields`` stands over two columns."""
    keys = [key(header) for header in table.headers]
    for field in fields:
        if field in table and keys.count(key(table.header(field))) > 1:
            raise refused_column(
                table,
                field,
                "doubled-header",
                f"has the header “{table.header(field)}” over two columns, so it cannot be told "
                "which one counts. Rename or remove one of them and drop the file again.",
            )


def refused_column(table: Table, field: str, slug: str, what: str) -> RefusedFile:
    """Return the refusal of a file because of one of its columns."""
    problem = table.upload.refused(slug, what).problems[0]
    place = replace(table.place(table.header_row + 1, field), file="")
    return RefusedFile([replace(problem, place=place)])


def _find_table(
    upload: Upload,
    sheet: str,
    rows: Sequence[Row],
    words: Words,
    needed: Sequence[str],
    is_grid: Callable[[Row], bool],
    header_rows: int,
) -> Table | None:
    for number, own in enumerate(rows[:HEADER_ROWS]):
        row = joined_headers(rows[number - 1], own) if header_rows == 2 and number else own
        columns = columns_of(row, words)
        if not all(any(one in columns for one in field.split("|")) for field in needed):
            continue
        around = rows[max(number - 1, 0) : number + 2]
        unlabelled = [
            cell
            for near in around
            for head, cell in zip_longest(row, near, fillvalue="")
            if not head.strip()
        ]
        if is_grid(row) or is_grid(tuple(unlabelled)):
            return None
        return Table(upload, sheet, number, tuple(cell.strip() for cell in row), columns)
    return None
