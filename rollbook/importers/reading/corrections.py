"""Lists by which a clerk corrects the register: change forms, and notes that excuse absences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.importers.contract import Correction, Extract, Profile
from rollbook.importers.reading.dates import read_date, serial_date
from rollbook.importers.reading.headers import Table
from rollbook.importers.reading.marks import clean_id, is_id, refuse_order, why_no_id
from rollbook.importers.reading.roster_checks import is_footer
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, Severity, hold

ReadRow = Callable[["Reader", Table, int, Row], Correction | Problem | None]
"""Reads one row: a correction, what is wrong with it, or None where nothing is filled in."""


@dataclass(frozen=True)
class Reader:
    """How the cells of such a list are read."""

    day_first: bool
    since_1904: bool = False

    @classmethod
    def of(cls, upload: Upload, profile: Profile) -> "Reader":
        """Return the reader of a file's cells."""
        return cls(profile.day_first, upload.since_1904)

    def day(self, text: str) -> date | None:
        """Return the day a cell says; None when it is none."""
        day = read_date(text, self.day_first)
        return day or serial_date(text, since_1904=self.since_1904)

    def student_id(self, table: Table, row: Row) -> str:
        """Return the student id of a row."""
        return clean_id(table.cell(row, "student_id"))

    def said(self, table: Table, row: Row, first: str, **others: str) -> str:
        """Return what several cells say in one line: the first, then each with its word before."""
        parts = [table.cell(row, first)]
        for field, word in others.items():
            text = table.cell(row, field)
            parts += [f"{word} {text}".strip()] if text else []
        return " ".join(", ".join(parts).split())

    def no_day(self, table: Table, number: int, field: str, text: str) -> Problem:
        """Hold a row whose date is none."""
        value = f"“{text}”" if text else "nothing"
        return self.held(
            table, number, field, f"has {value} in column “{table.header(field)}”, which is not a "
            "date that exists"
        )  # fmt: skip

    def held(self, table: Table, number: int, field: str, what: str) -> Problem:
        """Hold a row; ``what`` goes on from “Row 7”."""
        return hold(
            "correction-unreadable",
            f"Row {number} {what}. Nothing was changed for it. Put the row right and drop the list "
            "again.",
            place=table.place(number, field),
        )


def read_corrections(
    name: str, upload: Upload, profile: Profile, tables: Sequence[Table], read_row: ReadRow
) -> Extract:
    """Read every row of every table; one that cannot be read is held."""
    reader = Reader.of(upload, profile)
    corrections: list[Correction] = []
    problems: list[Problem] = []
    for table in tables:
        refuse_dates(table, profile)
        for number, row in table.rows():
            found = None if is_footer(table, row) else read_row(reader, table, number, row)
            if isinstance(found, Correction) and not is_id(found.student_id):
                why = why_no_id(found.student_id)
                found = reader.held(table, number, "student_id", why)
            if isinstance(found, Problem):
                problems.append(found)
            elif found:
                corrections.append(found)
    if not corrections and all(one.severity is Severity.NOTE for one in problems):
        raise upload.refused(
            "no-marks", "has no row that is filled in. Fill in a row and drop it again."
        )
    return Extract(name, corrections=corrections, problems=problems)


def refuse_dates(table: Table, profile: Profile) -> None:
    """Refuse a list whose dates are written the other way round, or do not tell which way."""
    for field in ("date", "first", "received"):
        if field in table:
            values = [table.cell(row, field) for _number, row in table.rows()]
            refuse_order(table, field, values, profile)
