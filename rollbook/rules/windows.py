"""Sessions or days counted inside a rolling window."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rollbook.attendance import Reading
from rollbook.attendance.codes import (
    APPROVED,
    AUTHORISED,
    DAY_PART,
    EXCUSED,
    LATE,
    NOT_POSSIBLE,
    TRUANCY,
    UNAUTHORISED,
)
from rollbook.policy import CountTerms, Trigger
from rollbook.policy.terms import PERIODS
from rollbook.register import PARTS
from rollbook.rules.case import (
    Bools,
    Case,
    Entries,
    coded,
    coded_entries,
    place_of,
    student_day,
)
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of
from rollbook.rules.sent import first_action
from rollbook.school_calendar import ONE_DAY, SchoolCalendar, Span, monday_of


def count_findings(case: Case, trigger: Trigger, terms: CountTerms) -> list[Finding]:
    """Return every student with enough units in one window."""
    counted = Counted.of(case, trigger, terms)
    found = []
    for start, end in counted.first_crossings():
        student = int(counted.student[start])
        crossed_on = case.reading.date_of(counted.day[end])
        if terms.action:
            done = first_action(case, case.reading.students[student], terms.action, case.year.first)
            if done is None:
                continue
            crossed_on = max(crossed_on, done.day)
        window = counted.window(start)
        entries = counted.entries_in(student, window)
        unresolved = int(counted.is_coded(entries, terms.unresolved).sum())
        number = counted.units_in(student, window)
        found.append(
            finding_of(
                case,
                trigger,
                terms,
                student,
                crossed_on=crossed_on,
                holds=counted.now(student) >= terms.least,
                numerator=number,
                first=window.first,
                last=window.last,
                evidence=case.marks(entries),
                unresolved=unresolved,
                unresolved_decides=unresolved > 0 and number - unresolved < terms.least,
                repeats=not terms.once,
            )
        )
    return found


@dataclass(frozen=True, eq=False)
class Counted:
    """The marks a count rule counts, sorted, and the units (sessions or days) they make."""

    case: Case
    terms: CountTerms
    entries: Entries
    unit: Entries  # the place in ``entries`` of the first mark of each unit

    @classmethod
    def of(cls, case: Case, trigger: Trigger, terms: CountTerms) -> "Counted":
        """Find and sort what counts, without what live letters rely on."""
        reading = case.reading
        entries = reading.in_order(counting(case, terms))
        entries = entries[case.concerned(terms)[reading.student[entries]]]
        entries = _without_used(case, trigger, terms, entries)
        unit = np.arange(len(entries))
        if terms.unit == "days":
            student, day = reading.student[entries], reading.day[entries]
            new = np.ones(len(entries), dtype=np.bool_)
            new[1:] = (student[1:] != student[:-1]) | (day[1:] != day[:-1])
            unit = np.flatnonzero(new)
        return cls(case, terms, entries, unit)

    @cached_property
    def student(self) -> npt.NDArray[np.int32]:
        """The student of each unit."""
        return self.case.reading.student[self.entries[self.unit]]

    @cached_property
    def day(self) -> npt.NDArray[np.int32]:
        """The day number of each unit."""
        return self.case.reading.day[self.entries[self.unit]]

    def first_crossings(self) -> list[tuple[int, int]]:
        """Return, for each student, the first and last unit of the earliest enough of them."""
        need = self.terms.least
        if len(self.unit) < need:
            return []
        end = np.arange(need - 1, len(self.unit))
        start = end - need + 1
        crossing = (
            (self.student[start] == self.student[end])
            & (self.day[end] <= self.window_end[self.day[start]])
            & (self.day[end] >= self.case.reading.number_of(self.case.year.first))
        )
        end = end[crossing]
        _, places = np.unique(self.student[end], return_index=True)
        return [(int(end[place]) - need + 1, int(end[place])) for place in places]

    @cached_property
    def window_end(self) -> npt.NDArray[np.int32]:
        """For each day number, the number of the last day of the window that opens on it."""
        reading = self.case.reading
        days = [reading.date_of(number) for number in range(reading.days)]
        ends = [(self.last_of(day) - reading.first).days for day in days]
        return np.array(ends, dtype=np.int32)

    def last_of(self, opening: date) -> date:
        """Return the last day of the window that opens on ``opening``."""
        terms, calendar = self.terms, self.case.calendar
        if terms.window == "days":
            last = opening + timedelta(days=terms.size - 1)
        elif terms.window == "months":
            last = _months_after(opening, terms.size) - ONE_DAY
        elif terms.window == "school-weeks":
            last = _school_weeks_end(calendar, opening, terms.size)
        else:
            last = self._period(opening).last
        year = calendar.year_of(opening)
        return min(last, year.last) if terms.within_year and year else last

    def _period(self, day: date) -> Span:
        calendar = self.case.calendar
        if self.terms.window == "half-term":
            return calendar.half_term_of(day) or Span("", day, day)
        if self.terms.window == "term":
            return calendar.term_of(day) or Span("", day, day)
        year = calendar.year_of(day)
        return Span(year.name, year.first, year.last) if year else Span("", day, day)

    def window(self, unit: int) -> Span:
        """Return the window that opens with ``unit``, as far as it has come."""
        opening = self.case.reading.date_of(self.day[unit])
        first = opening
        if self.terms.window == "school-weeks":
            first = monday_of(opening)
        elif self.terms.window in PERIODS:
            first = self._period(opening).first
        return Span(self.terms.period_text, first, min(self.last_of(opening), self.case.as_of))

    def current_window(self) -> Span:
        """Return the window that ends on ``as_of``."""
        as_of, reading = self.case.as_of, self.case.reading
        if self.terms.window in PERIODS:
            first = (self.case.span_of(self.terms.window) or Span("", as_of, as_of)).first
        else:
            opens = np.flatnonzero(self.window_end >= reading.days - 1)
            first = reading.date_of(opens[0]) if len(opens) else as_of
            if self.terms.within_year:
                first = max(first, self.case.year.first)
        return Span(self.terms.period_text, first, as_of)

    def units_in(self, student: int, window: Span) -> int:
        """Return how many units of ``student`` fall in ``window``."""
        return int(self._inside(window, self.day[place_of(self.student, student)]).sum())

    def entries_in(self, student: int, window: Span) -> Entries:
        """Return the counted marks of ``student`` in ``window``."""
        mine: Entries = self.entries[place_of(self.entry_student, student)]
        found: Entries = mine[self._inside(window, self.case.reading.day[mine])]
        return found

    @cached_property
    def entry_student(self) -> npt.NDArray[np.int32]:
        """The student of each counted mark."""
        return self.case.reading.student[self.entries]

    def _inside(self, window: Span, days: Any) -> Any:
        low = (window.first - self.case.reading.first).days
        high = (window.last - self.case.reading.first).days
        return (days >= low) & (days <= high)

    def now(self, student: int) -> int:
        """Return how many units of ``student`` the window that ends on ``as_of`` holds."""
        return self.units_in(student, self.current_window())

    def most(self) -> int:
        """Return the most units in any window, for a case of one student."""
        ends = np.searchsorted(self.day, self.window_end[self.day], side="right")
        return int((ends - np.arange(len(self.day))).max(initial=0))

    def is_coded(self, entries: Entries, codes: Sequence[str]) -> Bools:
        """Say of each mark whether its code is one of ``codes``."""
        return coded(self.case.reading, entries, codes)


def counting(case: Case, terms: CountTerms) -> Entries:
    """Return the marks that count under ``terms``, used ones included."""
    reading = case.reading
    if terms.codes:
        counting = coded_entries(reading, terms.codes)
        if terms.unit == "days":
            counting = counting[~_part_of_a_day(reading, counting)]
    else:
        counting = _events(reading, terms.minutes_over)
        counting = counting[~_settled(reading, counting)]
    counting = counting[case.of_age(terms, counting)]
    since = max(terms.first, case.year.first) if terms.within_year else terms.first
    return counting[reading.day[counting] >= (since - reading.first).days]


def _events(reading: Reading, minutes_over: int | None) -> Entries:
    """Return the marks that are truancy events, and late arrivals of more than so many minutes.

    More than 0 minutes is any late arrival: often only the code is known, not the minutes.
    """
    asked = TRUANCY if minutes_over is None else TRUANCY | LATE
    # Few symbols are any of this, so the marks need not all be looked at.
    may_be: Bools = np.any((reading.codes.facts & asked) > 0, axis=0)
    found: Entries = np.flatnonzero(may_be[reading.symbol])
    facts = reading.facts[found]
    event = (facts & TRUANCY) > 0
    if minutes_over is not None:
        late = (facts & (LATE | EXCUSED)) == LATE
        enough = reading.minutes_late[reading.row[found]] > minutes_over
        event |= late & (enough | (minutes_over == 0))
    return found[event]


def _settled(reading: Reading, entries: Entries) -> Bools:
    """Say of each mark whether an all-day mark excuses the whole day it is in."""
    whole = np.flatnonzero(reading.part == DAY_PART)
    whole = whole[np.isin(reading.category[whole], (APPROVED, AUTHORISED, NOT_POSSIBLE))]
    excused = student_day(reading, whole)
    return np.isin(student_day(reading, entries), excused)


def _part_of_a_day(reading: Reading, entries: Entries) -> Bools:
    """Say of each mark whether it is an absence on a day that was not missed."""
    missed = np.isin(reading.category[entries], (AUTHORISED, UNAUTHORISED))
    whole: Bools = np.isin(entries, reading.absence_evidence)
    return missed & ~whole


def _without_used(case: Case, trigger: Trigger, terms: CountTerms, entries: Entries) -> Entries:
    """Leave out what live letters rely on: the session, or where days count the whole day."""
    reading = case.reading
    keys: list[int] = []
    done: list[int] = []
    for (student_id, trigger_id), sessions in (case.used or {}).items():
        student = reading.number.get(student_id)
        if trigger_id != trigger.id or student is None:
            continue
        if terms.once and any(case.year.first <= one.day <= case.year.last for one in sessions):
            done.append(student)
        for session in sessions:
            day = (session.day - reading.first).days
            if 0 <= day < reading.days:
                part = 0 if terms.unit == "days" else PARTS.index(session.part)
                keys.append((student * reading.days + day) * len(PARTS) + part)
    if not keys and not done:
        return entries
    parts = 0 if terms.unit == "days" else reading.part[entries].astype(np.int64)
    own = student_day(reading, entries) * len(PARTS) + parts
    return entries[~np.isin(own, keys) & ~np.isin(reading.student[entries], done)]


def _months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day if it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - ONE_DAY)


def _school_weeks_end(calendar: SchoolCalendar, opening: date, size: int) -> date:
    """Return the Sunday of the last of ``size`` school weeks, the first being that of opening."""
    weeks = calendar.school_weeks
    last = min(bisect_left(weeks, monday_of(opening)) + size, len(weeks)) - 1
    return max(opening, weeks[last] + timedelta(days=6)) if weeks else opening
