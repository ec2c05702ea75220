"""Average daily attendance in California by school month, at P-1, at P-2 and for the year, exact.

ADA is the days of attendance over the days school was actually taught (Education Code 41601,
46301); a pupil is present all day unless absent for the entire schoolday (46010.3), which the
reading of the register has decided. The unit of attendance is the day, that of ADA the pupil.
School held on a weekend counts in neither. The divisor is the days taught, not the days a pupil was
enrolled. Attendance and days are added first and divided once: months' ADAs are never averaged.

Where school months end is the office's to say; a month that ends after the cut-off is out
altogether.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from rollbook.accounting.grades import GradeSpan, span_of
from rollbook.accounting.membership import MembershipDays, grouped, taught
from rollbook.accounting.recovery import recovery_credit
from rollbook.attendance.rounding import half_up
from rollbook.school_calendar import SchoolCalendar, Span

Group = tuple[str, str, str]
"""A school, a span of grades and a track."""

NO_SPAN = "grade not given"
NONE = Fraction(0)
NO_CREDIT: Mapping[Group, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MonthAttendance:
    """The attendance of one school, track and grade span in one school month.

    ``attendance`` and ``absent`` are days of pupils; ``unmarked`` are days of which the register
    says nothing, in neither.
    """

    school: str
    track: str
    grades: str
    month: str
    days_taught: int
    attendance: int
    absent: int = 0
    unmarked: int = 0

    @property
    def ada(self) -> Fraction | None:
        """Days of attendance over days taught. None when no day was taught."""
        return average(self.attendance, self.days_taught)


def average(attendance: int, days_taught: int) -> Fraction | None:
    """Return the ADA of so many days of attendance. None when no day was taught."""
    return Fraction(attendance, days_taught) if days_taught else None


def month_attendance(
    days: Iterable[MembershipDays],
    calendar: SchoolCalendar,
    months: Sequence[Span],
    spans: Sequence[GradeSpan],
    until: date,
) -> list[MonthAttendance]:
    """Add up the days of pupils by school month, school, grade span and track, in that order.

    ``days`` must have been counted without weekends; ``until`` is the last day counted.
    """
    by_name = {month.name: month for month in months}
    names = [span.name for span in spans]
    found = []
    for (month, school, grades, track), members in grouped(
        days, lambda one: (one.period, one.campus, _span_name(spans, one.grade), one.track)
    ):
        found.append(
            MonthAttendance(
                school,
                track,
                grades,
                month,
                len(taught(calendar, by_name[month], track, until, weekends=False)),
                sum(one.present for one in members),
                sum(one.absent for one in members),
                sum(one.unmarked for one in members),
            )
        )
    order = {name: place for place, name in enumerate([*names, NO_SPAN])}
    place = {name: number for number, name in enumerate(by_name)}
    return sorted(
        found, key=lambda one: (place[one.month], one.school, order[one.grades], one.track)
    )


def _span_name(spans: Sequence[GradeSpan], grade: str) -> str:
    span = span_of(spans, grade)
    return span.name if span else NO_SPAN


def whole_units(ada: Fraction) -> int:
    """Round an ADA to whole units of attendance (Education Code 46303).

    A fraction of one half or more rises, a smaller one is dropped, and less than one unit is one.
    Without any attendance there is no unit.
    """
    return max(1, half_up(ada)) if ada else 0


# P-1, P-2 and annual ------------------------------------------------------------------------------


def cut_off(year_first: date, month_and_day: str) -> date:
    """Return the cut-off of a school year that a pack writes as ``04-15``.

    It is the first such day on or after the first day of school.
    """
    month, day = (int(number) for number in month_and_day.split("-"))
    found = date(year_first.year, month, day)
    return found if found >= year_first else date(year_first.year + 1, month, day)


def months_until(months: Iterable[Span], last: date) -> tuple[Span, ...]:
    """Return the full school months that end on or before ``last``."""
    return tuple(month for month in months if month.last <= last)


@dataclass(frozen=True, slots=True)
class PeriodAda:
    """The ADA of one school and grade span, or of all, over several school months.

    ``ada`` adds the tracks' ADAs, each over its own days taught; ``days_taught`` is None where
    tracks differ. ``credited`` are days of attendance recovery, apart from ``attendance``; they are
    in ``ada_with_recovery`` only.
    """

    school: str
    grades: str
    days_taught: int | None
    attendance: int
    ada: Fraction
    credited: int
    ada_with_recovery: Fraction
    unmarked: int


def period_ada(
    attendance: Iterable[MonthAttendance],
    months: Sequence[Span],
    calendar: SchoolCalendar,
    until: date,
    credited: Mapping[Group, int] = NO_CREDIT,
) -> list[PeriodAda]:
    """Return the ADA of every school and grade span over some school months.

    All days taught on the track in these months divide, those before a grade had its first pupil
    too. ``credited`` are the days of attendance recovery of each group.
    """
    names = {month.name for month in months}
    groups: dict[tuple[str, str], list[MonthAttendance]] = {}
    for one in attendance:
        if one.month in names:
            groups.setdefault((one.school, one.grades), []).append(one)
    found = []
    for (school, grades), entries in groups.items():
        taught_on = {
            track: days_taught(calendar, months, track, until)
            for track in {one.track for one in entries}
        }
        credit = {track: credited.get((school, grades, track), 0) for track in taught_on}
        ada = sum((one.attendance * _per_day(taught_on[one.track]) for one in entries), NONE)
        more = sum((days * _per_day(taught_on[track]) for track, days in credit.items()), NONE)
        found.append(
            PeriodAda(
                school,
                grades,
                next(iter(taught_on.values())) if len(set(taught_on.values())) == 1 else None,
                sum(one.attendance for one in entries),
                ada,
                sum(credit.values()),
                ada + more,
                sum(one.unmarked for one in entries),
            )
        )
    return found


def all_schools(entries: Sequence[PeriodAda]) -> PeriodAda:
    """Add up the schools and grade spans of one period."""
    days = {one.days_taught for one in entries}
    return PeriodAda(
        "All",
        "",
        days.pop() if len(days) == 1 else None,
        sum(one.attendance for one in entries),
        sum((one.ada for one in entries), NONE),
        sum(one.credited for one in entries),
        sum((one.ada_with_recovery for one in entries), NONE),
        sum(one.unmarked for one in entries),
    )


def _per_day(days: int) -> Fraction:
    return Fraction(1, days) if days else NONE


def recovery_by_group(
    days: Iterable[MembershipDays],
    months: Iterable[Span],
    spans: Sequence[GradeSpan],
    earned: Mapping[str, int],
    most: int,
) -> dict[Group, int]:
    """Return the days of attendance recovery credited in some months, by school, span and track.

    ``earned`` are each pupil's days of recovery and ``most`` the most a year; absences count from
    the first month on. A pupil's credit stands where the pupil was last in membership.
    """
    names = {month.name for month in months}
    absences: dict[str, int] = {}
    place: dict[str, Group] = {}
    for one in days:
        if one.student_id in earned and one.period in names:
            absences[one.student_id] = absences.get(one.student_id, 0) + one.absent
            place[one.student_id] = (one.campus, _span_name(spans, one.grade), one.track)
    found: dict[Group, int] = {}
    for student_id, group in place.items():
        credit = recovery_credit(absences[student_id], earned[student_id], most)
        found[group] = found.get(group, 0) + credit
    return found


def days_taught(calendar: SchoolCalendar, months: Iterable[Span], track: str, until: date) -> int:
    """Return the days taught in some school months on a track, weekends left out."""
    return sum(len(taught(calendar, month, track, until, weekends=False)) for month in months)
