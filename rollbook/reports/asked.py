"""What a report is asked with, and the register as it is read for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rollbook.accounting.membership import MembershipDays, membership_days
from rollbook.attendance import Reading, read_register
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.school_calendar import SchoolYear, Span
from rollbook.standing import Standing


@dataclass(frozen=True, eq=False)
class Asked:
    """The office, the register as it stands, and what the clerk said.

    ``first`` is the first day asked for (the report's own default when None); the last is
    ``standing.as_of``. ``against`` is a file to compare with.
    """

    office: Office
    standing: Standing
    first: date | None = None
    against: Path | None = None

    @property
    def year(self) -> SchoolYear:
        """The school year of the day asked for. Raises ``NotAllowed`` between two years."""
        day = self.standing.as_of
        year = self.standing.calendar.year_of(day)
        if year is None:
            raise NotAllowed(
                f"{day:%d %b %Y} is in no school year of the calendar. Ask for a day of a school "
                "year with --date, or add the year to calendar.toml."
            )
        return year

    def reading(self) -> Reading:
        """Return the register of the school year so far."""
        return reading_of(self.standing, self.year.first)

    def membership(self, periods: Sequence[Span], *, weekends: bool = True) -> list[MembershipDays]:
        """Return the days of membership of all students in some periods of the school year."""
        return membership_days(
            self.reading(),
            self.standing.students,
            self.standing.enrolments,
            periods,
            outside=self.standing.pack.outside_membership,
            weekends=weekends,
        )


def no_school(standing: Standing, day: date) -> str:
    """Say why no school is held on a day, as a title ends; empty when it is held."""
    why = standing.calendar.why_not_school_day(day)
    return f"no school that day ({why})" if why else ""


def reading_of(standing: Standing, first: date) -> Reading:
    """Read the register from ``first`` to the day of the standing, with the codes of the pack."""
    return read_register(
        standing.marks,
        standing.pack,
        standing.calendar,
        students=standing.students.values(),
        enrolments=standing.enrolments,
        recorded=standing.recorded,
        first=first,
        last=standing.as_of,
        official=standing.official,
    )
