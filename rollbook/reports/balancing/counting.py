"""A second count of every student's attendance, mark by mark and day by day.

It reads the ledger's entries one by one and follows the rules as they are written down, with
nothing of the quick way (``rollbook.attendance``) but the words. Slow is fine here; agreeing is
the point.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rollbook.attendance.roll import same_campus
from rollbook.ledger import Connection
from rollbook.ledger.entries import marks_of
from rollbook.policy import PolicyPack
from rollbook.register import PARTS, Category, Code, Enrolment
from rollbook.school_calendar import ONE_DAY
from rollbook.standing import Standing

FIGURES = ("possible", "present", "approved", "authorised", "unauthorised", "late", "missing")

_PERIODS = PARTS[PARTS.index("DAY") + 1 :]
_POSSIBLE = (
    Category.PRESENT,
    Category.APPROVED,
    Category.AUTHORISED,
    Category.UNAUTHORISED,
)
_ABSENT = (Category.AUTHORISED, Category.UNAUTHORISED)
_NO_CODE = Code("", "no code on this day", Category.MISSING)

Session = tuple[date, str]
Marks = Mapping[Session, str]


@dataclass(frozen=True)
class StudentCount:
    """One student counted by hand: the figures, and marks that do not belong."""

    figures: Mapping[str, int]
    outside: Sequence[tuple[Session, str]]  # marks on days the student was not enrolled
    unknown: Sequence[tuple[Session, str]]  # symbols that are no code on their day
    off_track: Sequence[tuple[Session, str]]  # marks on a day off of the student's own track


@dataclass(frozen=True, eq=False)
class SecondCount:
    """Counts the students of a standing between two days by the ledger's own entries."""

    standing: Standing
    connection: Connection
    first: date
    last: date
    covered: dict[tuple[str, str, bool], Mapping[date, frozenset[str]]] = field(
        default_factory=dict
    )
    codes: dict[date, Mapping[str, Code]] = field(default_factory=dict)

    def of(self, student_id: str) -> StudentCount:
        """Count one student."""
        whole = marks_of(self.connection, student_id)
        marks = {
            session: symbol
            for session, symbol in whole.items()
            if self.first <= session[0] <= self.last
        }
        days = {day for day, _part in marks}
        member = {day for day in days if self._is_member(student_id, day)}
        enrolled = {day for day in days if self._is_enrolled(student_id, day)}
        own = {session: symbol for session, symbol in marks.items() if session[0] in member}
        return StudentCount(
            self._figures(student_id, own),
            [one for one in marks.items() if one[0][0] not in enrolled],
            [
                ((day, part), symbol)
                for (day, part), symbol in marks.items()
                if symbol not in self._codes(day)
            ],
            [one for one in marks.items() if self._is_off(student_id, one[0][0])],
        )

    @property
    def pack(self) -> PolicyPack:
        """The rule pack whose codes are read."""
        return self.standing.pack

    def _codes(self, day: date) -> Mapping[str, Code]:
        if day not in self.codes:
            self.codes[day] = self.pack.codes_on(day)
        return self.codes[day]

    def _code(self, day: date, symbol: str) -> Code:
        return self._codes(day).get(symbol, _NO_CODE)

    # --- membership ---

    def _stretches(self, student_id: str) -> list[Enrolment]:
        """The enrolments that are membership; a student without any is on roll throughout."""
        found = self.standing.enrolments_of(student_id)
        if not found:
            return [Enrolment(student_id, self.first, campus=self._home(student_id))]
        return [one for one in found if one.ada_code not in self.pack.outside_membership]

    def _home(self, student_id: str) -> str:
        student = self.standing.students.get(student_id)
        return student.campus if student else ""

    def _official(self, student_id: str, day: date) -> str:
        """The period that decides the day: that of the campus of the newest enrolment."""
        there = [one for one in self._stretches(student_id) if one.holds(day)]
        there.sort(key=lambda one: one.entry_date)
        campus = there[-1].campus if there else ""
        return self.standing.official.at(campus or self._home(student_id))

    def _is_enrolled(self, student_id: str, day: date) -> bool:
        found = self.standing.enrolments_of(student_id)
        return not found or any(one.holds(day) for one in found)

    def _is_member(self, student_id: str, day: date) -> bool:
        """Say whether the student is in membership and not on a day off of the own track."""
        return any(
            one.holds(day) and not self._off_track(day, one.track)
            for one in self._stretches(student_id)
        )

    def _is_off(self, student_id: str, day: date) -> bool:
        """Say whether every enrolment that holds has a track whose day off it is."""
        if not self.standing.calendar.tracks:
            return False
        held = [one for one in self._stretches(student_id) if one.holds(day)]
        return bool(held) and all(self._off_track(day, one.track) for one in held)

    def _off_track(self, day: date, track: str) -> bool:
        calendar = self.standing.calendar
        return day in self._anybodys and not calendar.is_school_day(day, track)

    @cached_property
    def _anybodys(self) -> frozenset[date]:
        return frozenset(self.standing.calendar.anybodys_days)

    # --- what was recorded ---

    def _covered(self, campus: str, track: str, negative: bool) -> Mapping[date, frozenset[str]]:
        """The parts of each school day that files covered, of marks or of absences only."""
        asked = (campus, track, negative)
        if asked not in self.covered:
            self.covered[asked] = self._find_covered(*asked)
        return self.covered[asked]

    def _find_covered(
        self, campus: str, track: str, negative: bool
    ) -> Mapping[date, frozenset[str]]:
        found: dict[date, frozenset[str]] = {}
        for span in self.standing.recorded:
            if span.negative is not negative or not same_campus(span.campus, campus):
                continue
            day = max(span.first, self.first)
            while day <= min(span.last, self.last):
                if self.standing.calendar.is_school_day(day, track):
                    found[day] = found.get(day, frozenset()) | frozenset(span.parts or ("DAY",))
                day += ONE_DAY
        return found

    def _recorded(self, student_id: str, negative: bool) -> dict[date, frozenset[str]]:
        """The parts of each day in membership that files covered for this student."""
        found: dict[date, frozenset[str]] = {}
        for one in self._stretches(student_id):
            campus = one.campus or self._home(student_id)
            for day, parts in self._covered(campus, one.track, negative).items():
                if one.holds(day):
                    found[day] = found.get(day, frozenset()) | parts
        return found

    # --- counting ---

    def _figures(self, student_id: str, marks: Marks) -> Mapping[str, int]:
        expected = self._recorded(student_id, negative=False)
        if self.pack.method == "sessions":
            counts, found = self._sessions(student_id, marks)
            due = sum(len(parts) for parts in expected.values())
        else:
            counts, found = self._days(student_id, marks)
            due = len(expected)
        figures = {category.value: counts[category] for category in _POSSIBLE}
        figures["possible"] = sum(figures.values())
        figures["late"] = sum(self._code(day, symbol).late for (day, _), symbol in marks.items())
        figures["missing"] = max(due - found, counts[Category.MISSING])
        return figures

    def _sessions(self, student_id: str, marks: Marks) -> tuple[Counter[Category], int]:
        """Count each session by its own code; and those made on a school day."""
        counts: Counter[Category] = Counter()
        found = 0
        for (day, _part), symbol in marks.items():
            category = self._code(day, symbol).category
            counts[category] += 1
            found += category is not Category.MISSING and day in self._anybodys
        for day in self._recorded(student_id, negative=True):  # only absences are recorded
            counts[Category.PRESENT] += sum((day, part) not in marks for part in ("AM", "PM"))
        return counts, found

    def _days(self, student_id: str, marks: Marks) -> tuple[Counter[Category], int]:
        """Count each day by what decides it; and those decided on a school day."""
        by_day: dict[date, dict[str, Code]] = {}
        for (day, part), symbol in marks.items():
            by_day.setdefault(day, {})[part] = self._code(day, symbol)
        silent = self._recorded(student_id, negative=True)
        counts: Counter[Category] = Counter()
        found = 0
        for day in {*by_day, *silent}:
            category = self._day(student_id, day, by_day)
            if category is None and day in silent:
                category = Category.PRESENT  # only absences are recorded, and there is none
            if category is not None:
                counts[category] += 1
                found += category is not Category.MISSING and day in self._anybodys
        return counts, found

    def _day(
        self, student_id: str, day: date, by_day: Mapping[date, Mapping[str, Code]]
    ) -> Category | None:
        """What one day was; None when no mark says."""
        codes = by_day.get(day, {})
        if self.pack.method == "official-period":
            code = codes.get(self._official(student_id, day)) or codes.get("DAY")
            return code.category if code else None
        periods = {part: code for part, code in codes.items() if part in _PERIODS}
        lost = self._lost(student_id, day, periods, by_day)
        by_period = lost or (Category.PRESENT if periods else None)
        whole = codes.get("DAY")
        if whole is None:
            return by_period
        if whole.category is Category.PRESENT and lost:
            return lost
        if whole.category is Category.MISSING and by_period:
            return by_period
        return whole.category

    def _lost(
        self,
        student_id: str,
        day: date,
        periods: Mapping[str, Code],
        by_day: Mapping[date, Mapping[str, Code]],
    ) -> Category | None:
        """Say how a day was lost if every period of it was missed."""
        missed = [code.category for code in periods.values() if code.category in _ABSENT]
        if not missed or len(missed) < len(periods):
            return None
        if len(missed) < self._periods_there_are(student_id, day, by_day):
            return None
        return Category.UNAUTHORISED if Category.UNAUTHORISED in missed else Category.AUTHORISED

    def _periods_there_are(
        self, student_id: str, day: date, by_day: Mapping[date, Mapping[str, Code]]
    ) -> int:
        marked = [
            (part, code)
            for codes in by_day.values()
            for part, code in codes.items()
            if part in _PERIODS
        ]
        if any(_is_plain(code) for _, code in marked):
            return len({part for part, _ in marked})
        covered = self._recorded(student_id, negative=False).get(day, frozenset())
        covered |= self._named_by_absences(student_id, day)
        return len(covered.intersection(_PERIODS)) or len(self._periods_in_ledger)

    def _named_by_absences(self, student_id: str, day: date) -> frozenset[str]:
        """Every part that a campus' lists of absences name at all, on a day that one covers."""
        named: frozenset[str] = frozenset()
        for one in self._stretches(student_id):
            days = self._covered(one.campus or self._home(student_id), one.track, negative=True)
            if one.holds(day) and day in days:
                named = named.union(*days.values())
        return named

    @cached_property
    def _periods_in_ledger(self) -> frozenset[str]:
        return frozenset(self._all_periods())

    def _all_periods(self) -> Iterator[str]:
        for student_id in self.standing.students:
            for day, part in marks_of(self.connection, student_id):
                inside = self.first <= day <= self.last and self._is_member(student_id, day)
                if inside and part in _PERIODS:
                    yield part


def _is_plain(code: Code) -> bool:
    """Say whether a mark says present and nothing else."""
    if code.category is not Category.PRESENT:
        return False
    return not (code.late or code.truancy or code.excused)
