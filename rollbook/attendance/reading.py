"""A register frame read with the codes of a rule pack, and the counts it gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.attendance.codes import (
    APPROVED,
    AUTHORISED,
    CATEGORIES,
    CATEGORY_BITS,
    DAY_PART,
    LATE,
    MISSING,
    PRESENT,
    UNAUTHORISED,
    UNKNOWN,
    Bools,
    Bytes,
    CodeBook,
    CodeTimes,
    Ints,
)
from rollbook.attendance.figures import COLUMNS
from rollbook.attendance.official import SECOND_PERIOD, OfficialPeriods
from rollbook.attendance.roll import Recorded, Roll
from rollbook.register import PARTS, Code, Enrolment, Mark, Session, Student
from rollbook.school_calendar import SchoolCalendar

SESSIONS_A_DAY = 2  # morning and afternoon, where every session counts by itself

_NOTHING = 255  # in a student's day: no mark, and no absence to infer presence from


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
    official: OfficialPeriods = SECOND_PERIOD,
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
        official=official,
    ).tally()


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
    official: OfficialPeriods = SECOND_PERIOD,
    periods: int | None = None,
) -> "Reading":
    """Read a register frame with the codes of ``pack``; the arguments are those of :func:`tally`.

    Marks outside the span or outside membership are left out. A symbol that is no code on its day
    counts as a missing mark, against nobody; :meth:`Reading.unknown_symbols` names them.
    ``periods`` is how many periods the whole register names where ``marks`` are a part of it; only
    a day decided by all its periods asks for it.
    """
    recorded = tuple(recorded)
    people = {student.student_id: student for student in students}
    enrolments = tuple(enrolments)
    first, last = _span(marks, recorded, first, last)
    if periods is None:
        periods = periods_named(marks, first, last) if pack.method == "whole-day" else 0
    days = max(0, (last - first).days + 1)
    day = (marks["date"].to_numpy().astype("datetime64[D]") - np.datetime64(first, "D")).astype(
        np.int32
    )
    names, student = _students(marks, people, enrolments)
    roll = Roll.of(names, people, enrolments, pack.outside_membership, recorded, first, days)
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
        official=official,
        marks=marks,
        codes=CodeTimes.of(pack, symbols, first, days),
        roll=roll,
        row=row,
        student=student,
        day=day,
        part=_parts(marks)[row],
        symbol=symbol,
        periods=periods,
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
    official: OfficialPeriods
    marks: pd.DataFrame
    codes: "CodeTimes"
    roll: "Roll"
    row: npt.NDArray[np.int32]  # place in ``marks``
    student: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    part: npt.NDArray[np.int8]
    symbol: Ints
    periods: int = 0  # that the whole register names

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
        """For each day of the span, whether school is held for anybody.

        Marks on the days off of a student's own track are left out before.
        """
        return self.roll.any_school(self.calendar)

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
        possible += self.taken_as_attended[chosen, low:]
        return possible, absent

    @cached_property
    def taken_as_attended(self) -> Bytes:
        """The sessions of each student and day without a mark where only absences are recorded.

        A list of absences is about whole days: both sessions of a day it covers.
        """
        found = np.where(self.absences_only, np.uint8(SESSIONS_A_DAY), np.uint8(0))
        if found.any():
            marks = self._empty_days(0)
            np.add.at(marks, (self.student, self.day), np.uint8(1))
            found -= np.minimum(found, marks)
        return found

    @cached_property
    def absence_evidence(self) -> npt.NDArray[np.intp]:
        """The marks that make the absences of a tally, by student, day and part."""
        found = self.absences
        if self.method != "sessions":
            decided = self.day_matrix[self.student[found], self.day[found]]
            found = found[(decided == AUTHORISED) | (decided == UNAUTHORISED)]
        if self.method == "official-period":
            found = found[self.is_official[found] | (self.part[found] == DAY_PART)]
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
        for marks in (self.part == DAY_PART, self.is_official):  # the later one decides
            at = np.flatnonzero(marks)
            found[self.student[at], self.day[at]] = self.category[at]
        return found

    @cached_property
    def is_official(self) -> Bools:
        """The marks of the period that decides the day at their student's campus."""
        usual, places = PARTS.index(self.official.usual), self.roll.places
        parts = [PARTS.index(self.official.at(where.campus)) for where in places]
        found: Bools = self.part == usual
        if any(part != usual for part in parts):
            place = self.roll.place_of(self.student, self.day)
            # Outside every enrolment there is no campus, and nothing counts.
            found = self.part == np.array([*parts, usual], dtype=np.int8)[place]
        return found

    def official_part_on(self, student: int, day: int) -> str:
        """Return the period that decides a student's day."""
        places = self.roll.places
        place = self.roll.place_of(np.array([student]), np.array([day]))[0]
        return self.official.at(places[place].campus) if place >= 0 else self.official.usual

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
        covered = self.roll.period_count(self.calendar)[student, day]
        others = np.where(covered > 0, covered, self.periods)
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
        counts[:, PRESENT] += self.taken_as_attended[:, low:high].sum(axis=1, dtype=np.int64)
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


def periods_named(marks: pd.DataFrame, first: date, last: date) -> int:
    """Return how many periods of the day the marks of everybody name between two days."""
    day = marks["date"].to_numpy()
    inside = (day >= np.datetime64(first, "s")) & (day <= np.datetime64(last, "s"))
    column = marks["part"].cat
    named = np.bincount(column.codes.to_numpy()[inside], minlength=len(column.categories)) > 0
    return sum(
        bool(there) and PARTS.index(part) > DAY_PART
        for part, there in zip(column.categories, named, strict=True)
    )


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
