"""Days of membership: each student's days at a campus, on a track, in a reporting period.

The unit is the calendar day; a half-day student's halves are the business of Texas
(:mod:`rollbook.accounting.texas`). A stretch of membership begins with its entry date; its
withdrawal date is the first day *not* in it. A student who changes campus without a gap has the
withdrawal date of the one as the entry date of the other, so that no day is lost or counted twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from rollbook.attendance import Reading
from rollbook.attendance.codes import (
    APPROVED,
    AUTHORISED,
    CATEGORIES,
    MISSING,
    PRESENT,
    UNAUTHORISED,
)
from rollbook.register import Enrolment, Student
from rollbook.school_calendar import SchoolCalendar, Span

_WEEKEND = 5  # Saturday is the first

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class MembershipDays:
    """One student's days at one campus, on one track, in one reporting period.

    ``present`` includes approved activity elsewhere. ``unmarked`` are days of school in membership
    of which the register says nothing; they are in no other figure, so that a file that was never
    dropped shows as what it is.
    """

    student_id: str
    campus: str
    track: str
    grade: str
    ada_code: str
    period: str
    present: int
    excused: int
    unexcused: int
    unmarked: int = 0

    @property
    def absent(self) -> int:
        """Days absent, excused or not."""
        return self.excused + self.unexcused

    @property
    def membership(self) -> int:
        """Days of membership: present and absent."""
        return self.present + self.absent


def membership_days(
    reading: Reading,
    students: Mapping[str, Student],
    enrolments: Iterable[Enrolment],
    periods: Sequence[Span],
    *,
    outside: frozenset[str] = frozenset(),
    weekends: bool = True,
) -> list[MembershipDays]:
    """Count the days of every stretch of membership in each period, up to the reading's last day.

    ``outside`` are the ADA codes of students who are enrolled and not in membership. A day that two
    stretches of a student claim belongs to the one entered last. A student without any enrolment is
    in membership throughout. ``weekends`` says whether school held on a weekend counts.
    Entries are in the order of the register, then of time; a stretch without a day taught in a
    period has none for it.
    """
    found = []
    stretches = _stretches(reading, students, enrolments, outside)
    days_of: dict[str, npt.NDArray[np.int16]] = {}
    for number, student_id in enumerate(reading.students):
        student = students.get(student_id, Student(student_id))
        free = np.ones(reading.days, dtype=np.bool_)
        entries: list[MembershipDays] = []
        for one in reversed(stretches.get(student_id, ())):
            if one.track not in days_of:
                days_of[one.track] = _period_of_days(reading, periods, one.track, weekends)
            low, high = _inside(reading, one)
            period = days_of[one.track][low:high]
            own = free[low:high] & (period >= 0)
            free[low:high] = False
            category = np.minimum(reading.day_matrix[number, low:high][own], MISSING)
            cells = period[own].astype(np.intp) * len(CATEGORIES) + category
            counts = np.bincount(cells, minlength=len(periods) * len(CATEGORIES))
            campus = one.campus or student.campus
            entries = [
                _entry(student, campus, one, span.name, by_category)
                for span, by_category in zip(
                    periods, counts.reshape(-1, len(CATEGORIES)).tolist(), strict=True
                )
                if any(by_category)
            ] + entries
        found += entries
    return found


def _entry(
    student: Student, campus: str, one: Enrolment, period: str, counts: Sequence[int]
) -> MembershipDays:
    return MembershipDays(
        student.student_id,
        campus,
        one.track,
        student.grade,
        one.ada_code,
        period,
        present=counts[PRESENT] + counts[APPROVED],
        excused=counts[AUTHORISED],
        unexcused=counts[UNAUTHORISED],
        unmarked=counts[MISSING],
    )


def _stretches(
    reading: Reading,
    students: Mapping[str, Student],
    enrolments: Iterable[Enrolment],
    outside: frozenset[str],
) -> dict[str, list[Enrolment]]:
    """Return each student's stretches by entry date; no enrolment at all is one throughout."""
    found: dict[str, list[Enrolment]] = {}
    for one in sorted(enrolments, key=lambda one: one.entry_date):
        own = found.setdefault(one.student_id, [])
        if not (one.ada_code and one.ada_code in outside):
            own.append(one)
    for student_id in reading.students:
        if student_id not in found:
            found[student_id] = [Enrolment(student_id, reading.first)]
    return found


def _inside(reading: Reading, one: Enrolment) -> tuple[int, int]:
    """Return the first day of a stretch and the day after its last, as numbers of the reading."""
    low = reading.number_of(one.entry_date)
    high = reading.number_of(one.withdrawal_date) if one.withdrawal_date else reading.days
    return low, max(low, high)


def _period_of_days(
    reading: Reading, periods: Sequence[Span], track: str, weekends: bool
) -> npt.NDArray[np.int16]:
    """Return for each day of the reading the place of its period; -1 where none is taught."""
    found = np.full(reading.days, -1, dtype=np.int16)
    for place, period in enumerate(periods):
        for day in taught(reading.calendar, period, track, reading.last, weekends=weekends):
            if day >= reading.first:
                found[reading.number_of(day)] = place
    return found


def taught(
    calendar: SchoolCalendar, period: Span, track: str, until: date, *, weekends: bool = True
) -> list[date]:
    """Return the days taught in a period on a track, up to ``until``."""
    days = calendar.school_days_between(period.first, min(period.last, until), track)
    return [day for day in days if weekends or day.weekday() < _WEEKEND]


def grouped(
    entries: Iterable[MembershipDays], key: Callable[[MembershipDays], _Key]
) -> Iterator[tuple[_Key, list[MembershipDays]]]:
    """Return the entries by group, groups in the order in which they are met."""
    groups: dict[_Key, list[MembershipDays]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    yield from groups.items()
