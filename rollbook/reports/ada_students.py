"""Each student's days of membership in each reporting period: what the ADA is added up from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rollbook.accounting.membership import MembershipDays
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.reports.asked import Asked
from rollbook.reports.cells import number, percentage, so_far
from rollbook.reports.funding.california import counts_as_california, school_months
from rollbook.reports.funding.texas import ada_codes, codes_as_used, counts_as_texas, six_weeks
from rollbook.reports.table import Column, Table, Value
from rollbook.school_calendar import Span

NAME = "ada-students"
SAYS = "days of membership, present and absent by student, campus, track and six weeks or month"

_DAYS = "0.0"
_WHO = ("Period", "Campus", "Track", "Student ID", "Student", "Grade", "ADA code")
_HOW_MUCH = ("Days membership", "Days absent", "Days present")


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` where there is no ADA."""
    standing, basis = asked.standing, _basis(asked)
    names = {period.name: so_far(asked, period) for period in basis.periods}
    rows = [
        _row(names[one.period], one, standing.students[one.student_id], basis.weight(one.ada_code))
        for one in asked.membership(basis.periods, weekends=basis.weekends)
        if one.student_id in standing.students
    ]
    columns = (
        *map(Column, _WHO),
        *(Column(title, is_number=True, number_format=_DAYS) for title in _HOW_MUCH),
        Column(basis.rate, is_number=True, number_format=_DAYS),
        Column("No mark", is_number=True, number_format=_DAYS),
    )
    title = f"Days of membership as of {standing.as_of:%d %b %Y}{basis.note}"
    return Table("ADA by student", title, columns, rows)


@dataclass(frozen=True, slots=True)
class _Basis:
    """How a state counts: its periods, weekends, what a day weighs, and what the rate is called."""

    periods: Sequence[Span]
    weekends: bool
    weight: Callable[[str], Fraction]
    rate: str
    note: str = ""


def _basis(asked: Asked) -> _Basis:
    if counts_as_california(asked):
        return _Basis(school_months(asked), False, lambda _: Fraction(1), "Attendance % of days")
    if counts_as_texas(asked):
        note = f"; {codes_as_used(asked)}"
        return _Basis(six_weeks(asked), True, ada_codes(asked).weight, "FSP days %", note)
    raise NotAllowed(
        f"The rules of {asked.standing.pack.title} know no average daily attendance. Each pupil's "
        "sessions: rollbook report attendance."
    )


def _row(period: str, one: MembershipDays, student: Student, weight: Fraction) -> Sequence[Value]:
    return (
        period,
        one.campus,
        one.track,
        one.student_id,
        student.sort_name,
        one.grade,
        one.ada_code,
        number(one.membership * weight, 1),
        number(one.absent * weight, 1),
        number(one.present * weight, 1),
        percentage(Fraction(one.present, one.membership) if one.membership else None),
        number(one.unmarked * weight, 1),
    )
