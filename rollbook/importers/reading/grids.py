"""Reading grids of marks: a row a student, a column a session."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from rollbook.importers.contract import Coverage, Extract, Profile
from rollbook.importers.reading.columns import Column
from rollbook.importers.reading.grid_days import sessions_of
from rollbook.importers.reading.grid_layout import Grid, column_letters, find_grid
from rollbook.importers.reading.headers import (
    NAMES,
    STUDENT_ID,
    Words,
)
from rollbook.importers.reading.list_rows import NO_MARK
from rollbook.importers.reading.marks import (
    MOST_OF_A_KIND,
    clean_id,
    coverage_of,
    is_id,
    listed,
    named_student,
    why_no_id,
)
from rollbook.importers.reading.titled_days import refuse_unsure_day, titled_grid
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Place, Problem, RefusedFile, hold
from rollbook.register import Student, join_registers, register_frame

NAME = "register-grid"
WORDS: Words = {"student_id": STUDENT_ID, **NAMES}

_TOTALS = re.compile(
    r"(grand\s+)?(total|totals|sum|count|present|absent|possible|late|average|mean|key|legend|%)\b.*",
    re.I,
)


@dataclass(frozen=True)
class GridShape:
    """How a grid is written: the words over its ids and names, and what its marks mean.

    ``part`` is the part of the day of a column that names none. ``symbols`` makes codes out of the
    marks, ``NO_MARK`` where nothing was recorded. With
    ``blank_is_present`` a blank cell is a mark too, in every column that has any mark. Where the
    day stands only in a title, ``day_parts`` are the headers of its parts, and which they are.
    """

    name: str = NAME
    words: Words = field(default_factory=lambda: WORDS)
    symbols: Callable[[Column], Column] = lambda marks: marks
    blank_is_present: bool = False
    part: str = "DAY"
    day_parts: Mapping[str, str] = field(default_factory=dict)


def grids_in(upload: Upload, shape: GridShape) -> list[Grid]:
    """Return the grids of a file, one a sheet."""
    if shape.day_parts:
        found = [
            titled_grid(sheet, rows, shape.words, shape.day_parts)
            for sheet, rows in upload.head.items()
        ]
    else:
        found = [find_grid(upload, sheet, rows, shape.words) for sheet, rows in upload.head.items()]
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


def _read(upload: Upload, grid: Grid, profile: Profile, shape: GridShape) -> Extract:
    if "student_id" not in grid.fields:
        raise upload.refused(
            "no-id-column",
            "is a register without a column for the student id (UPN, admission number, student "
            "id …). Names alone are not enough to post by. Add the column and drop it again.",
        )
    if shape.day_parts:
        refuse_unsure_day(upload, grid)
    sessions, problems = sessions_of(upload, grid, profile, shape.part)
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
