"""Small schools for the tests of accounting, from the few numbers a case gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rollbook.accounting.membership import MembershipDays, membership_days
from rollbook.attendance import Reading, Recorded, read_register
from rollbook.policy import PolicyPack, load_pack
from rollbook.register import Enrolment, Student, register_frame
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span, Track

FIRST = date(2026, 8, 17)  # a Monday
ONE_DAY = timedelta(days=1)
Row = tuple[str, date, str, str]  # student, day, part, symbol


def weekdays(count: int, first: date = FIRST) -> list[date]:
    days = [first + timedelta(number) for number in range(count * 2 + 7)]
    return [day for day in days if day.weekday() < 5][:count]


def periods_of(lengths: Iterable[int]) -> list[Span]:
    """Consecutive periods of so many school days each."""
    found: list[Span] = []
    days = iter(weekdays(400))
    for number, length in enumerate(lengths, start=1):
        own = [next(days) for _ in range(length)]
        found.append(Span(str(number), own[0], own[-1]))
    return found


@dataclass(frozen=True)
class School:
    """A school whose register lists absences only, read up to its last day."""

    pack: PolicyPack
    calendar: SchoolCalendar
    periods: Sequence[Span]
    students: Mapping[str, Student]
    enrolments: Sequence[Enrolment]
    rows: Sequence[Row]

    @property
    def last(self) -> date:
        return self.calendar.years[0].last

    def reading(self) -> Reading:
        year = self.calendar.years[0]
        columns = list(zip(*self.rows, strict=True)) or [(), (), (), ()]
        names = ("student_id", "date", "part", "symbol")
        frame = register_frame(
            {name: list(column) for name, column in zip(names, columns, strict=True)}
        )
        parts = ("P1", "P2", "P3") if self.pack.id == "us-tx" else ("DAY", "P1", "P2", "P3")
        return read_register(
            frame,
            self.pack,
            self.calendar,
            students=self.students.values(),
            enrolments=self.enrolments,
            recorded=[Recorded("", year.first, year.last, parts, negative=True)],
            first=year.first,
            last=year.last,
        )

    def days(self, *, weekends: bool = True) -> list[MembershipDays]:
        return membership_days(
            self.reading(),
            self.students,
            self.enrolments,
            self.periods,
            outside=self.pack.outside_membership,
            weekends=weekends,
        )


def school_of(given: Mapping[str, Any]) -> School:
    """Build a school from a case.

    ``periods`` are the lengths of the periods in school days; ``pupils`` are groups: ``count``,
    ``absent`` (the first days, or those after ``absent_from`` days) or ``marks`` (symbols instead),
    then ``part_days`` with one period missed and ``tardies``; ``entered`` and ``left``
    (numbers of school days, the latter the first not in membership), ``ada_code``, ``track``,
    ``campus``, ``grade``. ``tracks`` names tracks and how many of the last days are off on them.
    """
    periods = periods_of(given["periods"])
    days = weekdays(sum(given["periods"]))
    tracks = tuple(
        Track(name, (Span("Off", days[-off], days[-1]),))
        for name, off in given.get("tracks", {}).items()
    )
    year = SchoolYear("2026-27", days[0], days[-1], tracks=tracks)
    pack = load_pack(given["pack"])
    absent, part = ("U", "P2") if given["pack"] == "us-tx" else ("I", "DAY")
    students: dict[str, Student] = {}
    enrolments: list[Enrolment] = []
    rows: list[Row] = []
    for group in given["pupils"]:
        for _ in range(group.get("count", 1)):
            student_id = f"{len(students) + 1:05d}"
            students[student_id] = Student(student_id, grade=group.get("grade", "4"))
            entered, left = group.get("entered", 0), group.get("left", len(days))
            enrolments.append(
                Enrolment(
                    student_id,
                    days[entered],
                    days[left] if left < len(days) else None,
                    campus=group.get("campus", "001"),
                    ada_code=group.get("ada_code", "1"),
                    track=group.get("track", ""),
                )
            )
            own = days[entered:left][group.get("absent_from", 0) :]
            symbols = group.get("marks", [absent] * group.get("absent", 0))
            marks = [(part, symbol) for symbol in symbols]
            marks += [("P3", "U")] * group.get("part_days", 0)
            marks += [(part, "T")] * group.get("tardies", 0)
            rows += [
                (student_id, day, *mark) for day, mark in zip(own, marks, strict=False) if mark[1]
            ]
    return School(pack, SchoolCalendar((year,)), periods, students, enrolments, rows)
