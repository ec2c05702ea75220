"""Average daily attendance in California by school month, at P-1, at P-2 and for the year, exact.

ADA is the days of attendance over the days school was actually taught (Education Code 41601,
46301); a pupil is present all day unless absent for the entire schoolday (46010.3), which the
reading of the register has decided. The unit of attendance is the day, that of ADA the pupil.
School held on a weekend counts in neither. The divisor is the days taught, not the days a pupil was
enrolled. Attendance and days are added first and divided once: months' ADAs are never averaged.

Where school months end is the office's to say; a month that ends after the cut-off is out
altogether.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rollbook.accounting.grades import GradeSpan, span_of
from rollbook.accounting.membership import MembershipDays, grouped, taught
from rollbook.school_calendar import SchoolCalendar, Span

NO_SPAN = "grade not given"


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
    """The ADA of one school and grade span over several school months.

    ``ada`` adds the tracks' ADAs, each over its own days taught.
    """

    school: str
    grades: str
    attendance: int
    ada: Fraction
    unmarked: int = 0


def period_ada(
    attendance: Iterable[MonthAttendance],
    months: Sequence[Span],
    calendar: SchoolCalendar,
    until: date,
) -> list[PeriodAda]:
    """Return the ADA of every school and grade span over some school months.

    All days taught on the track in these months divide, those before a grade had its first pupil
    too.
    """
    names = {month.name for month in months}
    groups: dict[tuple[str, str], list[MonthAttendance]] = {}
    for one in attendance:
        if one.month in names:
            groups.setdefault((one.school, one.grades), []).append(one)
    found = []
    for (school, grades), entries in groups.items():
        ada = Fraction(0)
        for track in {one.track for one in entries}:
            own = sum(one.attendance for one in entries if one.track == track)
            ada += average(own, days_taught(calendar, months, track, until)) or 0
        found.append(
            PeriodAda(
                school,
                grades,
                sum(one.attendance for one in entries),
                ada,
                sum(one.unmarked for one in entries),
            )
        )
    return found


def days_taught(calendar: SchoolCalendar, months: Iterable[Span], track: str, until: date) -> int:
    """Return the days taught in some school months on a track, weekends left out."""
    return sum(len(taught(calendar, month, track, until, weekends=False)) for month in months)
