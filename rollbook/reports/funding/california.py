"""The ADA table of California: school months, P-1, P-2 and annual, by school and grade span."""

from collections.abc import Iterator, Sequence

from rollbook.accounting.california import (
    NO_CREDIT,
    Group,
    PeriodAda,
    all_schools,
    cut_off,
    month_attendance,
    months_until,
    period_ada,
    recovery_by_group,
    whole_units,
)
from rollbook.accounting.grades import GradeSpan, grade_span
from rollbook.accounting.membership import MembershipDays
from rollbook.accounting.recovery import recovery_days
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import NOT_HERE, number, so_far
from rollbook.reports.table import Column, Table, Value
from rollbook.school_calendar import Span

_ADA = "0.00"
_COLUMNS = (
    Column("Period"),
    Column("School"),
    Column("Grades"),
    Column("Days taught", is_number=True),
    Column("Days of attendance", is_number=True),
    Column("ADA", is_number=True, number_format=_ADA),
    Column("ADA, whole units (EC 46303)", is_number=True),
    Column("Recovery days credited", is_number=True),
    Column("ADA with recovery", is_number=True, number_format=_ADA),
    Column("No mark", is_number=True),
)
_P2 = "ada.p2-until"
_PERIODS = (("P-1", "ada.p1-until"), ("P-2", _P2), ("Annual", "ada.annual-until"))
_RECOVERY = "recovery.most-days"


def counts_as_california(asked: Asked) -> bool:
    """Say whether the rule pack counts ADA as California does; a district's own pack does too."""
    return asked.standing.pack.has_value(_P2, asked.standing.as_of)


def california_table(asked: Asked) -> Table:
    """Return the table. Raises ``NotAllowed`` when the calendar names no school months."""
    standing = asked.standing
    begun = school_months(asked)
    days = asked.membership(begun, weekends=False)
    summer = frozenset(standing.pack.value("ada.apart-tracks", standing.as_of).words)
    regular = [one for one in days if one.track not in summer]
    grades = standing.pack.value("ada.grade-spans", standing.as_of)
    spans = [grade_span(name) for name in grades.words]
    attendance = month_attendance(regular, standing.calendar, begun, spans, standing.as_of)
    lines: list[Sequence[Value]] = []
    for name, months, recovers in _reported(asked, begun):
        credited = _credited(asked, regular, months, spans) if recovers else None
        entries = period_ada(
            attendance, months, standing.calendar, standing.as_of, credited or NO_CREDIT
        )
        if entries:
            lines += [
                _line(name, one, credited is not None) for one in (*entries, all_schools(entries))
            ]
    lines += _apart([one for one in days if one.track in summer])
    title = (
        f"Average daily attendance as of {standing.as_of:%d %b %Y}; weekends are left out; "
        f"{grades.sure.marked('grade spans ' + ', '.join(grades.words))}"
    )
    return Table("ADA", title, _COLUMNS, lines)


def school_months(asked: Asked) -> list[Span]:
    """Return the school months begun so far. Raises ``NotAllowed`` when the calendar has none."""
    begun = [month for month in asked.year.months if month.first <= asked.standing.as_of]
    if not begun:
        raise NotAllowed(
            "The calendar names no school months so far, and ADA is reported by school month. Add "
            "each to calendar.toml under [[year.month]] with name, first and last, as your county "
            "office has them."
        )
    return begun


def _reported(asked: Asked, begun: Sequence[Span]) -> Iterator[tuple[str, Sequence[Span], bool]]:
    """Name what is reported, and the school months in it: each begun, then P-1, P-2 and annual.

    The periods take only full months that have ended; recovery is credited in them alone.
    """
    standing, year = asked.standing, asked.year
    for month in begun:
        yield so_far(asked, month), [month], False
    for name, value in _PERIODS:
        last_day = standing.pack.value(value, standing.as_of)
        until = cut_off(year.first, str(last_day.value))
        due = months_until(year.months, until)
        ended_by_now = months_until(due, standing.as_of)
        months = f"{len(due)} months"
        if len(ended_by_now) < len(due):
            months = f"{len(ended_by_now)} of {months} so far"
        yield f"{last_day.sure.marked(name)}: {months}", ended_by_now, True


def _credited(
    asked: Asked, days: Sequence[MembershipDays], months: Sequence[Span], spans: Sequence[GradeSpan]
) -> dict[Group, int] | None:
    """Return the recovery days credited by the end of some months. None where the law has none."""
    pack = asked.standing.pack
    if not months or not pack.has_value(_RECOVERY, months[-1].last):
        return None
    last = months[-1].last
    earned = recovery_days(asked.standing.actions, asked.year.first, last)
    return recovery_by_group(days, months, spans, earned, pack.value(_RECOVERY, last).number)


def _line(period: str, one: PeriodAda, recovers: bool) -> Sequence[Value]:
    return (
        period,
        one.school,
        one.grades,
        NOT_HERE if one.days_taught is None else one.days_taught,
        one.attendance,
        number(one.ada, 2),
        whole_units(one.ada),
        one.credited if recovers else NOT_HERE,
        number(one.ada_with_recovery, 2) if recovers else NOT_HERE,
        one.unmarked,
    )


def _apart(days: Sequence[MembershipDays]) -> list[Sequence[Value]]:
    """Return the days of summer school by track: they are in no regular ADA."""
    return [
        (
            f"Apart: track {track}",
            "All",
            "",
            NOT_HERE,
            sum(one.present for one in days if one.track == track),
            *(NOT_HERE,) * 5,
        )
        for track in sorted({one.track for one in days})
    ]
