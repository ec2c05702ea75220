"""Pooled figures and the daily summary, on English registers: ENG-16, ENG-17 and ENG-18."""

from collections.abc import Mapping, Sequence
from datetime import date

from rollbook.accounting.england import WHOLE_DAY, OneSession, one_session, parts_taken
from rollbook.accounting.groups import (
    group_rate,
    groups_of,
    starters_and_leavers,
    student_figures,
)
from rollbook.attendance import NO_DATA, Reading, percent, read_register
from rollbook.policy import load_pack
from rollbook.register import Enrolment, Student, register_frame
from rollbook.rules import assess
from rollbook.school_calendar import SchoolCalendar, SchoolYear

ENGLAND = load_pack("gb-eng")
YEAR = SchoolYear("2026-27", date(2026, 10, 12), date(2026, 10, 30))
CALENDAR = SchoolCalendar((YEAR,))
DAYS = CALENDAR.school_days


def strip(student_id: str, symbols: Sequence[str]) -> list[tuple[str, date, str, str]]:
    sessions = [(day, part) for day in DAYS for part in ("AM", "PM")]
    return [
        (student_id, *session, symbol) for session, symbol in zip(sessions, symbols, strict=False)
    ]


def read(
    rows: Sequence[tuple[str, date, str, str]],
    students: Sequence[Student],
    enrolments: Sequence[Enrolment] = (),
) -> Reading:
    names = ("student_id", "date", "part", "symbol")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return read_register(
        register_frame(columns), ENGLAND, CALENDAR, students=students, enrolments=enrolments
    )


def test_a_group_pools_sessions_and_leaves_out_who_had_none() -> None:
    students = [Student(name, grade="8", form="8A") for name in ("A", "B", "C")]
    rows = strip("A", ["/"] * 10) + strip("B", ["/"] * 5 + ["I"] * 15) + strip("C", ["Y2"] * 4)
    reading = read(rows, students)
    over = {"eng-pa": set[str](), "eng-sa": set[str]()}
    for finding in assess(ENGLAND, CALENDAR, reading.marks, students, as_of=DAYS[-1]):
        if finding.trigger in over:
            over[finding.trigger].add(finding.student_id)
    figures = student_figures(reading.tally())
    rate = group_rate("Form", "8A", ["A", "B", "C", "gone"], figures, over)
    assert (percent(rate.attendance.rate), rate.counted) == ("50.0", 2)
    assert rate.crossed == {"eng-pa": 1, "eng-sa": 1}
    assert percent(rate.share("eng-pa")) == "50.0"


def test_a_group_of_nobody_is_no_data() -> None:
    rate = group_rate("Form", "9Z", [], {}, {"eng-pa": {"A"}})
    assert rate.attendance == NO_DATA
    assert rate.share("eng-pa") is None


def test_groups_are_listed_as_a_person_lists_them() -> None:
    students = [
        Student("1", grade="10", form="10B", flags=frozenset({"looked-after"})),
        Student("2", grade="9", form="9C"),
        Student("3", grade="10", form="10A"),
    ]
    assert list(groups_of(students)) == [
        ("All", "All students"),
        ("Grade", "9"),
        ("Grade", "10"),
        ("Form", "9C"),
        ("Form", "10A"),
        ("Form", "10B"),
        ("Flag", "looked-after"),
    ]


def test_only_sessions_on_roll_count_for_a_starter_who_left() -> None:
    enrolment = Enrolment("A", date(2026, 10, 14), date(2026, 10, 21))
    symbols = ["/"] * 16
    symbols[6] = "I"  # 15 October AM
    reading = read(strip("A", symbols), [Student("A")], [enrolment])
    figures = student_figures(reading.tally())["A"]
    assert (figures.possible, figures.attended, percent(figures.rate)) == (10, 9, "90.0")
    pupils = [Student("A")]
    findings = assess(ENGLAND, CALENDAR, reading.marks, pupils, [enrolment], as_of=DAYS[-1])
    assert "eng-pa" in {finding.trigger for finding in findings}


def test_moving_campus_is_neither_coming_nor_leaving() -> None:
    enrolments = [
        Enrolment("A", DAYS[0], DAYS[3], campus="1"),
        Enrolment("A", DAYS[3], campus="2"),
        Enrolment("B", DAYS[2], DAYS[5]),
        Enrolment("B", DAYS[8]),
        Enrolment("C", DAYS[0]),
    ]
    starters, leavers = starters_and_leavers(enrolments, DAYS[0], DAYS[-1])
    assert [(one.student_id, one.entry_date) for one in starters] == [
        ("B", DAYS[2]),
        ("B", DAYS[8]),
    ]
    assert [(one.student_id, one.withdrawal_date) for one in leavers] == [("B", DAYS[5])]


def session_of(codes: Mapping[str, int], on_roll: int) -> OneSession:
    symbols = [symbol for symbol, count in codes.items() for _ in range(count)]
    students = [Student(f"{number:04d}") for number in range(on_roll)]
    rows = [
        (student.student_id, DAYS[0], "AM", symbol)
        for student, symbol in zip(students, symbols, strict=False)
    ]
    return one_session(read(rows, students), DAYS[0], "AM", {"N"})


def test_the_summary_of_a_session() -> None:
    codes = {"/": 552, "L": 12, "V": 6, "I": 18, "N": 7, "O": 2, "X": 3}
    summary = session_of(codes, 600).summary()
    assert (summary.on_roll, summary.possible, summary.attended) == (600, 597, 570)
    assert (summary.absent, summary.unexplained, summary.late) == (27, 7, 12)
    assert (summary.not_possible, summary.not_taken) == (3, 0)
    assert percent(summary.rate) == "95.5"


def test_a_register_that_was_not_taken_shows_as_not_taken() -> None:
    session = session_of({"/": 3, "-": 1, "U": 1}, 7)
    summary = session.summary()
    assert (summary.possible, summary.late, summary.not_taken) == (4, 1, 3)
    assert session.absentees() == {4}
    nobody = session.summary([5, 6])
    assert (nobody.on_roll, nobody.not_taken, nobody.rate) == (2, 2, None)


def test_a_pupil_who_left_is_not_on_roll_that_day() -> None:
    students = [Student("A"), Student("B")]
    enrolments = [Enrolment("A", DAYS[0], DAYS[1]), Enrolment("B", DAYS[0])]
    reading = read(strip("A", ["/"] * 4) + strip("B", ["/"] * 4), students, enrolments)
    assert one_session(reading, DAYS[1], "AM").summary().on_roll == 1
    assert parts_taken(reading, DAYS[1]) == ["AM", "PM"]
    assert parts_taken(reading, DAYS[5]) == []
    assert WHOLE_DAY not in parts_taken(reading, DAYS[0])
