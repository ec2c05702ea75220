"""The attendance report: each student's figures for the school year or between two days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rollbook.attendance import COLUMNS, attendance_of
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import percentage
from rollbook.reports.table import Column, Table
from rollbook.standing import Standing

NAME = "attendance"
SAYS = "each student's figures for the school year so far, or from --from on"


def build(asked: Asked) -> Table:
    """Return the report as it is asked for."""
    return attendance_table(asked.standing, asked.first)


def attendance_rows(
    standing: Standing,
    first: date | None = None,
    last: date | None = None,
    only: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return each student's figures as plain data, in the order of the register.

    ``rate`` is the percentage attended with one decimal, ``rate_exact`` the exact ratio; both are
    None when nothing was possible. Raises ``NotAllowed`` for an unknown student.
    """
    unknown = [student_id for student_id in only if student_id not in standing.students]
    if unknown:
        raise NotAllowed(standing.no_student(unknown[0]))
    table = standing.tally(first, last)
    rows = []
    for student_id in only or standing.students:
        student = standing.students[student_id]
        figures = attendance_of(table, student_id)
        rows.append(
            {
                "student_id": student_id,
                "name": student.sort_name,
                "grade": student.grade,
                "form": student.form,
                "campus": student.campus,
                **{name: getattr(figures, name) for name in COLUMNS},
                "absent": figures.absent,
                "attended": figures.attended,
                "rate": percentage(figures.rate),
                "rate_exact": None if figures.rate is None else str(figures.rate),
            }
        )
    return rows


def absence_words(standing: Standing) -> tuple[str, str]:
    """Return the words for absence with and without leave: England's, or those of the US."""
    if standing.pack.method == "sessions":
        return "Authorised", "Unauthorised"
    return "Excused", "Unexcused"


def attendance_table(
    standing: Standing,
    first: date | None = None,
    last: date | None = None,
    only: Sequence[str] = (),
) -> Table:
    """Return the figures as a table for the terminal or Excel."""
    kind = standing.pack.unit
    words = dict(zip(("authorised", "unauthorised"), absence_words(standing), strict=True))
    columns = (
        Column("Student ID"),
        Column("Student"),
        Column("Grade"),
        Column("Form"),
        Column("Campus"),
        *(Column(words.get(name, name.capitalize()), is_number=True) for name in COLUMNS),
        Column(f"Attendance % of {kind}", is_number=True, number_format="0.0"),
    )
    rows = [
        (
            row["student_id"],
            row["name"],
            row["grade"],
            row["form"],
            row["campus"],
            *(row[name] for name in COLUMNS),
            row["rate"],
        )
        for row in attendance_rows(standing, first, last, only)
    ]
    since, until = first or standing.year_start, last or standing.as_of
    title = f"Attendance in {kind} from {since:%d %b %Y} to {until:%d %b %Y}"
    return Table("Attendance", title, columns, rows)
