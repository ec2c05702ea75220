"""Which students cross which threshold, and why or why not.

:func:`assess` takes a rule pack and a register and returns a :class:`Finding` for every student
and trigger whose test is met; :func:`explain` shows, for one student, every mark that was looked
at, counted or not. The kinds of rule are a closed list (:data:`rollbook.policy.KINDS`):

``rate_over_period``  a share of the year or term so far, compared as exact fractions
``count_in_window``   so many sessions or days inside a rolling window
``class_rate``        the share of days a class was offered (Texas 90 percent rule)

Everything is decided on whole numbers. All loops over marks are numpy's; Python loops only over
students who crossed something.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.attendance import (
    APPROVED,
    AUTHORISED,
    DAY_PART,
    EXCUSED,
    LATE,
    NOT_POSSIBLE,
    TRUANCY,
    UNAUTHORISED,
    Attendance,
    Reading,
    Recorded,
    read_register,
)
from rollbook.policy import ClassTerms, CountTerms, PolicyPack, RateTerms, Sure, Terms, Trigger
from rollbook.register import PARTS, Category, Enrolment, Mark, Session, Student
from rollbook.school_calendar import ONE_DAY, SchoolCalendar, SchoolYear, Span, monday_of

Used = Mapping[tuple[str, str], AbstractSet[Session]]
"""By student id and trigger id, the sessions live letters already rely on."""

Entries = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

CHUNK = 4_000  # students whose days are looked at in one go


@dataclass(frozen=True, slots=True)
class Finding:
    """One student has crossed one threshold, with the marks that show it.

    ``crossed_on`` is the day the count first reached the threshold in this school year; for a rate
    it is the day since when the test has been met without a break. ``holds`` says whether a
    window that ends on ``as_of`` still has enough. ``first`` and ``last`` are the window.
    ``numerator`` of ``denominator`` is what was compared: attended or absent of possible, or a
    bare count. ``part`` is the class (Texas 90 percent rule) and ``band`` its band, ``plan`` or
    ``committee``. ``unresolved`` of the counted marks have a reason that is not yet established.
    ``reference`` carries ``(check)`` where the law itself has not been read.
    """

    student_id: str
    trigger: str
    title: str
    as_of: date
    crossed_on: date
    holds: bool
    numerator: int
    denominator: int | None
    threshold: str
    test: str
    rule_period: str
    first: date
    last: date
    evidence: tuple[Mark, ...]
    attendance: Attendance
    reference: str
    sure: Sure
    letter: str = ""
    supersedes: tuple[str, ...] = ()
    part: str = ""
    band: str = ""
    minimum_days: int | None = None
    unresolved: int = 0

    @property
    def sessions(self) -> frozenset[Session]:
        """The sessions the finding rests on."""
        return frozenset(mark.session for mark in self.evidence)


@dataclass(frozen=True, slots=True)
class Judged:
    """One mark as a rule sees it: counted or not, and why in a few words."""

    mark: Mark
    counted: bool
    meaning: str
    category: Category
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule makes of one student. ``finding`` is None when the test is not met.

    ``value`` is what was compared, in words; ``missing`` says how far it is from crossing.
    """

    trigger: str
    title: str
    sentence: str
    first: date | None
    last: date
    value: str
    threshold: str
    missing: str
    reference: str
    sure: Sure | None
    note: str
    marks: tuple[Judged, ...] = ()
    finding: Finding | None = None
    part: str = ""

    @property
    def crossed(self) -> bool:
        """Say whether the test is met."""
        return self.finding is not None


def assess(
    pack: PolicyPack,
    calendar: SchoolCalendar,
    marks: pd.DataFrame,
    students: Iterable[Student] = (),
    enrolments: Iterable[Enrolment] = (),
    recorded: Iterable[Recorded] = (),
    *,
    as_of: date,
    used: Used | None = None,
    official_part: str = "P2",
) -> list[Finding]:
    """Return every threshold crossed on ``as_of``, by student and in the pack's order.

    Marks after ``as_of`` are left out, and the rules are those of that day. With ``used``, count
    rules leave out the evidence live letters rely on: what is returned is what a further letter
    may rest on. Rates are not changed by ``used``.
    """
    case = _Case.of(
        pack, calendar, marks, students, enrolments, recorded, as_of, used, official_part
    )
    if case is None:
        return []
    found = [
        finding
        for trigger in pack.triggers
        for finding in case.findings(trigger, trigger.on(as_of))
    ]
    order = {trigger.id: place for place, trigger in enumerate(pack.triggers)}
    number = case.reading.number
    return sorted(
        found,
        key=lambda one: (number[one.student_id], order[one.trigger], PARTS.index(one.part or "AM")),
    )


def letters_due(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that send a letter: those with one that no higher level supersedes."""
    findings = list(findings)
    above = _superseded(findings)
    return [one for one in findings if one.letter and (one.student_id, one.trigger) not in above]


def why_no_letter(finding: Finding, findings: Iterable[Finding]) -> str:
    """Say why ``finding`` sends no letter; empty when it sends one."""
    if not finding.letter:
        return f"“{finding.title}” is a list and sends no letter."
    above = _superseded(findings).get((finding.student_id, finding.trigger))
    return f"“{above}” has been reached; only the highest level is sent." if above else ""


def _superseded(findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    return {(one.student_id, lower): one.title for one in findings for lower in one.supersedes}


# --- the case: a register read once for all rules -------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Case:
    pack: PolicyPack
    calendar: SchoolCalendar
    students: Mapping[str, Student]
    year: SchoolYear
    as_of: date
    used: Used | None
    reading: Reading
    evidence_cache: dict[tuple[int, int], tuple[Mark, ...]] = field(default_factory=dict)
    tally_cache: dict[date, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        pack: PolicyPack,
        calendar: SchoolCalendar,
        marks: pd.DataFrame,
        students: Iterable[Student],
        enrolments: Iterable[Enrolment],
        recorded: Iterable[Recorded],
        as_of: date,
        used: Used | None,
        official_part: str,
    ) -> "_Case | None":
        begun = [year for year in calendar.years if year.first <= as_of]
        if not begun:
            return None
        students = list(students)
        reading = read_register(
            marks,
            pack,
            calendar,
            students=students,
            enrolments=enrolments,
            recorded=recorded,
            first=begun[-2].first if len(begun) > 1 else begun[-1].first,
            last=as_of,
            official_part=official_part,
        )
        people = {student.student_id: student for student in students}
        return cls(pack, calendar, people, begun[-1], as_of, used, reading)

    def findings(self, trigger: Trigger, terms: Terms | None) -> list[Finding]:
        if isinstance(terms, RateTerms):
            return _rate_findings(self, trigger, terms)
        if isinstance(terms, CountTerms):
            return _count_findings(self, trigger, terms)
        if isinstance(terms, ClassTerms):
            return _class_findings(self, trigger, terms)
        return []  # not in force yet

    def concerned(self, terms: Terms) -> Bools:
        """Say for each student whether the rule is about them."""
        found = np.ones(len(self.reading.students), dtype=np.bool_)
        if terms.ages is None and not terms.not_grades:
            return found
        for place, student_id in enumerate(self.reading.students):
            student = self.students.get(student_id)
            found[place] = student is None or not self.why_not_concerned(terms, student)
        return found

    def why_not_concerned(self, terms: Terms, student: Student) -> str:
        if _grade(student.grade) in terms.not_grades:
            return f"The rule is not about grade or year {_grade(student.grade)}."
        if terms.ages and student.birth_date:
            age = _age(student.birth_date, self.as_of)
            if not terms.ages[0] <= age <= terms.ages[1]:
                return f"The rule is about ages {terms.ages[0]} to {terms.ages[1]}, not {age}."
        return ""

    def span_of(self, period: str) -> Span | None:
        """Return the school year, or the term as_of is in or the last before it."""
        if period == "school-year":
            return Span(self.year.name, self.year.first, self.year.last)
        begun = [term for term in self.year.terms if term.first <= self.as_of]
        return begun[-1] if begun else None

    def tally(self, first: date) -> pd.DataFrame:
        if first not in self.tally_cache:
            self.tally_cache[first] = self.reading.tally(first)
        return self.tally_cache[first]

    def attendance(self, student: int, first: date) -> Attendance:
        row = self.tally(first).iloc[student]
        return Attendance(*(int(value) for value in row))

    @cached_property
    def absences(self) -> Entries:
        return self.reading.in_order(self.reading.absences)

    @cached_property
    def absent_student(self) -> npt.NDArray[np.int32]:
        return self.reading.student[self.absences]

    @cached_property
    def evidence_student(self) -> npt.NDArray[np.int32]:
        return self.reading.student[self.reading.absence_evidence]

    def evidence(self, student: int, low: int) -> tuple[Mark, ...]:
        """Return the absence marks of one student from day number ``low`` on."""
        if (student, low) not in self.evidence_cache:
            start, end = np.searchsorted(self.evidence_student, (student, student + 1))
            entries = self.reading.absence_evidence[start:end]
            entries = entries[self.reading.day[entries] >= low]
            self.evidence_cache[student, low] = self.marks(entries)
        return self.evidence_cache[student, low]

    def marks(self, entries: Entries) -> tuple[Mark, ...]:
        return tuple(self.reading.mark_of(entry) for entry in entries)


def _grade(grade: str) -> str:
    """Return a grade or year group as its bare number: ``09`` and ``Year 9`` are ``9``."""
    digits = "".join(letter for letter in grade if letter.isdigit())
    return digits.lstrip("0") or ("0" if digits else grade.strip())


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# --- rate over a period ---------------------------------------------------------------------------


def _rate_findings(case: _Case, trigger: Trigger, terms: RateTerms) -> list[Finding]:
    span = case.span_of(terms.period)
    if span is None:
        return []
    table = case.tally(span.first)
    possible = table["possible"].to_numpy()
    absent = (table["authorised"] + table["unauthorised"]).to_numpy()
    crossed = _crosses(terms, possible, absent) & case.concerned(terms)
    low = case.reading.number_of(span.first)
    found = []
    for chosen in _chunks(np.flatnonzero(crossed)):
        daily_possible, daily_absent = case.reading.daily(chosen, low)
        held = _crosses(terms, _running(daily_possible), _running(daily_absent))
        for student, since in zip(chosen, _since(held), strict=True):
            attendance = case.attendance(student, span.first)
            measured = attendance.attended if terms.measure == "attendance" else attendance.absent
            found.append(
                Finding(
                    student_id=case.reading.students[student],
                    trigger=trigger.id,
                    title=trigger.title,
                    as_of=case.as_of,
                    crossed_on=case.reading.date_of(low + since),
                    holds=True,
                    numerator=measured,
                    denominator=attendance.possible,
                    threshold=terms.threshold_text,
                    test=terms.test_text,
                    rule_period=terms.period_text,
                    first=span.first,
                    last=case.as_of,
                    evidence=case.evidence(int(student), low),
                    attendance=attendance,
                    reference=terms.citation,
                    sure=terms.sure,
                    letter=trigger.letter,
                    supersedes=trigger.supersedes,
                )
            )
    return found


def _crosses(terms: RateTerms, possible: Any, absent: Any) -> Any:
    """Apply the test of ``terms`` to whole arrays, on whole numbers."""
    part = possible - absent if terms.measure == "attendance" else absent
    left = part * terms.threshold.denominator
    right = possible * terms.threshold.numerator
    return (possible > 0) & _COMPARE[terms.comparator](left, right)


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _running(daily: Any) -> Any:
    return np.cumsum(daily, axis=1, dtype=np.int32)


def _since(held: Bools) -> Any:
    """Return, for each row, where its last unbroken run of True begins."""
    days = held.shape[1]
    run = np.where(held.all(axis=1), days, np.argmax(~held[:, ::-1], axis=1))
    return days - run


def _chunks(students: Any) -> Iterable[Any]:
    for start in range(0, len(students), CHUNK):
        yield students[start : start + CHUNK]


# --- count in a window ----------------------------------------------------------------------------


def _count_findings(case: _Case, trigger: Trigger, terms: CountTerms) -> list[Finding]:
    counted = _Counted.of(case, trigger, terms)
    found = []
    for start, end in counted.first_crossings():
        student = int(counted.student[start])
        window = counted.window(start)
        entries = counted.entries_in(student, window)
        found.append(
            Finding(
                student_id=case.reading.students[student],
                trigger=trigger.id,
                title=trigger.title,
                as_of=case.as_of,
                crossed_on=case.reading.date_of(counted.day[end]),
                holds=counted.now(student) >= terms.threshold,
                numerator=counted.units_in(student, window),
                denominator=None,
                threshold=terms.threshold_text,
                test=terms.test_text,
                rule_period=terms.period_text,
                first=window.first,
                last=window.last,
                evidence=case.marks(entries),
                attendance=case.attendance(student, case.year.first),
                reference=terms.citation,
                sure=terms.sure,
                letter=trigger.letter,
                supersedes=trigger.supersedes,
                unresolved=int(counted.is_coded(entries, terms.unresolved).sum()),
            )
        )
    return found


@dataclass(frozen=True, eq=False)
class _Counted:
    """The marks a count rule counts, sorted, and the units (sessions or days) they make."""

    case: _Case
    terms: CountTerms
    entries: Entries
    unit: Entries  # the place in ``entries`` of the first mark of each unit

    @classmethod
    def of(cls, case: _Case, trigger: Trigger, terms: CountTerms) -> "_Counted":
        reading = case.reading
        entries = reading.in_order(_counting(case, terms))
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
        return self.case.reading.student[self.entries[self.unit]]

    @cached_property
    def day(self) -> npt.NDArray[np.int32]:
        return self.case.reading.day[self.entries[self.unit]]

    def first_crossings(self) -> list[tuple[int, int]]:
        """Return, for each student, the first and last unit of the earliest enough of them."""
        need = self.terms.threshold
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
        term = calendar.term_of(day)
        if self.terms.window == "term" and term:
            return term
        year = calendar.year_of(day)
        if self.terms.window == "school-year" and year:
            return Span(year.name, year.first, year.last)
        return Span("", day, day)

    def window(self, unit: int) -> Span:
        """Return the window that opens with ``unit``, as far as it has come."""
        opening = self.case.reading.date_of(self.day[unit])
        first = opening
        if self.terms.window == "school-weeks":
            first = monday_of(opening)
        elif self.terms.window in ("term", "school-year"):
            first = self._period(opening).first
        return Span(self.terms.period_text, first, min(self.last_of(opening), self.case.as_of))

    def current_window(self) -> Span:
        """Return the window that ends on ``as_of``."""
        as_of, reading = self.case.as_of, self.case.reading
        if self.terms.window in ("term", "school-year"):
            first = (self.case.span_of(self.terms.window) or Span("", as_of, as_of)).first
        else:
            opens = np.flatnonzero(self.window_end >= reading.days - 1)
            first = reading.date_of(opens[0]) if len(opens) else as_of
            if self.terms.within_year:
                first = max(first, self.case.year.first)
        return Span(self.terms.period_text, first, as_of)

    def units_in(self, student: int, window: Span) -> int:
        """Return how many units of ``student`` fall in ``window``."""
        return int(self._inside(student, window, self.student, self.day).sum())

    def entries_in(self, student: int, window: Span) -> Entries:
        """Return the counted marks of ``student`` in ``window``."""
        reading = self.case.reading
        start, end = np.searchsorted(reading.student[self.entries], (student, student + 1))
        mine = self.entries[start:end]
        return mine[self._inside(student, window, reading.student[mine], reading.day[mine])]

    def _inside(self, student: int, window: Span, students: Any, days: Any) -> Any:
        low = (window.first - self.case.reading.first).days
        high = (window.last - self.case.reading.first).days
        return (students == student) & (days >= low) & (days <= high)

    def now(self, student: int) -> int:
        """Return how many units of ``student`` the window that ends on ``as_of`` holds."""
        return self.units_in(student, self.current_window())

    def is_coded(self, entries: Entries, codes: Sequence[str]) -> Bools:
        return _coded(self.case.reading, entries, codes)


def _counting(case: _Case, terms: CountTerms) -> Entries:
    """Return the marks that count under ``terms``, used ones included."""
    reading = case.reading
    if terms.codes:
        counting = reading.absences[_coded(reading, reading.absences, terms.codes)]
    else:
        event = (reading.facts & TRUANCY) > 0
        if terms.minutes_over is not None:
            minutes = reading.minutes_late[reading.row]
            late = (reading.facts & (LATE | EXCUSED)) == LATE
            event |= late & (minutes > terms.minutes_over)
        counting = np.flatnonzero(event)
        counting = counting[~_settled(reading, counting)]
    since = max(terms.first, case.year.first) if terms.within_year else terms.first
    return counting[reading.day[counting] >= (since - reading.first).days]


def _coded(reading: Reading, entries: Entries, codes: Sequence[str]) -> Bools:
    """Say of each mark whether its code is one of ``codes``, however the office spells it."""
    meant = np.array(
        [
            [symbol in book and book[symbol].symbol in codes for symbol in reading.codes.symbols]
            for book in reading.codes.books
        ],
        dtype=np.bool_,
    ).reshape(len(reading.codes.books), -1)
    found: Bools = meant[reading.codes.time_of_day[reading.day[entries]], reading.symbol[entries]]
    return found


def _settled(reading: Reading, entries: Entries) -> Bools:
    """Say of each mark whether an all-day mark excuses the whole day it is in."""
    whole = np.flatnonzero(
        (reading.part == DAY_PART) & np.isin(reading.category, (APPROVED, AUTHORISED, NOT_POSSIBLE))
    )
    excused = _student_day(reading, whole)
    return np.isin(_student_day(reading, entries), excused)


def _student_day(reading: Reading, entries: Entries) -> npt.NDArray[np.int64]:
    return reading.student[entries].astype(np.int64) * reading.days + reading.day[entries]


def _without_used(case: _Case, trigger: Trigger, terms: CountTerms, entries: Entries) -> Entries:
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
    own = _student_day(reading, entries) * len(PARTS) + parts
    return entries[~np.isin(own, keys) & ~np.isin(reading.student[entries], done)]


def _months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day if it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - ONE_DAY)


def _school_weeks_end(calendar: SchoolCalendar, opening: date, size: int) -> date:
    """Return the Sunday of the last of ``size`` school weeks, the first being that of opening."""
    weeks = [week for week in calendar.school_weeks if week >= monday_of(opening)]
    if not weeks:
        return opening
    return weeks[min(size, len(weeks)) - 1] + timedelta(days=6)


# --- share of the days a class was offered -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Classes:
    """One part of the day as a class: who was offered it when, and who missed it."""

    students: Any
    offered: Bools  # a row a student of ``students``, a column a day of the reading
    absent: Bools


def _class_findings(case: _Case, trigger: Trigger, terms: ClassTerms) -> list[Finding]:
    found = []
    concerned = case.concerned(terms)
    first_days = _class_first_days(case, terms)
    for part in range(DAY_PART, len(PARTS)):
        classes = _classes(case, terms, part, concerned, first_days)
        if classes is None:
            continue
        offered = classes.offered.sum(axis=1)
        attended = offered - classes.absent.sum(axis=1)
        need, have = terms.threshold.numerator * offered, terms.threshold.denominator * attended
        below = np.flatnonzero(have < need)
        running = _running(classes.offered[below]), _running(classes.absent[below])
        held = (running[0] - running[1]) * terms.threshold.denominator < (
            running[0] * terms.threshold.numerator
        )
        for place, since in zip(below, _since(held), strict=True):
            student = int(classes.students[place])
            low = int(first_days[student])
            first = case.reading.date_of(low)
            had, came = int(offered[place]), int(attended[place])
            found.append(
                Finding(
                    student_id=case.reading.students[student],
                    trigger=trigger.id,
                    title=trigger.title,
                    as_of=case.as_of,
                    crossed_on=case.reading.date_of(since),
                    holds=True,
                    numerator=came,
                    denominator=had,
                    threshold=terms.threshold_text,
                    test=terms.test_text,
                    rule_period=_class_period(case, terms, student),
                    first=first,
                    last=case.as_of,
                    evidence=case.marks(_class_evidence(case, terms, student, part, low)),
                    attendance=case.attendance(student, first),
                    reference=terms.citation,
                    sure=terms.sure,
                    letter=trigger.letter,
                    supersedes=trigger.supersedes,
                    part=PARTS[part],
                    band=terms.band(had, came),
                    minimum_days=terms.minimum_days(had),
                )
            )
    return found


def _class_period(case: _Case, terms: ClassTerms, student: int) -> str:
    return "semester" if _by_semester(case, terms, student) else "school year"


def _by_semester(case: _Case, terms: ClassTerms, student: int) -> bool:
    known = case.students.get(case.reading.students[student])
    return (
        known is not None
        and _grade(known.grade) in terms.semester_grades
        and case.span_of("term") is not None
    )


def _class_first_days(case: _Case, terms: ClassTerms) -> npt.NDArray[np.int32]:
    """Return the day number from which each student's classes are counted."""
    term = case.span_of("term")
    year = case.reading.number_of(case.year.first)
    semester = case.reading.number_of(term.first) if term else year
    return np.array(
        [
            semester if _by_semester(case, terms, student) else year
            for student in range(len(case.reading.students))
        ],
        dtype=np.int32,
    )


def _classes(
    case: _Case, terms: ClassTerms, part: int, concerned: Bools, first_days: Any
) -> _Classes | None:
    reading = case.reading
    at = np.flatnonzero((reading.part == part) & (reading.day >= first_days[reading.student]))
    missed = at[np.isin(reading.category[at], (AUTHORISED, UNAUTHORISED))]
    students = np.unique(reading.student[missed])
    students = students[concerned[students]]
    if not len(students):
        return None
    offered = reading.roll.class_matrix(case.calendar, part, students)
    absent = np.zeros_like(offered)
    place = np.full(len(reading.students), -1, dtype=np.int32)
    place[students] = np.arange(len(students))
    at = at[place[reading.student[at]] >= 0]
    # Where absences only are recorded the recording says which classes there were.
    silent = ~reading.absences_only[reading.student[at], reading.day[at]]
    at = at[silent | offered[place[reading.student[at]], reading.day[at]]]
    row, day, category = place[reading.student[at]], reading.day[at], reading.category[at]
    offered[row, day] = category < NOT_POSSIBLE
    absent[row, day] = (category == AUTHORISED) | (category == UNAUTHORISED)
    left_out = _coded(reading, at, terms.leave_out)
    absent[row[left_out], day[left_out]] = False
    if terms.leave_out_method == "excluded":
        offered[row[left_out], day[left_out]] = False
    before = np.arange(reading.days)[None, :] < first_days[students][:, None]
    offered[before] = False
    return _Classes(students, offered, absent)


def _class_evidence(case: _Case, terms: ClassTerms, student: int, part: int, low: int) -> Entries:
    reading = case.reading
    start, end = np.searchsorted(case.absent_student, (student, student + 1))
    found = case.absences[start:end]
    found = found[(reading.part[found] == part) & (reading.day[found] >= low)]
    return found[~_coded(reading, found, terms.leave_out)]
