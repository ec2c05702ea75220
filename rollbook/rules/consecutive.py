"""School days in a row with one of some codes, and no session attended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rollbook.attendance.codes import APPROVED, MISSING, NOT_POSSIBLE, PRESENT
from rollbook.policy import ConsecutiveTerms, Trigger
from rollbook.register import PARTS
from rollbook.rules.case import Bools, Case, Entries, coded_entries, place_of, student_day
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of
from rollbook.rules.rates import chunks

SESSIONS_A_DAY = 2  # where only absences are recorded, a session without a mark was attended


def consecutive_findings(case: Case, trigger: Trigger, terms: ConsecutiveTerms) -> list[Finding]:
    """Return every student with enough days in a row, and the first such row of the year."""
    found = []
    for rows in Rows.of(case, trigger, terms):
        for place in np.flatnonzero(rows.reached.any(axis=1)):
            end = int(np.argmax(rows.reached[place]))
            found.append(_finding(case, trigger, terms, rows, int(place), end))
    return found


def _finding(
    case: Case, trigger: Trigger, terms: ConsecutiveTerms, rows: "Rows", place: int, end: int
) -> Finding:
    student = int(rows.students[place])
    start, last = rows.ends_of(place, end)
    evidence = rows.entries_of(case, student, start, last)
    return finding_of(
        case,
        trigger,
        terms,
        student,
        crossed_on=case.reading.date_of(end),
        holds=int(rows.length[place, -1]) >= terms.threshold,
        numerator=int(rows.length[place, last]),
        first=case.reading.date_of(start),
        last=case.reading.date_of(last),
        evidence=case.marks(evidence),
        repeats=True,
    )


@dataclass(frozen=True, eq=False)
class Rows:
    """The days in a row of some students: a row a student, a column a day of the reading.

    ``full`` days count: a session has one of the codes, and none was attended. ``breaks`` end a
    row: something else was marked, or the student was not on roll. A session without a mark, a day
    without any and a day on which attending was not possible do neither. ``length`` is how many
    days the row is long by then, ``reached`` says where it is long enough in this school year.
    """

    students: Any
    entries: Entries
    full: Bools
    breaks: Bools
    length: npt.NDArray[np.int16]
    reached: Bools

    @classmethod
    def of(cls, case: Case, trigger: Trigger, terms: ConsecutiveTerms) -> "Iterator[Rows]":
        """Give the rows of all students who may have one that is long enough, some at a time."""
        reading = case.reading
        entries = reading.in_order(_counting(case, trigger, terms))
        students = reading.student[entries]
        days = np.unique(student_day(reading, entries)) // max(reading.days, 1)
        enough = np.bincount(days, minlength=len(reading.students)) >= terms.threshold
        for chosen in chunks(np.flatnonzero(enough & case.concerned(terms))):
            mine = entries[np.isin(students, chosen)]
            yield cls._read(case, terms, chosen, mine)

    @classmethod
    def of_one(cls, case: Case, trigger: Trigger, terms: ConsecutiveTerms) -> "Rows":
        """Return the rows of the only student of a case, long enough or not."""
        entries = case.reading.in_order(_counting(case, trigger, terms))
        return cls._read(case, terms, np.zeros(1, dtype=np.intp), entries)

    @classmethod
    def _read(cls, case: Case, terms: ConsecutiveTerms, chosen: Any, entries: Entries) -> "Rows":
        reading = case.reading
        place = np.full(len(reading.students), -1, dtype=np.int32)
        place[chosen] = np.arange(len(chosen))
        shape = (len(chosen), reading.days)
        on_roll = reading.roll.member(case.calendar)[chosen]
        counts, barred, attended, absent, marked = (
            np.zeros(shape, dtype=np.uint8) for _ in range(5)
        )
        asked = np.flatnonzero(place[reading.student] >= 0)
        category = reading.category[asked]
        ours = np.isin(asked, entries)
        used = ~ours & np.isin(asked, coded_entries(reading, terms.codes))
        there = ~ours & np.isin(category, (PRESENT, APPROVED))
        away = ~ours & ~used & ~there & ~np.isin(category, (NOT_POSSIBLE, MISSING))
        for matrix, chosen_ones in (
            (counts, ours),
            (barred, used),
            (attended, there),
            (absent, away),
            (marked, np.ones(len(asked), dtype=np.bool_)),
        ):
            at = asked[chosen_ones]
            np.add.at(matrix, (place[reading.student[at]], reading.day[at]), np.uint8(1))
        needed = SESSIONS_A_DAY if reading.method == "sessions" else 1
        silent_there = reading.absences_only[chosen] & (marked < needed)
        been = (attended > 0) | silent_there
        full = (counts > 0) & ~been & (barred == 0)
        school = ~case.closed(chosen)
        breaks = ~full & ((counts + barred + absent > 0) | been | (school & ~on_roll))
        if terms.within_year:
            breaks[:, : reading.number_of(case.year.first)] = True
        so_far = np.cumsum(full, axis=1, dtype=np.int16)
        length = so_far - np.maximum.accumulate(np.where(breaks, so_far, 0), axis=1)
        reached = full & (length >= terms.threshold)
        reached[:, : reading.number_of(case.year.first)] = False
        return cls(chosen, entries, full, breaks, length.astype(np.int16), reached)

    def ends_of(self, place: int, inside: int) -> tuple[int, int]:
        """Return the first and the last day that counts of the row a day is in."""
        before = np.flatnonzero(self.breaks[place, :inside])
        start = int(before[-1]) + 1 if len(before) else 0
        after = np.flatnonzero(self.breaks[place, inside:])
        end = inside + int(after[0]) if len(after) else self.full.shape[1]
        days = start + np.flatnonzero(self.full[place, start:end])
        return int(days[0]), int(days[-1])

    def entries_of(self, case: Case, student: int, first: int, last: int) -> Entries:
        """Return the marks of a student that count between two days."""
        reading = case.reading
        mine: Entries = self.entries[place_of(reading.student[self.entries], student)]
        day = reading.day[mine]
        kept: Entries = mine[(day >= first) & (day <= last)]
        return kept


def _counting(case: Case, trigger: Trigger, terms: ConsecutiveTerms) -> Entries:
    """Return the marks with the codes of the rule that no live letter relies on."""
    reading = case.reading
    entries = coded_entries(reading, terms.codes)
    entries = entries[reading.day[entries] >= (terms.first - reading.first).days]
    entries = entries[case.of_age(terms, entries)]
    keys = []
    for (student_id, trigger_id), sessions in (case.used or {}).items():
        student = reading.number.get(student_id)
        if trigger_id != trigger.id or student is None:
            continue
        for session in sessions:
            day = (session.day - reading.first).days
            if 0 <= day < reading.days:
                keys.append((student * reading.days + day) * len(PARTS) + PARTS.index(session.part))
    own = student_day(reading, entries) * len(PARTS) + reading.part[entries]
    return entries[~np.isin(own, keys)] if keys else entries
