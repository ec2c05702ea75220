"""The lates of each form, week by week."""

from collections import defaultdict
from datetime import date

from rollbook.reports.asked import Asked, reading_of
from rollbook.reports.lates import lates_of
from rollbook.reports.table import Column, Table
from rollbook.school_calendar import monday_of
from rollbook.standing import Standing

NAME = "lates-by-week"
SAYS = "late arrivals of each form week by week, with the minutes lost"

COLUMNS = (
    Column("Week of", number_format="yyyy-mm-dd"),
    Column("Form"),
    Column("Students late", is_number=True),
    Column("Late", is_number=True),
    Column("Minutes", is_number=True),
)


def build(asked: Asked) -> Table:
    """Return the report as it is asked for, for the school year so far or from a day on."""
    return lates_by_week_table(asked.standing, asked.first or asked.standing.year_start)


def lates_by_week_table(standing: Standing, first: date) -> Table:
    """Return the late arrivals by week and form, the newest week first."""
    found: defaultdict[tuple[date, str], list[tuple[str, int]]] = defaultdict(list)
    for student_id, lates in lates_of(reading_of(standing, first)).items():
        student = standing.students.get(student_id)
        form = (student.form or student.grade) if student else ""
        for mark in lates.marks:
            week = monday_of(mark.session.day)
            found[week, form].append((student_id, mark.minutes_late))
    rows = [
        (
            week,
            form,
            len({student_id for student_id, _ in marks}),
            len(marks),
            sum(minutes for _, minutes in marks) or None,  # nobody noted them
        )
        for (week, form), marks in sorted(
            found.items(), key=lambda one: (-one[0][0].toordinal(), one[0][1])
        )
    ]
    title = f"Late arrivals by week from {first:%d %b %Y} to {standing.as_of:%d %b %Y}"
    return Table("Lates by week", title, COLUMNS, rows)
