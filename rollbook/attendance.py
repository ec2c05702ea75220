"""Attendance figures, in whole sessions or days, exact.

:func:`read_register` reads a register frame with the codes of a rule pack; :func:`tally` counts.
How a day is decided is the pack's ``method``:

``sessions``         every session counts by its own code (England)
``official-period``  the mark at the official period decides the day; a ``DAY`` mark does where a
                     school posts by day (Texas)
``whole-day``        present all day unless absent for the entire schoolday: by a ``DAY`` mark, or
                     by an absence in every period there is (California)

Only days inside a student's enrolments count; a student without any enrolment counts throughout.
Where a campus records absences only, every recorded day without an absence was attended.
Half-day students count whole days here: halves belong to funding (ADA), not to attendance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.register import PARTS, Category, Code, Enrolment, Mark, Session, Student
from rollbook.school_calendar import SchoolCalendar

COLUMNS = ("possible", "present", "approved", "authorised", "unauthorised", "late", "missing")
CATEGORIES = tuple(Category)
PRESENT, APPROVED, AUTHORISED, UNAUTHORISED, NOT_POSSIBLE, MISSING = range(6)
DAY_PART = PARTS.index("DAY")

# What the codes say about a mark, packed in one byte: the category, and four yes-or-no facts.
CATEGORY_BITS = 0b111
LATE, TRUANCY, EXCUSED, UNKNOWN = 8, 16, 32, 64

_NOTHING = 255  # in a student's day: no mark, and no absence to infer presence from

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer[Any]]
Bytes = npt.NDArray[np.uint8]


class CodeBook(Protocol):
    """What counting needs to know of a rule pack."""

    @property
    def method(self) -> str:
        """How a day is decided."""
        ...

    @property
    def code_changes(self) -> Sequence[date]:
        """The days on which codes came or went."""
        ...

    @property
    def outside_membership(self) -> frozenset[str]:
        """ADA codes of students enrolled but not in membership."""
        ...

    def codes_on(self, day: date) -> Mapping[str, Code]:
        """Return the codes in use on a day by symbol."""
        ...


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
class Attendance:
    """One student's or one group's attendance, in sessions (England) or days (US).

    ``late`` counts late arrivals whether or not they count as absence; ``missing`` counts what
    should have been marked and was not, which is in no other figure.
    """

    possible: int
    present: int
    approved: int
    authorised: int
    unauthorised: int
    late: int = 0
    missing: int = 0

    @property
    def absent(self) -> int:
        """Absences, authorised or not."""
        return self.authorised + self.unauthorised

    @property
    def attended(self) -> int:
        """Present, or at an approved activity elsewhere."""
        return self.present + self.approved

    @property
    def rate(self) -> Fraction | None:
        """The exact share attended; None, not 0 or 1, when nothing was possible."""
        return Fraction(self.attended, self.possible) if self.possible else None

    @property
    def absence_rate(self) -> Fraction | None:
        """The exact share missed; None when nothing was possible."""
        return Fraction(self.absent, self.possible) if self.possible else None

    def __add__(self, other: "Attendance") -> "Attendance":
        return Attendance(*(getattr(self, name) + getattr(other, name) for name in COLUMNS))


NO_DATA = Attendance(0, 0, 0, 0, 0)


def percent(share: Fraction | None, places: int = 1) -> str | None:
    """Write an exact share as a percentage without its sign, rounding half up: ``92.3``.

    None stays None: no data is neither 0 nor 100.
    """
    if share is None:
        return None
    scaled = share * 100 * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = f"{abs(rounded):0{places + 1}d}"
    sign = "-" if rounded < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def tally(
    marks: pd.DataFrame,
    pack: CodeBook,
    calendar: SchoolCalendar,
    *,
    students: Iterable[Student] = (),
    enrolments: Iterable[Enrolment] = (),
    recorded: Iterable[Recorded] = (),
    first: date | None = None,
    last: date | None = None,
    official_part: str = "P2",
) -> pd.DataFrame:
    """Count each student's attendance from ``first`` to ``last``, both included.

    ``marks`` is a register frame of current marks. Returns a table indexed by student id with the
    columns of :data:`COLUMNS`, a row for every student named anywhere. Without ``first`` or
    ``last`` the span is that of the marks and the recorded days.
    """
    return read_register(
        marks,
        pack,
        calendar,
        students=students,
        enrolments=enrolments,
        recorded=recorded,
        first=first,
        last=last,
        official_part=official_part,
    ).tally()


def attendance_of(table: pd.DataFrame, student_id: str) -> Attendance:
    """Return one student's row of a tally; no data when the student is not in it."""
    if student_id not in table.index:
        return NO_DATA
    row = table.index.get_loc(student_id)
    return Attendance(*(int(table[name].to_numpy()[row]) for name in COLUMNS))


def pooled(table: pd.DataFrame) -> Attendance:
    """Return a group's attendance: sums of all rows, never a mean of percentages."""
    return Attendance(*(int(table[name].sum()) for name in COLUMNS))


def read_register(
    marks: pd.DataFrame,
    pack: CodeBook,
    calendar: SchoolCalendar,
    *,
    students: Iterable[Student] = (),
    enrolments: Iterable[Enrolment] = (),
    recorded: Iterable[Recorded] = (),
    first: date | None = None,
    last: date | None = None,
    official_part: str = "P2",
) -> "Reading":
    """Read a register frame with the codes of ``pack``; the arguments are those of :func:`tally`.

    Marks outside the span or outside membership are left out. A symbol that is no code on its day
    counts as a missing mark, against nobody; :meth:`Reading.unknown_symbols` names them.
    """
    recorded = tuple(recorded)
    people = {student.student_id: student for student in students}
    enrolments = tuple(enrolments)
    first, last = _span(marks, recorded, first, last)
    days = max(0, (last - first).days + 1)
    day = (marks["date"].to_numpy().astype("datetime64[D]") - np.datetime64(first, "D")).astype(
        np.int32
    )
    names, student = _students(marks, people, enrolments)
    roll = _Roll.of(names, people, enrolments, pack.outside_membership, recorded, first, days)
    inside = (day >= 0) & (day < days)
    member = roll.member(calendar)
    if not member.all():
        at = np.flatnonzero(inside)
        inside[at] = member[student[at], day[at]]
    row = np.flatnonzero(inside).astype(np.int32)
    student, day = student[row], day[row]
    symbols = [str(symbol) for symbol in marks["symbol"].cat.categories]
    symbol = marks["symbol"].cat.codes.to_numpy()[row]
    return Reading(
        method=pack.method,
        calendar=calendar,
        students=names,
        first=first,
        days=days,
        official_part=official_part,
        marks=marks,
        codes=_CodeTimes.of(pack, symbols, first, days),
        roll=roll,
        row=row,
        student=student,
        day=day,
        part=_parts(marks)[row],
        symbol=symbol,
    )


@dataclass(frozen=True, eq=False)
class Reading:
    """A register frame read with the codes of a pack: one entry a mark that counts.

    Students and days are numbered; arrays run over marks unless they are named *matrix*, which has
    a row a student and a column a calendar day.
    """

    method: str
    calendar: SchoolCalendar
    students: Sequence[str]
    first: date
    days: int
    official_part: str
    marks: pd.DataFrame
    codes: "_CodeTimes"
    roll: "_Roll"
    row: npt.NDArray[np.int32]  # place in ``marks``
    student: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    part: npt.NDArray[np.int8]
    symbol: Ints

    @property
    def last(self) -> date:
        """The last day of the span."""
        return self.first + timedelta(days=self.days - 1)

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The number of each student."""
        return {student_id: place for place, student_id in enumerate(self.students)}

    @cached_property
    def facts(self) -> Bytes:
        """What the code says about each mark, packed (:data:`CATEGORY_BITS`, :data:`LATE` …)."""
        return self.codes.facts_at(self.symbol, self.day)

    @cached_property
    def category(self) -> Bytes:
        """The category of each mark, as its place in :data:`CATEGORIES`."""
        return (self.facts & CATEGORY_BITS).astype(np.uint8)

    @cached_property
    def absences(self) -> npt.NDArray[np.intp]:
        """The marks with an absence code, in no particular order."""
        return np.flatnonzero((self.category == AUTHORISED) | (self.category == UNAUTHORISED))

    @cached_property
    def school_day(self) -> Bools:
        """For each day of the span, whether school is held."""
        found = np.zeros(self.days, dtype=np.bool_)
        for day in self.calendar.school_days_between(self.first, self.last):
            found[(day - self.first).days] = True
        return found

    def unknown_symbols(self) -> dict[str, int]:
        """Return the symbols that are no code on their day, and how many marks have them."""
        strange = self.symbol[(self.facts & UNKNOWN) > 0]
        places, counts = np.unique(strange, return_counts=True)
        return {
            self.codes.symbols[place]: int(count)
            for place, count in zip(places, counts, strict=True)
        }

    def number_of(self, day: date) -> int:
        """Return the number of ``day``, kept inside the span."""
        return min(max((day - self.first).days, 0), self.days)

    def date_of(self, number: int) -> date:
        """Return the day with this number."""
        return self.first + timedelta(days=int(number))

    def code_of(self, entry: int) -> Code | None:
        """Return the code of one mark; None when its symbol was none on that day."""
        symbol = self.codes.symbols[self.symbol[entry]]
        return self.codes.on(int(self.day[entry])).get(symbol)

    def mark_of(self, entry: int) -> Mark:
        """Return one mark as evidence is listed."""
        row = int(self.row[entry])
        return Mark(
            Session(self.date_of(self.day[entry]), PARTS[self.part[entry]]),
            self.codes.symbols[self.symbol[entry]],
            int(self.minutes_late[row]),
            str(self.comment[row]),
        )

    @cached_property
    def minutes_late(self) -> npt.NDArray[np.int16]:
        """The minutes late of every row of ``marks``."""
        return self.marks["minutes_late"].to_numpy()

    @cached_property
    def comment(self) -> Any:
        """The comments of every row of ``marks``, still as categories."""
        return self.marks["comment"].array

    def tally(self, first: date | None = None, last: date | None = None) -> pd.DataFrame:
        """Count each student's attendance, for the whole span or the part from first to last."""
        low = self.number_of(first) if first else 0
        high = self.number_of(last + timedelta(days=1)) if last else self.days
        if self.method == "sessions":
            counts, missing = self._count_sessions(low, high)
        else:
            counts, missing = self._count_days(low, high)
        table = {
            "present": counts[:, PRESENT],
            "approved": counts[:, APPROVED],
            "authorised": counts[:, AUTHORISED],
            "unauthorised": counts[:, UNAUTHORISED],
            "late": self._count_late(low, high),
            "missing": missing,
            "possible": counts[:, : UNAUTHORISED + 1].sum(axis=1),
        }
        index: pd.Index[Any] = pd.Index(np.array(self.students, dtype=object), name="student_id")
        return pd.DataFrame({name: table[name] for name in COLUMNS}, index=index)

    def daily(self, chosen: Ints, low: int = 0) -> tuple[Bytes, Bytes]:
        """Return what was possible and what was missed, day by day from ``low``, as matrices.

        A row for each of the ``chosen`` students, in their order.
        """
        if self.method != "sessions":
            category = self.day_matrix[chosen, low:]
            possible = (category <= UNAUTHORISED).astype(np.uint8)
            absent = ((category == AUTHORISED) | (category == UNAUTHORISED)).astype(np.uint8)
            return possible, absent
        place = np.full(len(self.students), -1, dtype=np.int32)
        place[chosen] = np.arange(len(chosen))
        shape = (len(chosen), self.days - low)
        possible, absent = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        asked = np.flatnonzero(
            (place[self.student] >= 0) & (self.day >= low) & (self.category <= UNAUTHORISED)
        )
        where = (place[self.student[asked]], self.day[asked] - low)
        np.add.at(possible, where, np.uint8(1))
        missed = self.category[asked] >= AUTHORISED
        np.add.at(absent, (where[0][missed], where[1][missed]), np.uint8(1))
        return possible, absent

    @cached_property
    def absence_evidence(self) -> npt.NDArray[np.intp]:
        """The marks that make the absences of a tally, by student, day and part."""
        found = self.absences
        if self.method != "sessions":
            decided = self.day_matrix[self.student[found], self.day[found]]
            found = found[(decided == AUTHORISED) | (decided == UNAUTHORISED)]
        if self.method == "official-period":
            official = PARTS.index(self.official_part)
            found = found[(self.part[found] == official) | (self.part[found] == DAY_PART)]
        return self.in_order(found)

    def in_order(self, entries: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Sort marks by student, day and part."""
        keys = (self.part[entries], self.day[entries], self.student[entries])
        return entries[np.lexsort(keys)]

    @cached_property
    def day_matrix(self) -> Bytes:
        """The category of each student's day; 255 where nothing says anything."""
        if self.method == "official-period":
            found = self._official_days()
        else:
            found = self._whole_days()
        silent = found == _NOTHING
        found[silent & self.absences_only] = PRESENT
        return found

    @cached_property
    def absences_only(self) -> Bools:
        """The days of each student that were recorded by absences only, as a matrix."""
        return self.roll.absences_only(self.calendar)

    def _official_days(self) -> Bytes:
        found = self._empty_days()
        for part in (DAY_PART, PARTS.index(self.official_part)):  # the later one decides
            at = np.flatnonzero(self.part == part)
            found[self.student[at], self.day[at]] = self.category[at]
        return found

    def _whole_days(self) -> Bytes:
        found = self._empty_days()
        period = np.flatnonzero(self.part > DAY_PART)
        by_period, absent, unexcused = (self._empty_days(0) for _ in range(3))
        where = (self.student[period], self.day[period])
        category = self.category[period]
        missed = (category == AUTHORISED) | (category == UNAUTHORISED)
        without = category == UNAUTHORISED
        np.add.at(by_period, where, np.uint8(1))
        np.add.at(absent, (where[0][missed], where[1][missed]), np.uint8(1))
        np.add.at(unexcused, (where[0][without], where[1][without]), np.uint8(1))
        found[by_period > 0] = PRESENT
        all_missed = np.nonzero((absent > 0) & (absent == by_period))
        enough = absent[all_missed] >= self._periods_there_are(*all_missed)
        student, day = (axis[enough] for axis in all_missed)
        # A day lost period by period is unexcused as soon as one period is: so the truancy laws,
        # which count parts of days, and the figures agree.
        found[student, day] = np.where(unexcused[student, day] > 0, UNAUTHORISED, AUTHORISED)
        whole = np.flatnonzero(self.part == DAY_PART)
        said = self.category[whole]
        before = found[self.student[whole], self.day[whole]]
        lost = (before == AUTHORISED) | (before == UNAUTHORISED)
        # An all-day mark speaks for the day, but a blank one does not bring back a day on which
        # every period was missed, and a missing one does not take away what the periods say.
        speaks = ~(((said == PRESENT) & lost) | ((said == MISSING) & (before != _NOTHING)))
        found[self.student[whole[speaks]], self.day[whole[speaks]]] = said[speaks]
        return found

    def _periods_there_are(self, student: Ints, day: Ints) -> Ints:
        """Say how many periods a day has that must all be missed for the day to be lost.

        A student marked present period by period has the periods in which marks were made. For
        all others it is what the file covers; a file that lists absences only says nothing of who
        has which period, so a student is taken to have them all.
        """
        period = np.flatnonzero(self.part > DAY_PART)
        plain = period[self.facts[period] == PRESENT]
        marked_present = np.zeros(len(self.students), dtype=np.bool_)
        marked_present[self.student[plain]] = True
        own = np.zeros((len(self.students), len(PARTS)), dtype=np.bool_)
        own[self.student[period], self.part[period]] = True
        in_file = int(own.any(axis=0).sum())
        covered = self.roll.period_count(self.calendar)[student, day]
        others = np.where(covered > 0, covered, in_file)
        return np.where(marked_present[student], own.sum(axis=1)[student], others)

    def _empty_days(self, value: int = _NOTHING) -> Bytes:
        return np.full((len(self.students), self.days), value, dtype=np.uint8)

    def _count_sessions(self, low: int, high: int) -> tuple[Ints, Ints]:
        student, category, day = self.student, self.category, self.day
        if (low, high) != (0, self.days):
            inside = (day >= low) & (day < high)
            student, category, day = student[inside], category[inside], day[inside]
        size = len(self.students) * len(CATEGORIES)
        counts = np.bincount(student * len(CATEGORIES) + category, minlength=size)
        counts = counts.reshape(len(self.students), len(CATEGORIES))
        expected = self.roll.expected(self.calendar, low, high)
        marked = self.school_day[day] & (category != MISSING)
        found = np.bincount(student[marked], minlength=len(self.students))
        return counts, np.maximum(expected - found, counts[:, MISSING])

    def _count_days(self, low: int, high: int) -> tuple[Ints, Ints]:
        days = self.day_matrix[:, low:high]
        counts = np.stack([(days == place).sum(axis=1) for place in range(len(CATEGORIES))], axis=1)
        expected = self.roll.expected_days(self.calendar, low, high)
        found = (days < MISSING) & self.school_day[low:high]
        return counts, np.maximum(expected - found.sum(axis=1), counts[:, MISSING])

    def _count_late(self, low: int, high: int) -> Ints:
        late = (self.facts & LATE) > 0
        if (low, high) != (0, self.days):
            late &= (self.day >= low) & (self.day < high)
        return np.bincount(self.student[late], minlength=len(self.students))


@dataclass(frozen=True, eq=False)
class _CodeTimes:
    """What each symbol meant at each time: a row a stretch without change, a column a symbol."""

    symbols: Sequence[str]
    books: Sequence[Mapping[str, Code]]
    time_of_day: npt.NDArray[np.int8]  # which of the books holds on each day
    facts: Bytes

    @classmethod
    def of(cls, pack: CodeBook, symbols: Sequence[str], first: date, days: int) -> "_CodeTimes":
        last = first + timedelta(days=days)
        starts = [first, *(day for day in pack.code_changes if first < day < last)]
        books = [pack.codes_on(day) for day in starts]
        time_of_day = np.zeros(days, dtype=np.int8)
        for start in starts[1:]:
            time_of_day[(start - first).days :] += 1
        facts = np.full((len(books), max(1, len(symbols))), MISSING | UNKNOWN, dtype=np.uint8)
        for time, book in enumerate(books):
            for place, symbol in enumerate(symbols):
                if symbol in book:
                    facts[time, place] = _packed(book[symbol])
        return cls(symbols, books, time_of_day, facts)

    def facts_at(self, symbol: Ints, day: Ints) -> Bytes:
        found: Bytes = self.facts[self.time_of_day[day], symbol]
        return found

    def on(self, day: int) -> Mapping[str, Code]:
        return self.books[int(self.time_of_day[day])]


def _packed(code: Code) -> int:
    packed = CATEGORIES.index(code.category)
    packed |= LATE if code.late else 0
    packed |= TRUANCY if code.truancy else 0
    return packed | (EXCUSED if code.excused else 0)


@dataclass(frozen=True, eq=False)
class _Roll:
    """Who was in membership when, at which campus, and what was recorded there."""

    students: int
    first: date
    days: int
    campuses: Sequence[str]
    spans: Ints  # a row an enrolment: student, first day, day after the last, campus
    recorded: Sequence[Recorded]

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
    ) -> "_Roll":
        number = {name: place for place, name in enumerate(names)}
        campuses: dict[str, int] = {}
        spans: list[tuple[int, int, int, int]] = []
        enrolled: set[str] = set()
        for one in enrolments:
            enrolled.add(one.student_id)
            if one.ada_code and one.ada_code in outside:
                continue
            home = people.get(one.student_id)
            campus = one.campus or (home.campus if home else "")
            start = min(max((one.entry_date - first).days, 0), days)
            end = days
            if one.withdrawal_date:
                end = min(max((one.withdrawal_date - first).days, start), days)
            place = campuses.setdefault(campus, len(campuses))
            spans.append((number[one.student_id], start, end, place))
        for name, place in number.items():
            if name not in enrolled:
                campus = people[name].campus if name in people else ""
                spans.append((place, 0, days, campuses.setdefault(campus, len(campuses))))
        table = np.array(spans, dtype=np.int32).reshape(-1, 4)
        return cls(len(names), first, days, tuple(campuses), table, recorded)

    def member(self, calendar: SchoolCalendar) -> Bools:
        """Return the matrix of days in membership."""
        return self._inside(self.spans)

    def absences_only(self, calendar: SchoolCalendar) -> Bools:
        """Return the matrix of days in membership at a campus that recorded absences only."""
        found = np.zeros((self.students, self.days), dtype=np.bool_)
        for place, campus in enumerate(self.campuses):
            days = self._days(calendar, campus, negative=True).any(axis=1)
            if not days.any():
                continue
            spans = self.spans[self.spans[:, 3] == place]
            rows = np.unique(spans[:, 0])
            found[rows] |= self._inside(spans, rows) & days
        return found

    def period_count(self, calendar: SchoolCalendar) -> Ints:
        """Return the matrix of how many periods the recording covered."""
        found = np.zeros((self.students, self.days), dtype=np.int8)
        for place, campus in enumerate(self.campuses):
            covered = self._days(calendar, campus)[:, DAY_PART + 1 :].sum(axis=1)
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
        for place, campus in enumerate(self.campuses):
            days = self._days(calendar, campus, negative=True)
            if not days[:, part].any():
                continue
            spans = self.spans[(self.spans[:, 3] == place) & np.isin(self.spans[:, 0], rows)]
            found |= self._inside(spans, rows) & days.any(axis=1)
        return found

    def expected(self, calendar: SchoolCalendar, low: int, high: int) -> Ints:
        """Return how many sessions of each student a register of every mark covers."""
        return self._expected(
            [self._days(calendar, campus, negative=False).sum(axis=1) for campus in self.campuses],
            low,
            high,
        )

    def expected_days(self, calendar: SchoolCalendar, low: int, high: int) -> Ints:
        """Return how many days of each student a register of every mark covers."""
        return self._expected(
            [self._days(calendar, campus, negative=False).any(axis=1) for campus in self.campuses],
            low,
            high,
        )

    def _expected(self, daily: Sequence[Any], low: int, high: int) -> Ints:
        if not len(self.spans):
            return np.zeros(self.students, dtype=np.int64)
        sums = np.zeros((len(daily), self.days + 1), dtype=np.int64)
        sums[:, 1:] = np.cumsum(np.stack(daily).astype(np.int64), axis=1)
        student, start, end, campus = self.spans.T
        start, end = np.clip(start, low, high), np.clip(end, low, high)
        found = sums[campus, end] - sums[campus, start]
        return np.bincount(student, weights=found, minlength=self.students).astype(np.int64)

    def _inside(self, spans: Ints, rows: Ints | None = None) -> Bools:
        """Return the matrix of days inside the spans, for all students or those in ``rows``."""
        count = self.students if rows is None else len(rows)
        student = spans[:, 0] if rows is None else np.searchsorted(rows, spans[:, 0])
        edges = np.zeros((count, self.days + 1), dtype=np.int8)
        np.add.at(edges, (student, spans[:, 1]), np.int8(1))
        np.add.at(edges, (student, spans[:, 2]), np.int8(-1))
        return np.cumsum(edges, axis=1, dtype=np.int8)[:, : self.days] > 0

    def _days(self, calendar: SchoolCalendar, campus: str, negative: bool | None = None) -> Bools:
        """Return the parts recorded at a campus, a row a day, on school days only."""
        found = np.zeros((self.days, len(PARTS)), dtype=np.bool_)
        for one in self.recorded:
            if not _same_campus(one.campus, campus):
                continue
            if negative is not None and one.negative is not negative:
                continue
            parts = [PARTS.index(part) for part in one.parts] or [DAY_PART]
            for day in calendar.school_days_between(one.first, one.last):
                number = (day - self.first).days
                if 0 <= number < self.days:
                    found[number, parts] = True
        return found


def _same_campus(recorded: str, student: str) -> bool:
    """Say whether a recording is about a student's campus.

    An empty name is any campus. Texas writes a campus both as 9 digits (county, district, campus)
    and by its last 3: the shorter is the end of the longer.
    """
    if not recorded or not student or recorded == student:
        return True
    short, long = sorted((recorded, student), key=len)
    return len(short) == 3 and short.isdigit() and long.isdigit() and long.endswith(short)


def _span(
    marks: pd.DataFrame, recorded: Sequence[Recorded], first: date | None, last: date | None
) -> tuple[date, date]:
    if first is None or last is None:
        ends = [day for one in recorded for day in (one.first, one.last)]
        if len(marks):
            days = marks["date"].to_numpy()
            ends += [day.astype("datetime64[D]").item() for day in (days.min(), days.max())]
        first = first or min(ends, default=last or date.min)
        last = last or max(ends, default=first)
    return first, last


def _students(
    marks: pd.DataFrame, people: Mapping[str, Student], enrolments: Sequence[Enrolment]
) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Return all students, and the number of the student of each mark."""
    column = marks["student_id"].cat
    codes, labels = column.codes.to_numpy(), [str(label) for label in column.categories]
    used = np.bincount(codes, minlength=len(labels)) > 0 if len(codes) else np.zeros(len(labels))
    others = {one.student_id for one in enrolments}
    others.update(label for label, there in zip(labels, used, strict=True) if there)
    names = [*people, *sorted(others - people.keys())]
    number = {name: place for place, name in enumerate(names)}
    place = np.array([number.get(label, -1) for label in labels], dtype=np.int32)
    return names, place[codes] if len(codes) else np.zeros(0, dtype=np.int32)


def _parts(marks: pd.DataFrame) -> npt.NDArray[np.int8]:
    column = marks["part"].cat
    places = np.array([PARTS.index(part) for part in column.categories], dtype=np.int8)
    codes = column.codes.to_numpy()
    return places[codes] if len(codes) else np.zeros(0, dtype=np.int8)
