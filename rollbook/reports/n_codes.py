"""The N-codes report: marks whose reason is not yet known, by age in school days, oldest first."""

from datetime import date

from rollbook.policy import OpenMarkTerms
from rollbook.reports.asked import Asked
from rollbook.reports.calling import contact_since, in_words, reasons_for_care, to_call
from rollbook.reports.open_marks import open_marks_of
from rollbook.reports.table import Column, Table
from rollbook.standing import Standing

NAME = "n-codes"
SAYS = "marks whose reason is not yet known, oldest first, and by when it must be"

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Form"),
    Column("Day", number_format="yyyy-mm-dd"),
    Column("Code"),
    Column("Age in school days", is_number=True),
    Column("By", number_format="yyyy-mm-dd"),
    Column("State"),
    Column("Care", in_files_only=True),
    Column("Call"),
    Column("Phone"),
    Column("Reached since"),
    Column("Reference", in_files_only=True),
)


def build(asked: Asked) -> Table:
    """Return the report as it is asked for."""
    return n_codes_table(asked.standing, asked.first)


def n_codes_table(standing: Standing, first: date | None = None) -> Table:
    """Return every day with an open mark since ``first``, the oldest first.

    The day by which it must be settled is that of the pack's rule about open marks; a pack without
    one has none to list.
    """
    terms = _terms(standing)
    name = f"Marks with no reason known as of {standing.as_of:%d %b %Y}"
    if terms is None:
        return Table(
            "N codes", f"{name}: {standing.pack.title} has no rule about them", COLUMNS, []
        )
    days: dict[tuple[date, str], list[str]] = {}
    for marks in open_marks_of(standing).values():
        for student_id, mark in marks:
            day, said = mark.session.day, f"{mark.symbol} {mark.session.part}"
            known = student_id in standing.students and (first is None or day >= first)
            if known and said not in days.setdefault((day, student_id), []):
                days[day, student_id].append(said)
    rows = [
        _row(standing, terms, day, student_id, said) for (day, student_id), said in days.items()
    ]
    rows.sort(key=lambda row: (str(row[3]), str(row[1])))
    late = sum(row[7] == "overdue" for row in rows)
    said = terms.sure.marked(f"{late} overdue")
    return Table("N codes", f"{name}: {len(rows)} days, {said}", COLUMNS, rows)


def _terms(standing: Standing) -> OpenMarkTerms | None:
    """Return the rule that says how old an open mark may grow."""
    found = (trigger.on(standing.as_of) for trigger in standing.pack.triggers)
    return next((one for one in found if isinstance(one, OpenMarkTerms) and one.size), None)


def _row(
    standing: Standing, terms: OpenMarkTerms, day: date, student_id: str, said: list[str]
) -> tuple[str | int | date | None, ...]:
    student, guardian = standing.students[student_id], to_call(standing, student_id)
    by = standing.calendar.school_day_after(day, terms.size)
    age = len(standing.calendar.school_days_between(day, standing.as_of)) - 1
    return (
        student_id,
        student.sort_name,
        student.form or student.grade,
        day,
        ", ".join(said),
        age,
        by,
        "overdue" if age > terms.size else "today" if age == terms.size else "open",
        in_words(reasons_for_care(standing, student_id)),
        guardian.name if guardian else "",
        guardian.phone if guardian else "",
        contact_since(standing, student_id, day),
        terms.citation,
    )
