"""The list of students whose full-time attendance has ended and Social Security must be told.

Of a student whose pages 4 and 5 of form SSA-1372 are on file, page 4 (notice of cessation) goes to
Social Security when full-time attendance ends for a reason other than graduation or the summer
break. A student leaves the list when the notice is logged, or at the age at which the benefit ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from rollbook.register import SSA_NOTIFIED, SSA_PAGES_KEPT, Action, Student
from rollbook.reports.asked import Asked
from rollbook.reports.table import Column, Table
from rollbook.rules.case import age_on
from rollbook.school_calendar import ONE_DAY
from rollbook.standing import Standing

NAME = "ssa-cessation"
SAYS = "students of whom Social Security must be told that full-time attendance has ended"

HOURS, BELOW_AGE = "ssa.hours-per-week", "ssa.age-below"

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Last day full-time", number_format="yyyy-mm-dd"),
    Column("Why"),
    Column("What to do"),
    Column("Pages kept since", number_format="yyyy-mm-dd"),
    Column("Where they are"),
    Column("Reference", in_files_only=True),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A student whose full-time attendance has ended. ``last`` is None where the day is not known.

    ``kept`` is the entry of the log that says where pages 4 and 5 are.
    """

    student: Student
    kept: Action
    last: date | None
    why: str


def build(asked: Asked) -> Table:
    """Return the report as it is asked for."""
    standing = asked.standing
    name = f"Social Security to be told, as of {standing.as_of:%d %b %Y}"
    if not standing.pack.has_value(HOURS, standing.as_of):
        return Table("SSA cessation", f"{name}: no such duty in {standing.pack.title}", COLUMNS, [])
    found = sorted(ended(standing), key=lambda one: (one.last or date.min, one.student.sort_name))
    rows = [_row(standing, one) for one in found]
    title = f"{name}: {len(rows)}" if rows else f"{name}: nobody"
    return Table("SSA cessation", title, COLUMNS, rows)


def ended(standing: Standing) -> Iterator[Ended]:
    """Find the students whose full-time attendance has ended and of whom nothing was sent."""
    if not standing.pack.has_value(HOURS, standing.as_of):
        return
    for student_id, kept in _kept(standing).items():
        student = standing.students.get(student_id)
        if student is None or _is_too_old(standing, student) or _has_graduated(standing, student):
            continue
        found = _left(standing, student) or _too_few_hours(standing, student)
        if found:
            yield Ended(student, kept, *found)


def _kept(standing: Standing) -> dict[str, Action]:
    """Return the newest entry about kept pages of each student that no notice came after."""
    found: dict[str, Action] = {}
    for action in standing.actions:  # in order of the day
        if action.kind == SSA_PAGES_KEPT:
            found[action.student_id] = action
        elif action.kind == SSA_NOTIFIED:
            found.pop(action.student_id, None)
    return found


def _is_too_old(standing: Standing, student: Student) -> bool:
    below = standing.pack.value(BELOW_AGE, standing.as_of).number
    return student.birth_date is not None and age_on(student.birth_date, standing.as_of) >= below


def _has_graduated(standing: Standing, student: Student) -> bool:
    """Say whether a student who left had the graduation behind, as far as it is known."""
    if student.facts.get("diploma", "").strip().casefold() in ("yes", "y", "true"):
        return True
    left = _withdrawal(standing, student)
    try:
        graduation = date.fromisoformat(student.facts.get("expected_graduation", "").strip())
    except ValueError:
        return False
    return left is not None and graduation <= left


def _withdrawal(standing: Standing, student: Student) -> date | None:
    """Return the first day a student was no longer enrolled; None for one who is, or may be."""
    begun = [
        one
        for one in standing.enrolments_of(student.student_id)
        if one.entry_date <= standing.as_of
    ]
    if not begun or any(one.holds(standing.as_of) for one in begun):
        return None
    return max(one.withdrawal_date for one in begun if one.withdrawal_date)


def _left(standing: Standing, student: Student) -> tuple[date, str] | None:
    """Return the last day of a student who has left school.

    One who was withdrawn in the summer break has left only when school has begun without them.
    """
    first_away = _withdrawal(standing, student)
    if first_away is None:
        return None
    if not standing.calendar.school_days_between(first_away, standing.as_of):
        return None
    return first_away - ONE_DAY, "withdrawn"


def _too_few_hours(standing: Standing, student: Student) -> tuple[None, str] | None:
    needed = standing.pack.value(HOURS, standing.as_of)
    try:
        hours = Decimal(student.facts.get("hours_per_week", "").strip())
    except InvalidOperation:
        return None
    if not hours.is_finite() or hours >= needed.number:
        return None
    return None, f"scheduled for {hours:f} hours a week, fewer than {needed.number}"


def _row(standing: Standing, one: Ended) -> tuple[str | date | None, ...]:
    student_id = one.student.student_id
    return (
        student_id,
        one.student.sort_name,
        one.last,
        one.why,
        f"Send page 4 to Social Security, then: rollbook log add {student_id} {SSA_NOTIFIED}. Of a "
        "graduate nothing is sent; log it with --note graduated.",
        one.kept.day,
        one.kept.note,
        standing.pack.value(HOURS, standing.as_of).citation,
    )
