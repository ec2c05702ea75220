"""The lates report: who comes late, how often, how many minutes, and when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from rollbook.attendance import Reading
from rollbook.attendance.codes import CATEGORY_BITS, LATE, UNAUTHORISED
from rollbook.register import Mark, Student
from rollbook.reports.asked import Asked, reading_of
from rollbook.reports.patterns import days_of
from rollbook.reports.table import Column, Table
from rollbook.school_calendar import monday_of
from rollbook.standing import Standing

NAME = "lates"
SAYS = "who comes late, how often, how many minutes, and in which week most"

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Grade", in_files_only=True),
    Column("Form"),
    Column("Late", is_number=True),
    Column("Counted as absent", is_number=True),
    Column("Minutes", is_number=True),
    Column("Minutes not known", is_number=True, in_files_only=True),
    Column("This week", is_number=True),
    Column("Worst week", number_format="yyyy-mm-dd"),
    Column("In it", is_number=True),
    Column("Days", in_files_only=True),
)


@dataclass
class Lates:
    """The late arrivals of one student or form."""

    marks: list[Mark] = field(default_factory=list)
    absent: int = 0

    @property
    def minutes(self) -> int | None:
        """The minutes lost, where they are known; None when none are."""
        return sum(mark.minutes_late for mark in self.marks) or None

    @property
    def weeks(self) -> Counter[date]:
        """How many there were in each week, by its Monday."""
        return Counter(monday_of(mark.session.day) for mark in self.marks)


def build(asked: Asked) -> Table:
    """Return the report as it is asked for, for the school year so far or from a day on."""
    first = asked.first or asked.standing.year_start
    return lates_table(asked.standing, first)


def lates_table(standing: Standing, first: date) -> Table:
    """Return each student who came late since ``first``, most often first."""
    found = [
        (standing.students[student_id], lates)
        for student_id, lates in lates_of(reading_of(standing, first)).items()
        if student_id in standing.students and standing.is_enrolled(student_id)
    ]
    found.sort(key=lambda one: (-len(one[1].marks), one[0].sort_name))
    rows = [_row(standing, student, lates) for student, lates in found]
    number = sum(len(lates.marks) for _, lates in found)
    title = (
        f"Late arrivals from {first:%d %b %Y} to {standing.as_of:%d %b %Y}: "
        f"{number:,} by {len(rows):,} {'student' if len(rows) == 1 else 'students'}"
    )
    return Table("Lates", title, COLUMNS, rows)


def lates_of(reading: Reading) -> dict[str, Lates]:
    """Return the late arrivals of each student, those that count as absence among them."""
    found: dict[str, Lates] = {}
    entries = reading.in_order(np.flatnonzero((reading.facts & LATE) > 0))
    for entry in entries.tolist():
        lates = found.setdefault(reading.students[reading.student[entry]], Lates())
        lates.marks.append(reading.mark_of(entry))
        lates.absent += int(reading.facts[entry] & CATEGORY_BITS) == UNAUTHORISED
    return found


def _row(
    standing: Standing, student: Student, lates: Lates
) -> Sequence[str | int | float | date | None]:
    weeks = lates.weeks
    worst = max(weeks, key=lambda monday: (weeks[monday], monday))
    return (
        student.student_id,
        student.sort_name,
        student.grade,
        student.form,
        len(lates.marks),
        lates.absent,
        lates.minutes,
        sum(mark.minutes_late == 0 for mark in lates.marks),
        weeks[monday_of(standing.as_of)],
        worst,
        weeks[worst],
        days_of(lates.marks),
    )
