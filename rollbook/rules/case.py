"""A register read once, for all the rules of a pack."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.attendance import (
    SECOND_PERIOD,
    Attendance,
    OfficialPeriods,
    Reading,
    Recorded,
    periods_named,
    read_register,
)
from rollbook.policy import ConsecutiveTerms, CountTerms, PolicyPack, Terms
from rollbook.register import PARTS, Action, Enrolment, Mark, Session, Student
from rollbook.rules.history import NOTHING_DONE, History, Sent
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

ADULT, CHILD = 18, 11
"""From the one age on, and up to the other, nobody is taken for so old without a birth date."""

Used = Mapping[tuple[str, str], AbstractSet[Session]]
"""By student id and trigger id, the sessions live letters already rely on."""


Entries = npt.NDArray[np.intp]


Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Case:
    """One register, one pack, one day: read once, and what the rules keep asking for."""

    pack: PolicyPack
    calendar: SchoolCalendar
    students: Mapping[str, Student]
    year: SchoolYear
    as_of: date
    used: Used | None
    reading: Reading
    enrolments: Sequence[Enrolment] = ()
    recorded: Sequence[Recorded] = ()
    history: History = NOTHING_DONE
    evidence_cache: dict[tuple[int, int], tuple[Mark, ...]] = field(default_factory=dict)
    tally_cache: dict[date, pd.DataFrame] = field(default_factory=dict)
    figures: dict[date, npt.NDArray[Any]] = field(default_factory=dict)
    class_cache: dict[tuple[int, tuple[str, ...]], Entries] = field(default_factory=dict)
    offered_cache: dict[tuple[Any, ...], Entries] = field(default_factory=dict)
    absence_cache: dict[tuple[str, ...], tuple[Entries, npt.NDArray[np.int32]]] = field(
        default_factory=dict
    )
    mark_cache: dict[int, Mark] = field(default_factory=dict)
    alike_cache: dict[tuple[int, ...], Mark] = field(default_factory=dict)
    concerned_cache: dict[tuple[Any, ...], Bools] = field(default_factory=dict)
    age_cache: dict[tuple[int, int], tuple[Entries, Entries]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        pack: PolicyPack,
        calendar: SchoolCalendar,
        marks: pd.DataFrame,
        students: Iterable[Student],
        enrolments: Iterable[Enrolment],
        recorded: Iterable[Recorded],
        *,
        as_of: date,
        used: Used | None = None,
        history: History = NOTHING_DONE,
        only: Collection[str] | None = None,
        official: OfficialPeriods = SECOND_PERIOD,
        periods: int | None = None,
    ) -> "Case | None":
        """Read the register; None when no school year has begun by ``as_of``.

        With ``only`` the marks of these students alone are read. ``periods`` is how many periods
        the whole register names, where ``marks`` are a part of it.
        """
        begun = [year for year in calendar.years if year.first <= as_of]
        if not begun:
            return None
        first = begun[-2].first if len(begun) > 1 else begun[-1].first
        students, enrolments, recorded = list(students), list(enrolments), tuple(recorded)
        if only is not None:
            chosen = frozenset(only)
            if pack.method == "whole-day":
                periods = periods_named(marks, first, as_of)
            marks = _marks_of(marks, chosen)
            students = [one for one in students if one.student_id in chosen]
            enrolments = [one for one in enrolments if one.student_id in chosen]
        reading = read_register(
            marks,
            pack,
            calendar,
            students=students,
            enrolments=enrolments,
            recorded=recorded,
            first=first,
            last=as_of,
            official=official,
            periods=periods,
        )
        people = {student.student_id: student for student in students}
        return cls(
            pack,
            calendar,
            people,
            begun[-1],
            as_of,
            used,
            reading,
            enrolments,
            recorded,
            history,
        )

    def concerned(self, terms: Terms) -> Bools:
        """Say for each student whether the rule is about them."""
        asked = terms.ages, terms.not_grades, self._counts_from(terms)
        if asked not in self.concerned_cache:
            self.concerned_cache[asked] = self._of_grade(terms) & self._once_of_age(terms)
        return self.concerned_cache[asked]

    def _of_grade(self, terms: Terms) -> Bools:
        if not terms.not_grades:
            return np.ones(len(self.reading.students), dtype=np.bool_)
        people = [self.students.get(student_id) for student_id in self.reading.students]
        grades = [grade_number(student.grade) if student else "" for student in people]
        return np.array([grade not in terms.not_grades for grade in grades], dtype=np.bool_)

    def _once_of_age(self, terms: Terms) -> Bools:
        """Say for each student whether the rule's ages hold on a day that may count."""
        if not terms.ages:
            return np.ones(len(self.reading.students), dtype=np.bool_)
        first, after = self._days_of_age(terms.ages)
        start = self.reading.number_of(self._counts_from(terms) or self.as_of)
        found: Bools = (first <= self.reading.number_of(self.as_of)) & (after > start)
        if terms.ages[0] >= ADULT or terms.ages[1] <= CHILD:
            found &= self.births[0]
        return found

    def why_not_concerned(self, terms: Terms, student: Student) -> str:
        """Say why the rule is not about a student; empty when it is."""
        if grade_number(student.grade) in terms.not_grades:
            return f"The rule is not about grade or year {grade_number(student.grade)}."
        if not terms.ages:
            return ""
        low, high = terms.ages
        if not student.birth_date:
            unknown = "the birth date is not known."
            if low >= ADULT:
                return f"The rule is about age {low} or older; {unknown}"
            return f"The rule is about age {high} or younger; {unknown}" if high <= CHILD else ""
        age = age_on(student.birth_date, self.as_of)
        # Where marks are counted each has its own age: it is enough to have been so old once.
        youngest = age_on(student.birth_date, self._counts_from(terms) or self.as_of)
        if age < low or high < youngest:
            return f"The rule is about ages {low} to {high}, not {age}."
        return ""

    def _counts_from(self, terms: Terms) -> date | None:
        """Return the first day whose marks a rule may count; None where no marks are counted."""
        if not isinstance(terms, CountTerms | ConsecutiveTerms):
            return None
        return self.year.first if terms.within_year else self.reading.first

    def of_age(self, terms: Terms, entries: Entries) -> Bools:
        """Say of each mark whether its student had an age the rule is about on its day."""
        if not terms.ages:
            return np.ones(len(entries), dtype=np.bool_)
        first, after = self._days_of_age(terms.ages)
        student, day = self.reading.student[entries], self.reading.day[entries]
        found: Bools = (day >= first[student]) & (day < after[student])
        return found

    def _days_of_age(self, ages: tuple[int, int]) -> tuple[Entries, Entries]:
        """Return for each student the first day of these ages and the first day after them."""
        if ages not in self.age_cache:
            known = self.births[0]
            first = np.where(known, self._birthdays(ages[0]), 0)
            after = np.where(known, self._birthdays(ages[1] + 1), self.reading.days)
            self.age_cache[ages] = first, after
        return self.age_cache[ages]

    def _birthdays(self, age: int) -> Entries:
        """Return the day number on which each student turns ``age``; 29 February goes on to March.

        Students whose birth date is not known have no day of sense here.
        """
        _, year, month, day = self.births
        months = (year + age - 1970).astype("datetime64[Y]").astype("datetime64[M]") + month
        days = months.astype("datetime64[D]") + day
        found: Entries = (days - np.datetime64(self.reading.first, "D")).astype(np.intp)
        return found

    @cached_property
    def births(self) -> tuple[Bools, Any, Any, Any]:
        """Whose birth date is known; its year, and its months and days after 1 January."""
        people = [self.students.get(student_id) for student_id in self.reading.students]
        born = [student.birth_date if student else None for student in people]
        known = np.array([one is not None for one in born], dtype=np.bool_)
        parts = [(one.year, one.month - 1, one.day - 1) if one else (1970, 0, 0) for one in born]
        year, month, day = np.array(parts, dtype=np.int64).reshape(-1, 3).T
        return known, year, month, day

    def span_of(self, period: str) -> Span | None:
        """Return the school year, or the (half) term as_of is in or the last before it."""
        if period == "school-year":
            return Span(self.year.name, self.year.first, self.year.last)
        spans = self.year.half_terms() if period == "half-term" else self.year.terms
        begun = [span for span in spans if span.first <= self.as_of]
        return begun[-1] if begun else None

    def track_of(self, student: int) -> str:
        """Return the attendance track a student is on now; empty where there are none."""
        if not self.calendar.tracks:
            return ""
        stretches = self.stretches.get(self.reading.students[student], ())
        return next((one.track for one in stretches if one.holds(self.as_of)), "")

    def closed(self, chosen: Any) -> Bools:
        """Say on which days no school was held for the chosen students: a row a student."""
        reading, roll = self.reading, self.reading.roll
        found = np.repeat(~reading.school_day[None, :], len(chosen), axis=0)
        if self.calendar.tracks:
            place = {int(student): row for row, student in enumerate(chosen)}
            for student, start, end, where in roll.spans.tolist():
                if student in place:
                    held = roll.school_days(self.calendar, roll.places[where].track)
                    found[place[student], start:end] = ~held[start:end]
        return found

    def tally(self, first: date) -> pd.DataFrame:
        """Return the tally from ``first`` to ``as_of``."""
        if first not in self.tally_cache:
            self.tally_cache[first] = self.reading.tally(first)
        return self.tally_cache[first]

    def attendance(self, student: int, first: date) -> Attendance:
        """Return one student's attendance from ``first`` to ``as_of``."""
        if first not in self.figures:
            self.figures[first] = self.tally(first).to_numpy()
        return Attendance(*self.figures[first][student].tolist())

    @cached_property
    def absences(self) -> Entries:
        """The marks with an absence code, by student, day and part."""
        return self.reading.in_order(self.reading.absences)

    def absences_without(self, codes: tuple[str, ...]) -> tuple[Entries, npt.NDArray[np.int32]]:
        """Return ``absences`` but for those with one of ``codes``, and the student of each."""
        if codes not in self.absence_cache:
            kept = self.absences[~coded(self.reading, self.absences, codes)]
            self.absence_cache[codes] = kept, self.reading.student[kept]
        return self.absence_cache[codes]

    @cached_property
    def absent_student(self) -> npt.NDArray[np.int32]:
        """The student of each of ``absences``."""
        return self.reading.student[self.absences]

    @cached_property
    def evidence_student(self) -> npt.NDArray[np.int32]:
        """The student of each mark of evidence."""
        return self.reading.student[self.reading.absence_evidence]

    @cached_property
    def letters(self) -> Mapping[str, Sequence[Sent]]:
        """The letters about this school year by student."""
        found: dict[str, list[Sent]] = {}
        for one in self.history.letters:
            if self.year.first <= one.until:
                found.setdefault(one.student_id, []).append(one)
        return found

    @cached_property
    def actions(self) -> Mapping[str, Sequence[Action]]:
        """The actions on record by student."""
        found: dict[str, list[Action]] = {}
        for one in self.history.actions:
            found.setdefault(one.student_id, []).append(one)
        return found

    @cached_property
    def stretches(self) -> Mapping[str, Sequence[Enrolment]]:
        """The stretches of enrolment by student; a student without any is on roll throughout."""
        found: dict[str, list[Enrolment]] = {}
        for one in self.enrolments:
            found.setdefault(one.student_id, []).append(one)
        return found

    def evidence(self, student: int, low: int) -> tuple[Mark, ...]:
        """Return the absence marks of one student from day number ``low`` on."""
        if (student, low) not in self.evidence_cache:
            self.evidence_cache[student, low] = self.marks(self.evidence_entries(student, low))
        return self.evidence_cache[student, low]

    def evidence_entries(self, student: int, low: int) -> Entries:
        """Return the entries of the absence marks of one student from day number ``low`` on."""
        entries = self.reading.absence_evidence[place_of(self.evidence_student, student)]
        found: Entries = entries[self.reading.day[entries] >= low]
        return found

    def marks(self, entries: Entries) -> tuple[Mark, ...]:
        """Return marks as evidence is listed; many rules rest on the same, made once."""
        asked: list[int] = entries.tolist()
        new = [entry for entry in asked if entry not in self.mark_cache]
        if new:
            self.mark_cache.update(zip(new, self._read_marks(np.array(new)), strict=True))
        return tuple([self.mark_cache[entry] for entry in asked])

    def _read_marks(self, entries: Entries) -> Iterator[Mark]:
        """Read marks; those of many students are alike, and are made once."""
        reading = self.reading
        rows = reading.row[entries]
        said = zip(
            reading.day[entries].tolist(),
            reading.part[entries].tolist(),
            reading.symbol[entries].tolist(),
            reading.minutes_late[rows].tolist(),
            self.comment_codes[rows].tolist(),
            strict=True,
        )
        for one in said:
            mark = self.alike_cache.get(one)
            if mark is None:
                mark = self.alike_cache[one] = self._mark(*one)
            yield mark

    def _mark(self, day: int, part: int, symbol: int, minutes: int, comment: int) -> Mark:
        session = Session(self.days[day], PARTS[part])
        return Mark(session, self.reading.codes.symbols[symbol], minutes, self.comments[comment])

    @cached_property
    def days(self) -> Sequence[date]:
        """The days of the reading by number."""
        return [self.reading.date_of(number) for number in range(self.reading.days)]

    @cached_property
    def comments(self) -> Sequence[str]:
        """The comments there are, as the codes of :attr:`comment_codes` name them."""
        return [str(one) for one in self.reading.marks["comment"].cat.categories]

    @cached_property
    def comment_codes(self) -> npt.NDArray[Any]:
        """Which of :attr:`comments` every row of the register has."""
        return self.reading.marks["comment"].cat.codes.to_numpy()


def _marks_of(marks: pd.DataFrame, chosen: frozenset[str]) -> pd.DataFrame:
    """Return the marks of some students; taking their rows is quicker than leaving out others."""
    column = marks["student_id"].cat
    wanted = np.array([label in chosen for label in column.categories], dtype=np.bool_)
    codes = column.codes.to_numpy()
    return marks.take(np.flatnonzero(wanted[codes])) if len(codes) else marks


@cache
def grade_number(grade: str) -> str:
    """Return a grade or year group as its bare number: ``09`` and ``Year 9`` are ``9``."""
    digits = "".join(letter for letter in grade if letter.isdigit())
    return digits.lstrip("0") or ("0" if digits else grade.strip())


def by_mark(terms: Terms) -> bool:
    """Say whether a rule counts single marks, and so asks for the age on the day of each."""
    return isinstance(terms, CountTerms | ConsecutiveTerms)


def age_on(born: date, day: date) -> int:
    """Return the completed years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def coded(reading: Reading, entries: Entries, codes: Sequence[str]) -> Bools:
    """Say of each mark whether its code is one of ``codes``, however the office spells it."""
    if not codes:
        return np.zeros(len(entries), dtype=np.bool_)
    meant = np.array(
        [
            [symbol in book and book[symbol].symbol in codes for symbol in reading.codes.symbols]
            for book in reading.codes.books
        ],
        dtype=np.bool_,
    ).reshape(len(reading.codes.books), -1)
    ever: Bools = np.logical_or.reduce(meant, axis=0)
    found: Bools = np.take(ever, reading.symbol[entries])
    if (meant != ever).any():  # a code came or went: the day decides as well
        asked = np.flatnonzero(found)
        at = entries[asked]
        found[asked] = meant[reading.codes.time_of_day[reading.day[at]], reading.symbol[at]]
    return found


def coded_entries(reading: Reading, codes: Sequence[str]) -> Entries:
    """Return the marks whose code is one of ``codes``, absences or not."""
    books = reading.codes.books
    may_be = np.array(
        [
            any(symbol in book and book[symbol].symbol in codes for book in books)
            for symbol in reading.codes.symbols
        ],
        dtype=np.bool_,
    )
    asked = np.flatnonzero(may_be[reading.symbol])  # few of the marks are: look no further
    found: Entries = asked[coded(reading, asked, codes)]
    return found


def student_day(reading: Reading, entries: Entries) -> npt.NDArray[np.int64]:
    """Return one number for each student and day."""
    return reading.student[entries].astype(np.int64) * reading.days + reading.day[entries]


def place_of(students: npt.NDArray[np.int32], student: int) -> slice:
    """Return where a student's entries stand in a sorted column of student numbers."""
    ends = np.array((student, student + 1), dtype=students.dtype)  # else the column is converted
    start, end = np.searchsorted(students, ends)
    return slice(start, end)
