"""The days a student could come and did not, joined into unbroken absences."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rollbook.attendance import Reading
from rollbook.attendance.codes import LATE, UNAUTHORISED, Bools

SCHOOL_WEEK = 5

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Absences:
    """The days missed, wholly or in part, by student and day, and the absences they make.

    An absence is unbroken when no possible day lies between its days: Friday and the Monday after
    it are one, and so are the days before and after half term. Late arrivals are no absences here,
    even where the law counts them as such; they are looked at on their own. Nor are marks with one
    of the codes ``set_by_school``, such as a part-time timetable or a suspension.
    """

    reading: Reading
    set_by_school: Sequence[str] = ()

    @cached_property
    def possible(self) -> Bools:
        """The matrix of days each student could come to school."""
        reading = self.reading
        if reading.method == "sessions":
            found = reading.absences_only.copy()
            at = np.flatnonzero(reading.category <= UNAUTHORISED)
            found[reading.student[at], reading.day[at]] = True
        else:
            found = reading.day_matrix <= UNAUTHORISED
        return found & reading.school_day

    @cached_property
    def entries(self) -> Numbers:
        """The absence marks that make the days missed, by student, day and part."""
        return self._absences_among(self.reading.absence_evidence)

    @cached_property
    def part_entries(self) -> Numbers:
        """All absence marks, also of days that count as attended, by student, day and part."""
        return self._absences_among(self.reading.in_order(self.reading.absences))

    @cached_property
    def late_entries(self) -> Numbers:
        """The marks of late arrivals, by student, day and part."""
        late = np.flatnonzero((self.reading.facts & LATE) > 0)
        return self._on_possible_days(self.reading.in_order(late))

    def missed_by(self, student: int) -> Numbers:
        """Return the marks that make the days one student missed."""
        return self.entries[_place(self._entry_student, student)]

    def late_by(self, student: int) -> Numbers:
        """Return the marks of one student's late arrivals."""
        return self.late_entries[_place(self._late_student, student)]

    @cached_property
    def _entry_student(self) -> npt.NDArray[np.int32]:
        return self.reading.student[self.entries]

    @cached_property
    def _late_student(self) -> npt.NDArray[np.int32]:
        return self.reading.student[self.late_entries]

    def _absences_among(self, entries: Numbers) -> Numbers:
        """Return the marks that are neither late arrivals nor set by the school."""
        reading, codes = self.reading, self.reading.codes
        entries = entries[(reading.facts[entries] & LATE) == 0]
        if self.set_by_school:
            is_set = np.array(
                [
                    [
                        one in book and book[one].symbol in self.set_by_school
                        for one in codes.symbols
                    ]
                    for book in codes.books
                ]
            )
            time = codes.time_of_day[reading.day[entries]]
            entries = entries[~is_set[time, reading.symbol[entries]]]
        return self._on_possible_days(entries)

    def _on_possible_days(self, entries: Numbers) -> Numbers:
        reading = self.reading
        return entries[self.possible[reading.student[entries], reading.day[entries]]]

    @cached_property
    def _key(self) -> npt.NDArray[np.int64]:
        reading = self.reading
        keys = reading.student[self.entries].astype(np.int64) * reading.days
        return np.unique(keys + reading.day[self.entries])

    @cached_property
    def student(self) -> Any:
        """The student of each day missed."""
        return self._key // max(1, self.reading.days)

    @cached_property
    def day(self) -> Any:
        """The number of each day missed."""
        return self._key % max(1, self.reading.days)

    @cached_property
    def begins(self) -> Numbers:
        """The places in ``student`` and ``day`` at which a new absence begins."""
        place = np.cumsum(self.possible, axis=1, dtype=np.int32)[self.student, self.day]
        new = np.ones(len(place), dtype=np.bool_)
        new[1:] = (np.diff(place) != 1) | (np.diff(self.student) != 0)
        return np.flatnonzero(new)

    @cached_property
    def length(self) -> Numbers:
        """How many days each absence has."""
        return np.diff(np.append(self.begins, len(self.day)))

    @cached_property
    def owner(self) -> Any:
        """The student of each absence."""
        return self.student[self.begins]

    @cached_property
    def short_days(self) -> Bools:
        """The matrix of days missed in absences of less than a school week."""
        short = np.repeat(self.length < SCHOOL_WEEK, self.length)
        return self.matrix(self.student[short], self.day[short])

    @cached_property
    def all_days(self) -> Bools:
        """The matrix of all days missed."""
        return self.matrix(self.student, self.day)

    def lengths_of(self, student: int) -> list[int]:
        """Return the lengths of a student's absences."""
        lengths: list[int] = self.length[_place(self.owner, student)].tolist()
        return lengths

    def touching(self, days: Bools) -> Bools:
        """Say of each absence whether it has one of ``days``, given for each day missed."""
        if not len(self.begins):
            return np.zeros(0, dtype=np.bool_)
        return np.add.reduceat(days.astype(np.int32), self.begins) > 0

    def touched_by(self, student: int, days: Bools) -> int:
        """Say how many absences of one student have one of ``days``, given for the whole span."""
        own = _place(self.student, student)
        hit = np.flatnonzero(days[self.day[own]]) + own.start
        return len(np.unique(np.searchsorted(self.begins, hit, side="right")))

    def matrix(self, student: Any, day: Any) -> Bools:
        """Return the matrix that holds these days of these students."""
        found = np.zeros(self.possible.shape, dtype=np.bool_)
        found[student, day] = True
        return found


def _place(students: npt.NDArray[Any], student: int) -> slice:
    """Return where a student stands in a sorted column of student numbers."""
    ends = np.array((student, student + 1), dtype=students.dtype)  # else the column is converted
    low, high = np.searchsorted(students, ends)
    return slice(int(low), int(high))
