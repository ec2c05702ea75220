"""Rates of chronic absence by school: of all students, and as the California Dashboard counts them.

A chronic absentee has missed the pack's share of the own days, for any reason (California Education
Code 60901(c)(1)); own days are those enrolled on which school was taught. A student is counted at
each school separately, with the days there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from rollbook.accounting.grades import GradeSpan
from rollbook.accounting.membership import MembershipDays


class Test(Protocol):
    """A threshold of a rule pack: so many days absent of so many possible."""

    def crosses(self, possible: int, absent: int) -> bool:
        """Say whether the threshold is crossed."""
        ...


@dataclass(frozen=True, slots=True)
class DashboardRules:
    """Whom the Dashboard counts: grades, the fewest days enrolled, and the smallest group shown."""

    grades: GradeSpan
    least_days: int
    smallest_group: int

    def counts(self, grade: str, membership: int, present: int) -> bool:
        """Say whether a student is counted: of these grades, long enough, and ever there."""
        return grade in self.grades and membership >= self.least_days and present > 0


@dataclass(frozen=True, slots=True)
class ChronicRate:
    """How many of a school's students are chronically absent.

    ``counted`` are those with a day of membership; the two Dashboard figures are None where the
    pack has no Dashboard.
    """

    school: str
    counted: int
    chronic: int
    dashboard_counted: int | None = None
    dashboard_chronic: int | None = None

    @property
    def share(self) -> Fraction | None:
        """The share of students chronically absent. None when nobody is counted."""
        return Fraction(self.chronic, self.counted) if self.counted else None

    def dashboard_share(self, smallest_group: int) -> Fraction | None:
        """The Dashboard's share. None when it counts fewer students than it shows."""
        if not self.dashboard_counted or self.dashboard_counted < smallest_group:
            return None
        return Fraction(self.dashboard_chronic or 0, self.dashboard_counted)


def chronic_rates(
    days: Iterable[MembershipDays], test: Test, dashboard: DashboardRules | None = None
) -> list[ChronicRate]:
    """Return the rate of every school, by its name."""
    found = []
    for school, pupils in sorted(_own_days(days).items()):
        chronic = {
            student_id
            for student_id, (_, membership, present) in pupils.items()
            if test.crosses(membership, membership - present)
        }
        eligible = {
            student_id
            for student_id, own in pupils.items()
            if dashboard is not None and dashboard.counts(*own)
        }
        found.append(
            ChronicRate(
                school,
                sum(membership > 0 for _, membership, _ in pupils.values()),
                len(chronic),
                len(eligible) if dashboard else None,
                len(eligible & chronic) if dashboard else None,
            )
        )
    return found


def _own_days(
    days: Iterable[MembershipDays],
) -> Mapping[str, Mapping[str, tuple[str, int, int]]]:
    """Return each school's students with grade, days of membership and days present there."""
    found: dict[str, dict[str, tuple[str, int, int]]] = {}
    for one in days:
        pupils = found.setdefault(one.campus, {})
        _, membership, present = pupils.get(one.student_id, ("", 0, 0))
        pupils[one.student_id] = (
            one.grade,
            membership + one.membership,
            present + one.present,
        )
    return found
