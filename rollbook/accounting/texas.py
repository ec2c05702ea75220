"""Average daily attendance in Texas: the rows A to G of ASCENDER's SAT2300, exact.

A day is decided by the mark at the official attendance-taking time (19 TAC 129.21), which the
reading of the register has done. The unit of rows B to F is the day, with halves for half-day
students; that of A the day taught; that of G the student. Sources: Student Attendance Accounting
Handbook (19 TAC 129.1025), PEIMS reports SAT0900 and SAT2300, code table C059.

Tracks with days of their own are added and never pooled; nothing is divided but exact totals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rollbook.accounting.membership import MembershipDays, grouped, taught
from rollbook.school_calendar import SchoolCalendar, Span

NONE = Fraction(0)
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class AdaCodes:
    """What the ADA eligibility codes (C059) say: who earns half days, who is not eligible.

    Students of ``outside`` codes (0 and 9) are not in membership and never reach these figures.
    A student without a code counts as eligible for full days, and is counted apart.
    """

    half_day: frozenset[str]
    ineligible: frozenset[str]

    def weight(self, code: str) -> Fraction:
        """Return what one calendar day of a student with this code counts: 1 or one half."""
        return HALF if code in self.half_day else Fraction(1)

    def weigh(self, days: Iterable[tuple[str, int]]) -> Fraction:
        """Add up calendar days of students with these codes."""
        halves = sum(count if code in self.half_day else 2 * count for code, count in days)
        return halves * HALF


@dataclass(frozen=True, slots=True)
class AdaRows:
    """Rows A to G for one campus, track and period, or for one grade of it.

    Letters are those of SAT2300. ``unmarked`` are days of membership of which the register says
    nothing; ``without_code`` how many students have no ADA code. Both stand in no row.
    """

    campus: str
    track: str
    period: str
    days_taught: int  # A
    membership: Fraction  # B
    absent: Fraction  # C
    ineligible_present: Fraction = NONE  # E
    grade: str = ""
    unmarked: Fraction = NONE
    without_code: int = 0

    @property
    def present(self) -> Fraction:
        """Row D, days present: B less C."""
        return self.membership - self.absent

    @property
    def eligible_present(self) -> Fraction:
        """Row F, eligible days present: D less E."""
        return self.present - self.ineligible_present

    @property
    def refined(self) -> Fraction | None:
        """Row G, refined ADA: F over A. None when no day was taught."""
        return self.eligible_present / self.days_taught if self.days_taught else None

    @property
    def gross(self) -> Fraction | None:
        """Gross ADA: D over A. General knowledge, to be checked before it is relied on."""
        return self.present / self.days_taught if self.days_taught else None

    @property
    def rate(self) -> Fraction | None:
        """The share of days of membership attended: D over B. None without membership."""
        return self.present / self.membership if self.membership else None


def ada_rows(
    days: Iterable[MembershipDays],
    codes: AdaCodes,
    calendar: SchoolCalendar,
    periods: Sequence[Span],
    until: date,
    *,
    by_grade: bool = False,
) -> list[AdaRows]:
    """Return rows A to G for every period, campus and track, in that order; by grade if asked.

    ``until`` is the last day that was counted: row A stops there too.
    """
    spans = {period.name: period for period in periods}
    found = []
    for (period, campus, track, grade), members in grouped(
        days, lambda one: (one.period, one.campus, one.track, one.grade if by_grade else "")
    ):
        ineligible = [one for one in members if one.ada_code in codes.ineligible]
        found.append(
            AdaRows(
                campus,
                track,
                period,
                days_taught=len(taught(calendar, spans[period], track, until)),
                membership=codes.weigh((one.ada_code, one.membership) for one in members),
                absent=codes.weigh((one.ada_code, one.absent) for one in members),
                ineligible_present=codes.weigh((one.ada_code, one.present) for one in ineligible),
                grade=grade,
                unmarked=codes.weigh((one.ada_code, one.unmarked) for one in members),
                without_code=len({one.student_id for one in members if not one.ada_code}),
            )
        )
    order = list(spans)
    return sorted(
        found, key=lambda row: (order.index(row.period), row.campus, row.track, row.grade)
    )


def refined_total(rows: Iterable[AdaRows]) -> Fraction:
    """Add the refined ADA of campuses, tracks and grades of one period; nothing is pooled."""
    return sum((row.refined or NONE for row in rows), NONE)


def gross_total(rows: Iterable[AdaRows]) -> Fraction:
    """Add the gross ADA of campuses, tracks and grades of one period; nothing is pooled."""
    return sum((row.gross or NONE for row in rows), NONE)


def year_ada(of_periods: Sequence[Fraction]) -> Fraction | None:
    """Return the ADA of a year: the mean of that of its reporting periods, as reports print it.

    None without a period.
    """
    return sum(of_periods, NONE) / len(of_periods) if of_periods else None


def ada_by_minimum_days(eligible_present: Fraction, minimum_days: int) -> Fraction | None:
    """Return the year's ADA with the statute's divisor, the minimum days of instruction.

    Texas Education Code 48.005; from general knowledge, to be checked before it is relied on.
    """
    return eligible_present / minimum_days if minimum_days else None


def hours_count_as(hours: Fraction, half_day: int, full_day: int) -> Fraction:
    """Return what a day of so many scheduled hours counts: none, one half or one whole day.

    The 2-through-4-hour rule (19 TAC 129.21): the least hours of each are the pack's.
    """
    if hours >= full_day:
        return Fraction(1)
    return HALF if hours >= half_day else NONE


@dataclass(frozen=True, slots=True)
class Difference:
    """Two reports that should agree and do not, by more than the tolerance."""

    what: str
    ours: Fraction | None
    theirs: Fraction | None


def differences(
    ours: Mapping[str, Fraction], theirs: Mapping[str, Fraction], tolerance: Fraction
) -> list[Difference]:
    """Return what does not agree within the tolerance, or stands in one of the two only.

    Exactly the tolerance apart still agrees.
    """
    names = [*ours, *(name for name in theirs if name not in ours)]
    return [
        Difference(name, ours.get(name), theirs.get(name))
        for name in names
        if name not in ours or name not in theirs or abs(ours[name] - theirs[name]) > tolerance
    ]
