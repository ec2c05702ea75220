"""A register grid: one row a student, one column a date or a date's AM and PM.

This is how England's registers leave the MIS, and how trackers and monthly registers are laid out
everywhere. Titles stand above it, totals and legends below and beside it; the dates may stand in
one row with AM and PM under them, or each header names both. A blank cell was not recorded.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from rollbook.importers.contract import Coverage, Extract, Profile
from rollbook.importers.reading.dates import (
    ASKED_ORDER,
    MONTHS,
    WEEKDAYS,
    WrittenDate,
    asked_order,
    misread_order,
    serial_date,
    untelling_order,
    written_date,
)
from rollbook.importers.reading.headers import (
    NAMES,
    STUDENT_ID,
    Words,
    columns_of,
    key,
    part_of_day,
)
from rollbook.importers.reading.list_rows import NO_MARK
from rollbook.importers.reading.marks import (
    MOST_OF_A_KIND,
    Column,
    clean_id,
    coverage_of,
    is_id,
    listed,
    named_student,
    why_no_id,
)
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Place, Problem, RefusedFile, Severity, hold
from rollbook.register import Student, join_registers, register_frame

NAME = "register-grid"
TITLE = "Register grid (one column a date or session)"
HEADERS = ("Student ID", "a date over each column")
ASKS_ORDER = True
GIVES_WAY = True  # to an office's own grid; but not to lists, whose words may stand beside dates

WORDS: Words = {"student_id": STUDENT_ID, **NAMES}

_HEADER_ROWS = 40
_FEWEST_DAY_NUMBERS = 5
_DAYS_OF_A_YEAR = 366
_LONGEST_HEADER = 60  # letters; more are a text, and the patterns below would take long over it
_PART_AFTER = re.compile(
    r"(?s)(?P<date>.*\d.*?)[\s,;:()/-]+(?P<part>am|pm|a\.m\.|p\.m\.|p\d{1,2}|period\s*\d{1,2}|morning|afternoon)\)?",
    re.I,
)  # noqa: E501
_PART_BEFORE = re.compile(r"(?s)(?P<part>am|pm|morning|afternoon)[\s,;:()-]+(?P<date>.*\d.*)", re.I)
_YEARS = re.compile(r"(?<!\d)(20\d{2})(?:\s*[-/\u2013]\s*(20\d{2}|\d{2}))?(?!\d)")
_TOTALS = re.compile(
    r"(grand\s+)?(total|totals|sum|count|present|absent|possible|late|average|mean|key|legend|%)\b.*",
    re.I,
)


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


@dataclass(frozen=True)
class GridShape:
    """How a grid is written: the words over its ids and names, and what its marks mean.

    ``symbols`` makes codes out of the marks, ``NO_MARK`` where nothing was recorded. With
    ``blank_is_present`` a blank cell is a mark too, in every column that has any mark.
    """

    name: str = NAME
    words: Words = field(default_factory=lambda: WORDS)
    symbols: Callable[[Column], Column] = lambda marks: marks
    blank_is_present: bool = False


_GENERAL = GridShape()


def identify(upload: Upload) -> bool:
    """Say whether a sheet has dates as headers, and an id or a name in another column."""
    return bool(grids_in(upload, _GENERAL))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every cell under a date as one mark; rows and columns without sense are held."""
    return read_grids(upload, profile, _GENERAL)


def grids_in(upload: Upload, shape: GridShape) -> list[Grid]:
    """Return the grids of a file, one a sheet."""
    found = (_grid(upload, sheet, rows, shape.words) for sheet, rows in upload.head.items())
    return [grid for grid in found if grid]


def read_grids(upload: Upload, profile: Profile, shape: GridShape) -> Extract:
    """Read the grids of a file, as :func:`extract` reads those with the usual headers."""
    readings = [_read(upload, grid, profile, shape) for grid in grids_in(upload, shape)]
    marks = join_registers(read.marks for read in readings)
    if not len(marks) and not any(read.problems for read in readings):
        raise upload.refused(
            "no-marks", "is a register in which no mark is filled in. Export it again."
        )
    students = {student.student_id: student for read in readings for student in read.students}
    return Extract(
        shape.name,
        marks,
        students=list(students.values()),
        coverage=_coverage(readings, profile),
        problems=[problem for read in readings for problem in read.problems],
    )


# Finding the grid --------------------------------------------------------------------------------


def _grid(upload: Upload, sheet: str, rows: Sequence[Row], words: Words) -> Grid | None:
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

    Two dates side by side are headers only where the row under them has none in their place.
    """
    for row, last, columns in _dated_rows(rows, since_1904):
        under = rows[last + 1] if last + 1 < len(rows) else ()
        dates = [
            one for one in columns if one.place < len(under) and written_date(under[one.place])
        ]
        if len(columns) > 1 and not dates:
            labels = _labels(rows, row, last, [column.place for column in columns])
            return last, next(filter(any, labels), ()), columns
    return None


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
    text = " ".join(header.split())
    if len(text) > _LONGEST_HEADER:
        return None
    written, part = written_date(text), ""
    if written is None and (split := _PART_AFTER.fullmatch(text) or _PART_BEFORE.fullmatch(text)):
        written, part = written_date(split["date"].strip(" ,;:(-")), part_of_day(split["part"])
    return HeadedColumn(place, text, written, part) if written else None


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


# Reading it --------------------------------------------------------------------------------------


def _read(upload: Upload, grid: Grid, profile: Profile, shape: GridShape) -> Extract:
    if "student_id" not in grid.fields:
        raise upload.refused(
            "no-id-column",
            "is a register without a column for the student id (UPN, admission number, student "
            "id …). Names alone are not enough to post by. Add the column and drop it again.",
        )
    sessions, problems = _sessions(upload, grid, profile)
    rows, marks = _rows(upload, grid, sorted(sessions), shape)
    held = [
        _no_id(upload, grid, row.number, row.student_id)
        for row in rows
        if row.is_marked and not is_id(row.student_id)
    ]
    if len(held) * 2 > sum(row.is_marked for row in rows):
        raise _shifted(upload, grid, held)
    students: dict[str, Student] = {}
    for row in rows:
        if row.is_marked and is_id(row.student_id):
            students.setdefault(row.student_id, _student(grid, row.student_id, row.cells))
    named = [student for student in students.values() if student.name]
    held = listed(held[:MOST_OF_A_KIND], len(held), "no student id", upload.name)
    frame = _frame(rows, marks, sessions, shape)
    return Extract(shape.name, frame, named, problems=[*problems, *held])


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row under the headers: its number from 1, its cells, whose it is, and if it has a mark."""

    number: int
    cells: Row
    student_id: str
    is_marked: bool


def _rows(
    upload: Upload, grid: Grid, places: Sequence[int], shape: GridShape
) -> tuple[list[GridRow], Column]:
    """Return the rows of students, and the marks of all rows one after the other.

    A large register has a million cells, of few different values: each value is looked at once.
    """
    width = max(*places, *grid.fields.values()) + 1
    numbered: list[tuple[int, Row, str]] = []
    texts: list[str] = []
    for number, cells in enumerate(upload.rows(grid.sheet), 1):
        if number <= grid.header_row + 1:
            continue
        row = cells if len(cells) >= width else cells + ("",) * (width - len(cells))
        student_id, name = _who(grid, row)
        if not _is_total(student_id or name):
            numbered.append((number, row, student_id))
            texts += [row[place] for place in places]
    marks = Column.of(texts).changed(str.strip)
    in_rows = marks.where(bool).reshape(len(numbered), len(places))
    rows = [
        GridRow(*row, bool(any_mark.any()) or (shape.blank_is_present and is_id(row[2])))
        for row, any_mark in zip(numbered, in_rows, strict=True)
    ]
    return rows, marks


def _frame(
    rows: Sequence[GridRow],
    marks: Column,
    sessions: Mapping[int, tuple[date, str]],
    shape: GridShape,
) -> pd.DataFrame:
    """Return the marks of every row with an id, by row and then by column."""
    at = sorted(sessions)
    days = np.array([sessions[place][0] for place in at], dtype="datetime64[s]")
    parts = Column.of([sessions[place][1] for place in at])
    ids = Column.of([row.student_id for row in rows])
    made = marks.where(bool)
    if shape.blank_is_present:
        made |= np.tile(made.reshape(len(rows), len(at)).any(axis=0), len(rows))
    marks = shape.symbols(marks)
    made &= marks.where(lambda mark: mark != NO_MARK)
    kept = np.repeat(ids.where(is_id), len(at)) & made
    row, session = np.divmod(np.flatnonzero(kept), len(at))
    return register_frame(
        {
            "student_id": Column(ids.labels, ids.codes[row]).categorical(),
            "date": days[session],
            "part": Column(parts.labels, parts.codes[session]).categorical(),
            "symbol": marks.kept(kept).categorical(),
            "row": np.array([one.number for one in rows], dtype=np.int32)[row],
        }
    )


def _who(grid: Grid, row: Row) -> tuple[str, str]:
    def cell(field: str) -> str:
        place = grid.fields.get(field, len(row))
        return row[place].strip() if place < len(row) else ""

    return clean_id(cell("student_id")), cell("name") or cell("family_name")


def _student(grid: Grid, student_id: str, row: Row) -> Student:
    places = [grid.fields.get(field, len(row)) for field in ("family_name", "given_name", "name")]
    family, given, name = (row[place].strip() if place < len(row) else "" for place in places)
    return named_student(student_id, family, given, name)


def _is_total(label: str) -> bool:
    return bool(_TOTALS.fullmatch(label))


def _sessions(
    upload: Upload, grid: Grid, profile: Profile
) -> tuple[dict[int, tuple[date, str]], list[Problem]]:
    """Return the session of each column, and a problem for each column whose date is none."""
    turned = misread_order([_date_text(column) for column in grid.columns], profile.day_first)
    if turned:
        ours, theirs = ("day", "month") if profile.day_first else ("month", "day")
        raise upload.refused(
            "date-order",
            f"writes the dates over its columns {theirs} first (“{turned}”), but this office reads "
            f"them {ours} first. Nothing was posted. Export it with dates like 2026-09-30, or set "
            "day_first in office.toml.",
        )
    texts = [_date_text(column) for column in grid.columns]
    open_question = "" if profile.order_settled else untelling_order(texts)
    if open_question:
        raise upload.refused(ASKED_ORDER, asked_order(open_question))
    columns = _dated(upload, grid, profile)
    sessions: dict[int, tuple[date, str]] = {}
    problems = []
    for column in columns:
        day = column.written.on_calendar(profile.day_first)
        if day is None:
            problems.append(_no_such_day(upload, grid, column))
        else:
            sessions[column.place] = (day, column.part or "DAY")
    if not sessions:
        raise RefusedFile([replace(problems[0], severity=Severity.REFUSE), *problems[1:]])
    _refuse_doubled_sessions(upload, grid, sessions)
    return sessions, problems


def _date_text(column: HeadedColumn) -> str:
    written = column.written
    if not written.order_matters:
        return column.header
    return f"{written.day:02}/{written.month:02}/{written.year:04}"


def _dated(upload: Upload, grid: Grid, profile: Profile) -> list[HeadedColumn]:
    """Complete dates that lack a year, or a month, from what stands above the grid."""
    if all(column.written.year for column in grid.columns):
        return list(grid.columns)
    months = {
        MONTHS[word] for word in re.findall(r"[a-z]+", grid.above.casefold()) if word in MONTHS
    }
    columns = []
    for column in grid.columns:
        written = column.written
        if not written.month and len(months) == 1:
            written = replace(written, month=next(iter(months)))
        if not written.year:
            written = replace(written, year=_year(upload, grid.above, written))
        if not written.year or not written.month:
            lacks = "year" if written.month else "month and year"
            raise upload.refused(
                "no-year",
                f"heads its columns “{column.header}” and does not say of which {lacks}. Write it "
                "above the register (for example “September 2026”) and drop it again.",
            )
        columns.append(replace(column, written=written))
    return columns


def _year(upload: Upload, above: str, written: WrittenDate) -> int:
    """Return the one year that is possible, 0 when there are none or several.

    2026 may stand above the grid or in the file's name, or 2026/27, of which the month takes one
    half. A weekday decides too: within five years the same date never falls on it again, so the
    years around the file's own date will do.
    """
    named = _YEARS.finditer(f"{above} {upload.name}")
    years = {year for found in named for year in _allowed(found, written.month)}
    if len(years) != 1 and written.weekday is not None:
        saved = date.fromtimestamp(upload.path.stat().st_mtime).year
        near = years or set(range(saved - 2, saved + 3))
        years = {year for year in near if written.on_calendar(day_first=True, year=year)}
    return years.pop() if len(years) == 1 else 0


def _allowed(found: re.Match[str], month: int) -> set[int]:
    first, second = int(found[1]), found[2]
    if second and int(second) % 100 == (first + 1) % 100:
        return {first if month >= 8 else first + 1}
    return {first} | ({int(second)} if second and len(second) == 4 else set())


def _refuse_doubled_sessions(
    upload: Upload, grid: Grid, sessions: Mapping[int, tuple[date, str]]
) -> None:
    first: dict[tuple[date, str], int] = {}
    for place, session in sessions.items():
        if session in first:
            raise upload.refused(
                "doubled-session",
                f"has columns {column_letters(first[session])} and {column_letters(place)} for the "
                f"same date ({session[0]:%d %B %Y}), and nothing says which is AM and which is PM. "
                "Write AM and PM under the dates and drop it again.",
            )
        first[session] = place


def _no_such_day(upload: Upload, grid: Grid, column: HeadedColumn) -> Problem:
    place = Place(upload.name, grid.sheet, grid.header_row + 1, column_letters(column.place))
    return hold(
        "unreadable-date",
        f"Column {column_letters(column.place)} is headed “{column.header}”, which is not a date "
        "that exists. Its marks were not posted. Correct the date and drop the file again.",
        value=column.header,
        place=place,
    )


def _no_id(upload: Upload, grid: Grid, number: int, student_id: str) -> Problem:
    column = column_letters(grid.fields["student_id"])
    return hold(
        "no-student-id",
        f"Row {number} has marks but {why_no_id(student_id)}. Its marks were not posted. Correct "
        "the row and drop the file again.",
        value=student_id,
        place=Place(upload.name, grid.sheet, number, column),
    )


def _shifted(upload: Upload, grid: Grid, held: Sequence[Problem]) -> RefusedFile:
    column = column_letters(grid.fields["student_id"])
    shown = f"“{held[0].value}”" if held[0].value else "nothing"
    return upload.refused(
        "shifted-columns",
        f"has no student id in more than half of the rows of column {column} (row "
        f"{held[0].place.row} has {shown}). The columns seem to be shifted against their headers. "
        "Nothing was posted. Export it again.",
    )


def _coverage(readings: Sequence[Extract], profile: Profile) -> list[Coverage]:
    return [span for read in readings for span in coverage_of(read.marks, profile.campus)]


def column_letters(place: int) -> str:
    """Return the letters Excel has for a column, counted from 0: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
