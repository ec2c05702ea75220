"""Who was in membership when and where, and which days were recorded there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from rollbook.attendance.codes import DAY_PART, Bools, Ints
from rollbook.register import PARTS, Enrolment, Student
from rollbook.school_calendar import SchoolCalendar


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one posting covered: a campus (``""`` for all), first to last day, and which parts.

    ``negative`` means absences only: whoever has no mark was there.
    """

    campus: str
    first: date
    last: date
    parts: tuple[str, ...] = ()
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an enrolment is, as far as its days go: a campus, and a track where it has one."""

    campus: str
    track: str = ""


@dataclass(frozen=True, eq=False)
class Roll:
    """Who was in membership when, at which campus and on which track, and what was recorded.

    A student is expected on the school days of the enrolment's own track; a mark on a day off of
    that track is not in membership and counts nothing.
    """

    students: int
    first: date
    days: int
    places: Sequence[Place]
    spans: Ints  # a row an enrolment: student, first day, day after the last, place
    recorded: Sequence[Recorded]
    days_found: dict[tuple[Place, bool | None], Bools] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        people: Mapping[str, Student],
        enrolments: Sequence[Enrolment],
        outside: frozenset[str],
        recorded: Sequence[Recorded],
        first: date,
        days: int,
    ) -> "Roll":
        """Number the enrolments that touch the span; no enrolment at all is one throughout."""
        number = {name: place for place, name in enumerate(names)}
        places: dict[Place, int] = {}
        spans: list[tuple[int, int, int, int]] = []
        enrolled: set[str] = set()
        for one in enrolments:
            enrolled.add(one.student_id)
            if one.ada_code and one.ada_code in outside:
                continue
            home = people.get(one.student_id)
            where = Place(one.campus or (home.campus if home else ""), one.track)
            start = min(max((one.entry_date - first).days, 0), days)
            end = days
            if one.withdrawal_date:
                end = min(max((one.withdrawal_date - first).days, start), days)
            place = places.setdefault(where, len(places))
            spans.append((number[one.student_id], start, end, place))
        for name, row in number.items():
            if name not in enrolled:
                where = Place(people[name].campus if name in people else "")
                spans.append((row, 0, days, places.setdefault(where, len(places))))
        table = np.array(spans, dtype=np.int32).reshape(-1, 4)
        return cls(len(names), first, days, tuple(places), table, recorded)

    def member(self, calendar: SchoolCalendar) -> Bools:
        """Return the matrix of days in membership, without the days off of a student's track."""
        return self._by_place(calendar) if calendar.tracks else self._inside(self.spans)

    def _by_place(self, calendar: SchoolCalendar) -> Bools:
        """Take out of each enrolment the days on which only students of other tracks had school.

        A day that is off for everybody stays in: no mark on it that counts was ever posted.
        """
        anybody = self.any_school(calendar)
        found = np.zeros((self.students, self.days), dtype=np.bool_)
        for place, where in enumerate(self.places):
            off = anybody & ~self.school_days(calendar, where.track)
            spans = self.spans[self.spans[:, 3] == place]
            rows = np.unique(spans[:, 0])
            found[rows] |= self._inside(spans, rows) & ~off
        return found

    def any_school(self, calendar: SchoolCalendar) -> Bools:
        """Say of each day of the span whether school is held for anybody, on whichever track."""
        return self._numbered(calendar.anybodys_days)

    def school_days(self, calendar: SchoolCalendar, track: str = "") -> Bools:
        """Say of each day of the span whether school is held, on a track if named."""
        return self._numbered(calendar.school_days_on(track))

    def _numbered(self, days: Sequence[date]) -> Bools:
        found = np.zeros(self.days, dtype=np.bool_)
        numbers = np.array([(day - self.first).days for day in days], dtype=np.int64)
        found[numbers[(numbers >= 0) & (numbers < self.days)]] = True
        return found

    def place_of(self, student: Ints, day: Ints) -> Ints:
        """Return the place of each student on a day; -1 outside every enrolment.

        Where two enrolments share a day it is that of the later one.
        """
        found = np.full((self.students, self.days), -1, dtype=np.int16)
        for row, start, end, place in self.spans[np.argsort(self.spans[:, 1], kind="stable")]:
            found[row, start:end] = place
        places: Ints = found[student, day]
        return places

    def absences_only(self, calendar: SchoolCalendar) -> Bools:
        """Return the matrix of days in membership at a campus that recorded absences only."""
        found = np.zeros((self.students, self.days), dtype=np.bool_)
        for place, where in enumerate(self.places):
            days = self._days(calendar, where, negative=True).any(axis=1)
            if not days.any():
                continue
            spans = self.spans[self.spans[:, 3] == place]
            rows = np.unique(spans[:, 0])
            found[rows] |= self._inside(spans, rows) & days
        return found

    def period_count(self, calendar: SchoolCalendar) -> Ints:
        """Return the matrix of how many periods the recording covered.

        Where absences only are recorded, a day has every period that any of the campus' files
        names, as in :meth:`class_matrix`: else one lesson missed on a quiet day were a day lost.
        """
        found = np.zeros((self.students, self.days), dtype=np.int8)
        for place, where in enumerate(self.places):
            absences = self._days(calendar, where, negative=True)
            named = np.logical_and.outer(absences.any(axis=1), absences.any(axis=0))
            covered = (self._days(calendar, where) | named)[:, DAY_PART + 1 :].sum(axis=1)
            if not covered.any():
                continue
            spans = self.spans[self.spans[:, 3] == place]
            rows = np.unique(spans[:, 0])
            inside = self._inside(spans, rows)
            found[rows] = np.maximum(found[rows], inside * covered.astype(np.int8))
        return found

    def class_matrix(self, calendar: SchoolCalendar, part: int, rows: Ints) -> Bools:
        """Return the matrix of days a class was held for the students in ``rows``.

        Where absences only are recorded, a day's file names only the periods somebody missed: so a
        campus had on each recorded day every period that any of its files names.
        """
        found = np.zeros((len(rows), self.days), dtype=np.bool_)
        for place, where in enumerate(self.places):
            days = self._days(calendar, where, negative=True)
            if not days[:, part].any():
                continue
            spans = self.spans[(self.spans[:, 3] == place) & np.isin(self.spans[:, 0], rows)]
            found |= self._inside(spans, rows) & days.any(axis=1)
        return found

    def expected(self, calendar: SchoolCalendar, low: int, high: int) -> Ints:
        """Return how many sessions of each student a register of every mark covers."""
        covered = [self._days(calendar, where, negative=False) for where in self.places]
        return self._expected(covered, low, high)

    def expected_days(self, calendar: SchoolCalendar, low: int, high: int) -> Ints:
        """Return how many days of each student a register of every mark covers."""
        covered = [self._days(calendar, where, negative=False) for where in self.places]
        return self._expected([np.any(days, axis=1)[:, np.newaxis] for days in covered], low, high)

    def _expected(self, covered: Sequence[Bools], low: int, high: int) -> Ints:
        """Add up what is covered inside the spans; a place has a row a day, a column a part."""
        if not len(self.spans):
            return np.zeros(self.students, dtype=np.int64)
        sums = np.zeros((len(covered), self.days + 1), dtype=np.int64)
        sums[:, 1:] = np.cumsum([days.sum(axis=1) for days in covered], axis=1)
        student, start, end, place = self.spans.T
        start, end = np.clip(start, low, high), np.clip(end, low, high)
        found = sums[place, end] - sums[place, start]
        total = np.bincount(student, weights=found, minlength=self.students).astype(np.int64)
        if len(self._enrolled_twice):
            total[self._enrolled_twice] = self._expected_once(covered, low, high)
        return total

    @cached_property
    def _enrolled_twice(self) -> Ints:
        """The students with enrolments that share a day, which must not be counted twice."""
        student, start, end, _place = self.spans[np.lexsort((self.spans[:, 1], self.spans[:, 0]))].T
        shared = (student[1:] == student[:-1]) & (start[1:] < end[:-1])
        return np.unique(student[1:][shared])

    def _expected_once(self, covered: Sequence[Bools], low: int, high: int) -> Ints:
        """Count for the students enrolled twice what is covered at either place, once."""
        rows = self._enrolled_twice
        found = np.zeros((len(rows), self.days, covered[0].shape[1]), dtype=np.bool_)
        for place, days in enumerate(covered):
            spans = self.spans[(self.spans[:, 3] == place) & np.isin(self.spans[:, 0], rows)]
            found |= self._inside(spans, rows)[:, :, np.newaxis] & days
        counts: Ints = found[:, low:high].sum(axis=(1, 2))
        return counts

    def _inside(self, spans: Ints, rows: Ints | None = None) -> Bools:
        """Return the matrix of days inside the spans, for all students or those in ``rows``."""
        count = self.students if rows is None else len(rows)
        student = spans[:, 0] if rows is None else np.searchsorted(rows, spans[:, 0])
        edges = np.zeros((count, self.days + 1), dtype=np.int8)
        np.add.at(edges, (student, spans[:, 1]), np.int8(1))
        np.add.at(edges, (student, spans[:, 2]), np.int8(-1))
        return np.cumsum(edges, axis=1, dtype=np.int8)[:, : self.days] > 0

    def _days(self, calendar: SchoolCalendar, where: Place, negative: bool | None = None) -> Bools:
        """Return the parts recorded at a place, a row a day, on its school days only."""
        asked = (where, negative)
        if asked not in self.days_found:
            self.days_found[asked] = self._find_days(calendar, where, negative)
        return self.days_found[asked]

    def _find_days(self, calendar: SchoolCalendar, where: Place, negative: bool | None) -> Bools:
        found = np.zeros((self.days, len(PARTS)), dtype=np.bool_)
        for one in self.recorded:
            if not same_campus(one.campus, where.campus):
                continue
            if negative is not None and one.negative is not negative:
                continue
            parts = [PARTS.index(part) for part in one.parts] or [DAY_PART]
            for day in calendar.school_days_between(one.first, one.last, where.track):
                number = (day - self.first).days
                if 0 <= number < self.days:
                    found[number, parts] = True
        return found


def is_among(campus: str, campuses: Iterable[str]) -> bool:
    """Say whether a campus is one of some, by either way to write it."""
    return any(same_campus(campus, one) for one in campuses)


def same_campus(recorded: str, student: str) -> bool:
    """Say whether a recording is about a student's campus.

    An empty name is any campus. Texas writes a campus both as 9 digits (county, district, campus)
    and by its last 3: the shorter is the end of the longer.
    """
    if not recorded or not student or recorded == student:
        return True
    short, long = sorted((recorded, student), key=len)
    return len(short) == 3 and short.isdigit() and long.isdigit() and long.endswith(short)
