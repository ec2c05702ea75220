"""Strings of marks: a character a session from a first day on, over every Monday to Friday.

England's CTF writes them (``AttendanceMarks``), and lists with a row a student and week do.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.columns import Column
from rollbook.importers.reading.headers import Table, Words, find_tables, with_rows
from rollbook.importers.reading.list_rows import NO_MARK
from rollbook.importers.reading.marks import (
    MOST_OF_A_KIND,
    clean_id,
    coverage_of,
    is_id,
    listed,
    named_student,
    read_dates,
    why_no_id,
)
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, hold, note
from rollbook.register import Student, empty_register, register_frame

UNRECORDED = (" ", "-", "\u00a0")
"""What stands in a string where no mark was made."""


@dataclass(frozen=True, slots=True)
class MarkString:
    """One student's string of marks, and the weekday it starts on."""

    student_id: str
    first: date
    marks: str
    row: int


@dataclass(frozen=True)
class StringShape:
    """How a list of strings is written: its words, and the parts of a day in their order.

    ``meaning`` makes the code of a character, ``NO_MARK`` where nothing was recorded.
    """

    name: str
    words: Words
    needed: Sequence[str] = ("student_id", "date", "marks")
    parts: Sequence[str] = ("AM", "PM")
    meaning: Callable[[str], str] = field(
        default_factory=lambda: lambda mark: NO_MARK if mark in UNRECORDED else mark
    )
    header_rows: int = 1


def marks_of_strings(
    strings: Sequence[MarkString],
    parts: Sequence[str],
    meaning: Callable[[str], str] = StringShape("", {}).meaning,
) -> pd.DataFrame:
    """Lay all strings end to end, each character beside its student, day and part."""
    if not strings:
        return empty_register()
    lengths = [len(string.marks) for string in strings]
    symbols = Column.of(list("".join(string.marks for string in strings))).changed(meaning)
    starts = [_weekdays(string.first, len(string.marks) // len(parts)) for string in strings]
    made = symbols.where(lambda mark: mark != NO_MARK)
    ids = np.array([string.student_id for string in strings], dtype=object)
    return register_frame(
        {
            "student_id": ids.repeat(lengths)[made],
            "date": np.concatenate(starts).repeat(len(parts))[made],
            "part": np.resize(np.array(parts, dtype=object), len(symbols))[made],
            "symbol": symbols.kept(made).categorical(),
            "row": np.array([string.row for string in strings]).repeat(lengths)[made],
        }
    )


def strings_in(upload: Upload, shape: StringShape) -> list[Table]:
    """Return the tables of a file that have ids, first days and strings of marks."""
    return find_tables(upload, shape.words, shape.needed, header_rows=shape.header_rows)


def read_strings(upload: Upload, profile: Profile, shape: StringShape) -> Extract:
    """Read every row as one student's string; a string that cannot be placed on days is held."""
    strings: list[MarkString] = []
    students: dict[str, Student] = {}
    held: list[Problem] = []
    around: list[Problem] = []
    for table in with_rows(upload, strings_in(upload, shape)):
        rows = list(_rows(table))
        words = [number for number, row in rows if _is_words(table, row)]
        rows = [one for one in rows if one[0] not in words]
        if words:
            around.append(_left_out(table, words))
        days = read_dates(
            table, "date", Column.of([table.cell(r, "date") for _n, r in rows]), profile
        )
        for (number, row), day, is_day in zip(rows, days.days, days.readable, strict=True):
            first = day.astype("datetime64[D]").astype(date) if is_day else None
            read = _string(table, number, row, first, shape)
            if isinstance(read, Problem):
                held.append(read)
                continue
            strings.append(read)
            names = (table.cell(row, one) for one in ("family_name", "given_name", "name"))
            students.setdefault(read.student_id, named_student(read.student_id, *names))
    marks = marks_of_strings(strings, shape.parts, shape.meaning)
    return Extract(
        shape.name,
        marks,
        [student for student in students.values() if student.name],
        coverage=coverage_of(marks, profile.campus),
        problems=[
            *around,
            *listed(held[:MOST_OF_A_KIND], len(held), "a string without sense", upload.name),
        ],
    )


def _rows(table: Table) -> Iterator[tuple[int, Row]]:
    """Go through the rows that are not blank; a string keeps the blanks it begins and ends with."""
    place = table.columns["marks"]
    for number, cells in enumerate(table.upload.rows(table.sheet), 1):
        if number > table.header_row + 1 and any(map(str.strip, cells)):
            yield (
                number,
                tuple(cell if at == place else cell.strip() for at, cell in enumerate(cells)),
            )


def _is_words(table: Table, row: Row) -> bool:
    """Tell a line of words around the list: no string, and nothing that can be an id."""
    return not table.cell(row, "marks").strip() and not is_id(
        clean_id(table.cell(row, "student_id"))
    )


def _left_out(table: Table, rows: Sequence[int]) -> Problem:
    lines = "1 line" if len(rows) == 1 else f"{len(rows):,} lines"
    return note(
        "left-out",
        f"{lines} of words around the list, without marks, (the first is row {rows[0]}) left out.",
        place=table.place(rows[0]),
    )


def _string(
    table: Table, number: int, row: Row, first: date | None, shape: StringShape
) -> MarkString | Problem:
    student_id = clean_id(table.cell(row, "student_id"))
    marks = table.cell(row, "marks").strip("\r\n\t")
    if not is_id(student_id):
        return _held(table, number, "no-student-id", "student_id", why_no_id(student_id))
    if first is None or first.weekday() > 4:
        what = f"starts on “{table.cell(row, 'date')}”, which is not a school weekday"
        return _held(table, number, "unreadable-date", "date", what)
    if len(marks) % len(shape.parts):
        what = f"has {len(marks)} marks, which is not {len(shape.parts)} for each day"
        return _held(table, number, "half-a-day", "marks", what)
    return MarkString(student_id, first, marks, number)


def _held(table: Table, number: int, slug: str, field_name: str, what: str) -> Problem:
    return hold(
        slug,
        f"Row {number} {what}. Its marks were not posted. Correct the row and drop the file again.",
        place=table.place(number, field_name),
    )


def _weekdays(first: date, count: int) -> npt.NDArray[np.datetime64]:
    start = np.datetime64(first, "D")
    return np.asarray(np.busday_offset(start, np.arange(count), roll="forward"))
