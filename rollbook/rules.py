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
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
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
    percent,
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
    ``committee``, and ``minimum`` the days that would be enough. ``unresolved`` of the counted
    marks have a reason that is not yet established. ``repeats`` says that new evidence may send a
    further letter in the same school year. ``citations`` carry ``(check)`` where the law itself
    has not been read.
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
    period: str
    first: date
    last: date
    evidence: tuple[Mark, ...]
    attendance: Attendance
    citations: tuple[str, ...]
    sure: Sure
    letter: str = ""
    supersedes: tuple[str, ...] = ()
    part: str = ""
    band: str = ""
    minimum: int | None = None
    unresolved: int = 0
    unresolved_decides: bool = False
    repeats: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON can hold it: dates as ISO text, the evidence as lists."""
        return {
            "student_id": self.student_id,
            "trigger": self.trigger,
            "title": self.title,
            "part": self.part,
            "band": self.band,
            "as_of": self.as_of.isoformat(),
            "crossed_on": self.crossed_on.isoformat(),
            "holds": self.holds,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "minimum": self.minimum,
            "unresolved": self.unresolved,
            "threshold": self.threshold,
            "test": self.test,
            "period": self.period,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "letter": self.letter,
            "supersedes": list(self.supersedes),
            "citations": list(self.citations),
            "sure": self.sure.value,
            "evidence": [
                [mark.session.day.isoformat(), mark.session.part, mark.symbol]
                for mark in self.evidence
            ],
        }

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

    @property
    def day(self) -> date:
        """The day of the mark."""
        return self.mark.session.day

    @property
    def part(self) -> str:
        """The part of the day."""
        return self.mark.session.part

    @property
    def symbol(self) -> str:
        """The code as the register has it."""
        return self.mark.symbol


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule makes of one student. ``finding`` is None when the test is not met.

    ``sentence`` is the whole answer; ``value`` is what was compared, ``missing`` says how far it
    is from crossing. ``numerator`` of ``denominator`` is the same as numbers; ``most`` is the most
    that any window of the school year holds. ``marks`` are those inside the window, attended
    sessions included.
    """

    trigger: str
    title: str
    sentence: str
    first: date | None
    last: date
    value: str
    threshold: str
    missing: str
    citations: tuple[str, ...]
    sure: Sure | None
    note: str
    marks: tuple[Judged, ...] = ()
    finding: Finding | None = None
    part: str = ""
    numerator: int = 0
    denominator: int | None = None
    most: int | None = None

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


def explain(
    pack: PolicyPack,
    calendar: SchoolCalendar,
    marks: pd.DataFrame,
    students: Iterable[Student] = (),
    enrolments: Iterable[Enrolment] = (),
    recorded: Iterable[Recorded] = (),
    *,
    student_id: str,
    as_of: date,
    trigger_id: str | None = None,
    used: Used | None = None,
    official_part: str = "P2",
) -> list[Explanation]:
    """Say what each rule makes of one student and why: every mark in the window, counted or not.

    The rules are all of the pack's, or ``trigger_id`` alone; a rule by class gives an explanation
    for each class that was missed. Raises ``PolicyError`` when there is no such trigger.
    """
    chosen = [pack.trigger(trigger_id)] if trigger_id else pack.triggers
    case = _Case.of(
        pack,
        calendar,
        marks[(marks["student_id"] == student_id).to_numpy()],
        [student for student in students if student.student_id == student_id]
        or [Student(student_id)],
        [one for one in enrolments if one.student_id == student_id],
        recorded,
        as_of,
        used,
        official_part,
    )
    found: list[Explanation] = []
    for trigger in chosen:
        terms = trigger.on(as_of)
        if case is None or terms is None:
            found.append(_not_in_force(trigger, as_of, case is None))
            continue
        apart = case.why_not_concerned(terms, case.students[student_id])
        if apart:
            found.append(_explanation(case, trigger, terms, None, apart, "", "", ()))
            continue
        findings = case.findings(trigger, terms)
        if isinstance(terms, RateTerms):
            found.append(_explain_rate(case, trigger, terms, findings))
        elif isinstance(terms, CountTerms):
            found.append(_explain_count(case, trigger, terms, findings))
        elif isinstance(terms, ClassTerms):
            found += _explain_classes(case, trigger, terms, findings)
    return found


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
    figures: dict[date, npt.NDArray[Any]] = field(default_factory=dict)

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
        if first not in self.figures:
            self.figures[first] = self.tally(first).to_numpy()
        return Attendance(*self.figures[first][student].tolist())

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
                    period=terms.period_text,
                    first=span.first,
                    last=case.as_of,
                    evidence=case.evidence(int(student), low),
                    attendance=attendance,
                    citations=(terms.citation,),
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
        unresolved = int(counted.is_coded(entries, terms.unresolved).sum())
        number = counted.units_in(student, window)
        found.append(
            Finding(
                student_id=case.reading.students[student],
                trigger=trigger.id,
                title=trigger.title,
                as_of=case.as_of,
                crossed_on=case.reading.date_of(counted.day[end]),
                holds=counted.now(student) >= terms.threshold,
                numerator=number,
                denominator=None,
                threshold=terms.threshold_text,
                test=terms.test_text,
                period=terms.period_text,
                first=window.first,
                last=window.last,
                evidence=case.marks(entries),
                attendance=case.attendance(student, case.year.first),
                citations=(terms.citation,),
                sure=terms.sure,
                letter=trigger.letter,
                supersedes=trigger.supersedes,
                unresolved=unresolved,
                unresolved_decides=unresolved > 0 and number - unresolved < terms.threshold,
                repeats=not terms.once,
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
        start, end = np.searchsorted(self.student, (student, student + 1))
        return int(self._inside(window, self.day[start:end]).sum())

    def entries_in(self, student: int, window: Span) -> Entries:
        """Return the counted marks of ``student`` in ``window``."""
        start, end = np.searchsorted(self.entry_student, (student, student + 1))
        mine: Entries = self.entries[start:end]
        found: Entries = mine[self._inside(window, self.case.reading.day[mine])]
        return found

    @cached_property
    def entry_student(self) -> npt.NDArray[np.int32]:
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
                    period=_class_period(case, terms, student),
                    first=first,
                    last=case.as_of,
                    evidence=case.marks(_class_evidence(case, terms, student, part, low)),
                    attendance=case.attendance(student, first),
                    citations=(terms.citation,),
                    sure=terms.sure,
                    letter=trigger.letter,
                    supersedes=trigger.supersedes,
                    part=PARTS[part],
                    band=terms.band(had, came),
                    minimum=terms.minimum_days(had),
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
    kept: Entries = found[~_coded(reading, found, terms.leave_out)]
    return kept


# --- why and why not ------------------------------------------------------------------------------

_SAID: Mapping[Category, str] = {
    Category.PRESENT: "attended",
    Category.APPROVED: "approved activity, counts as attended",
    Category.AUTHORISED: "excused absence",
    Category.UNAUTHORISED: "unexcused absence",
    Category.NOT_POSSIBLE: "could not be attended, so it is left out of the count",
    Category.MISSING: "no mark, so it is left out of the count",
}
_SAID_IN_ENGLAND: Mapping[Category, str] = {
    **_SAID,
    Category.AUTHORISED: "authorised absence",
    Category.UNAUTHORISED: "unauthorised absence",
}

_Why = Callable[[int], tuple[bool, str]]


def _not_in_force(trigger: Trigger, as_of: date, no_year: bool) -> Explanation:
    starts = min(terms.first for terms in trigger.terms)
    sentence = (
        f"No school year in the calendar has begun by {as_of}."
        if no_year
        else f"The rule was not in force on {as_of}; it began on {starts}."
    )
    terms = trigger.terms[0]
    return Explanation(
        trigger=trigger.id,
        title=trigger.title,
        sentence=sentence,
        first=None,
        last=as_of,
        value="",
        threshold="",
        missing="",
        citations=(terms.citation,),
        sure=terms.sure,
        note=terms.note,
    )


def _explanation(
    case: _Case,
    trigger: Trigger,
    terms: Terms,
    window: Span | None,
    sentence: str,
    value: str,
    missing: str,
    marks: tuple[Judged, ...],
    finding: Finding | None = None,
    part: str = "",
) -> Explanation:
    return Explanation(
        trigger=trigger.id,
        title=trigger.title,
        sentence=sentence,
        first=window.first if window else None,
        last=window.last if window else case.as_of,
        value=value,
        threshold=terms.threshold_text,
        missing=missing,
        citations=(terms.citation,),
        sure=terms.sure,
        note=terms.note,
        marks=marks,
        finding=finding,
        part=part,
    )


def _judged(case: _Case, window: Span, why: _Why) -> tuple[Judged, ...]:
    """Judge every mark of the case's one student inside the window."""
    reading = case.reading
    low, high = reading.number_of(window.first), (window.last - reading.first).days
    entries = np.flatnonzero((reading.day >= low) & (reading.day <= high))
    found = []
    for entry in reading.in_order(entries):
        code = reading.code_of(entry)
        counted, reason = why(int(entry))
        found.append(
            Judged(
                mark=reading.mark_of(entry),
                counted=counted,
                meaning=code.meaning if code else "not a code on this day",
                category=code.category if code else Category.MISSING,
                why=reason,
            )
        )
    return tuple(found)


def _said(case: _Case, entry: int) -> str:
    code = case.reading.code_of(entry)
    said = _SAID_IN_ENGLAND if case.pack.unit == "sessions" else _SAID
    return said[code.category if code else Category.MISSING]


def _explain_rate(
    case: _Case, trigger: Trigger, terms: RateTerms, findings: Sequence[Finding]
) -> Explanation:
    window = case.span_of(terms.period)
    if window is None:
        return _explanation(case, trigger, terms, None, "No term has begun.", "", "", ())
    window = Span(window.name, window.first, case.as_of)
    attendance = case.attendance(0, window.first)
    evidence = set(case.reading.absence_evidence.tolist())

    def why(entry: int) -> tuple[bool, str]:
        reading = case.reading
        if entry in evidence:
            return True, _said(case, entry)
        if reading.method == "official-period" and reading.part[entry] != DAY_PART:
            if PARTS[reading.part[entry]] != reading.official_part:
                return False, f"not the official period ({reading.official_part})"
        if reading.method == "whole-day" and reading.category[entry] in (AUTHORISED, UNAUTHORISED):
            return False, "part of a day: the rest of the day was attended"
        return False, _said(case, entry)

    if not attendance.possible:
        unit = case.pack.unit
        text = f"No {unit} were possible from {window.first} to {window.last}, so there is no rate."
        return _explanation(case, trigger, terms, window, text, "", "", _judged(case, window, why))
    measured = attendance.attended if terms.measure == "attendance" else attendance.absent
    share = percent(Fraction(measured, attendance.possible))
    done = "attended" if terms.measure == "attendance" else "missed"
    value = f"{measured} of {attendance.possible} {case.pack.unit} {done}, {share} %"
    crossed = bool(findings)
    missing = "" if crossed else _rate_missing(terms, attendance, case.pack.unit)
    sentence = f"{value}. The test is {terms.test_text}: {'met' if crossed else 'not met'}."
    explanation = _explanation(
        case,
        trigger,
        terms,
        window,
        f"{sentence} {missing}".strip(),
        value,
        missing,
        _judged(case, window, why),
        findings[0] if findings else None,
    )
    return replace(explanation, numerator=measured, denominator=attendance.possible)


def _rate_missing(terms: RateTerms, attendance: Attendance, unit: str) -> str:
    """Say how many absences more would meet the test, if the next ones were all missed."""
    for more in range(1, attendance.possible * 20 + 1):
        if terms.crosses(attendance.possible + more, attendance.absent + more):
            return f"It would be met if the next {more} {unit} were missed."
    return ""


def _explain_count(
    case: _Case, trigger: Trigger, terms: CountTerms, findings: Sequence[Finding]
) -> Explanation:
    counted = _Counted.of(case, trigger, terms)
    current = counted.current_window()
    finding = findings[0] if findings else None
    window = Span(terms.period_text, finding.first, finding.last) if finding else current
    best = counted.most()
    entries = set(counted.entries_in(0, window).tolist())
    units = {int(entry) for entry in counted.entries[counted.unit]}
    eligible = set(_counting(case, terms).tolist())

    def why(entry: int) -> tuple[bool, str]:
        if entry in entries and entry in units:
            return True, f"{_said(case, entry)}: counts"
        if entry in entries:
            return False, "the same day is counted already, and a day counts once"
        if entry in eligible:
            return False, "an earlier letter relies on it already"
        return False, _why_not_counted(case, terms, entry)

    now = counted.now(0)
    if finding:
        value = f"{finding.numerator} {terms.unit} from {window.first} to {window.last}"
        sentence = f"{value}. The test is {terms.test_text}: met on {finding.crossed_on}."
        missing = ""
        if finding.unresolved:
            sentence += f" {finding.unresolved} of them have no reason yet: resolve those first."
    else:
        value = f"{now} {terms.unit} from {current.first} to {current.last}"
        missing = f"{terms.threshold - now} more would meet it."
        most = f" The most in any such window is {best}." if best > now else ""
        sentence = f"{value}. The test is {terms.test_text}: not met. {missing}{most}"
    explanation = _explanation(
        case,
        trigger,
        terms,
        window,
        sentence,
        value,
        missing,
        _judged(case, window, why),
        finding,
    )
    return replace(explanation, numerator=finding.numerator if finding else now, most=best)


def _why_not_counted(case: _Case, terms: CountTerms, entry: int) -> str:
    reading = case.reading
    said = _said(case, entry)
    if reading.date_of(reading.day[entry]) < terms.first:
        return f"before the rule began on {terms.first}"
    if terms.codes:
        if reading.category[entry] in (AUTHORISED, UNAUTHORISED):
            return f"{said}: not one of the codes {', '.join(terms.codes)}"
        return said
    facts = int(reading.facts[entry])
    if facts & TRUANCY:
        return "the all-day mark excuses the whole day"
    if facts & LATE and facts & EXCUSED:
        return "late with a valid excuse"
    if facts & LATE:
        minutes = int(reading.minutes_late[reading.row[entry]])
        limit = terms.minutes_over
        if limit is None:
            return "late, which this rule does not count"
        known = f"late {minutes} minutes" if minutes else "late, minutes not known"
        return f"{known}: only more than {limit} minutes count"
    if facts & 0b111 == UNAUTHORISED:
        return f"{said}, not verified as unexcused"
    return said


def _explain_classes(
    case: _Case, trigger: Trigger, terms: ClassTerms, findings: Sequence[Finding]
) -> list[Explanation]:
    first_days = _class_first_days(case, terms)
    window = Span("", case.reading.date_of(first_days[0]), case.as_of)
    below = {finding.part: finding for finding in findings}
    found = []
    for part in range(DAY_PART, len(PARTS)):
        classes = _classes(case, terms, part, np.ones(1, dtype=np.bool_), first_days)
        if classes is None:
            continue
        offered = int(classes.offered.sum())
        attended = offered - int(classes.absent.sum())
        name = PARTS[part]
        finding = below.get(name)
        value = f"{attended} of {offered} days of class {name} attended"
        share = percent(Fraction(attended, offered)) if offered else None
        value += f", {share} %" if share else ""
        need = terms.minimum_days(offered)
        missing = "" if finding else f"{attended - need} more may be missed of these {offered}."
        verdict = "below" if finding else "met"
        sentence = f"{value}. {need} are needed for {terms.threshold_text}: {verdict}. {missing}"
        why = _class_why(case, terms, part)
        marks = tuple(one for one in _judged(case, window, why) if one.part == name)
        explanation = _explanation(
            case, trigger, terms, window, sentence.strip(), value, missing, marks, finding, name
        )
        found.append(replace(explanation, numerator=attended, denominator=offered))
    if not found:
        nothing = "No class was missed."
        found = [_explanation(case, trigger, terms, window, nothing, "", "", ())]
    return found


def _class_why(case: _Case, terms: ClassTerms, part: int) -> _Why:
    evidence = set(
        _class_evidence(case, terms, 0, part, case.reading.number_of(case.year.first)).tolist()
    )

    def why(entry: int) -> tuple[bool, str]:
        if entry in evidence:
            return True, f"{_said(case, entry)}: all absences count"
        if _coded(case.reading, np.array([entry]), terms.leave_out)[0]:
            return False, "certified illness may not be considered"
        return False, _said(case, entry)

    return why
