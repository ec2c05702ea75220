from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.attendance import (
    NO_DATA,
    Attendance,
    OfficialPeriods,
    Recorded,
    attendance_of,
    percent,
    pooled,
    read_register,
    tally,
)
from rollbook.policy import PolicyPack, load_pack
from rollbook.register import Category, Enrolment, Student, empty_register, register_frame
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

ENGLAND, TEXAS, CALIFORNIA = load_pack("gb-eng"), load_pack("us-tx"), load_pack("us-ca")

HALF_TERM = Span("Half term", date(2026, 10, 26), date(2026, 10, 30))
YEAR = SchoolYear("2026-27", date(2026, 9, 1), date(2026, 12, 18), closures=(HALF_TERM,))
CALENDAR = SchoolCalendar((YEAR,))
DAYS = CALENDAR.school_days[:12]

Marks = Mapping[tuple[str, date, str], str]


def frame(marks: Marks) -> pd.DataFrame:
    return register_frame(
        {
            "student_id": [student for student, _, _ in marks],
            "date": [day for _, day, _ in marks],
            "part": [part for _, _, part in marks],
            "symbol": list(marks.values()),
        }
    )


def marks_of(pack: PolicyPack, parts: Sequence[str]) -> st.SearchStrategy[Marks]:
    symbols = sorted(pack.codes_on(DAYS[0]))
    places = st.tuples(
        st.sampled_from(["007", "08"]), st.sampled_from(DAYS), st.sampled_from(parts)
    )
    return st.dictionaries(places, st.sampled_from(symbols), max_size=40)


enrolments_of_007 = st.lists(st.tuples(st.integers(-3, 12), st.integers(1, 8)), max_size=2).map(
    lambda spans: [
        Enrolment("007", DAYS[0] + timedelta(first), DAYS[0] + timedelta(first + length))
        for first, length in spans
    ]
)


def on_roll(enrolments: Sequence[Enrolment], student: str, day: date) -> bool:
    own = [one for one in enrolments if one.student_id == student]
    return not own or any(one.holds(day) for one in own)


def counted(categories: Sequence[Category]) -> dict[str, int]:
    """Count the naive way."""
    tallied = Counter(categories)
    names = (Category.PRESENT, Category.APPROVED, Category.AUTHORISED, Category.UNAUTHORISED)
    found = {name.value: tallied[name] for name in names}
    return found | {"possible": sum(found.values())}


def figures(attendance: Attendance) -> dict[str, int]:
    names = ("present", "approved", "authorised", "unauthorised", "possible")
    return {name: getattr(attendance, name) for name in names}


@settings(deadline=None)
@given(marks_of(ENGLAND, ["AM", "PM"]), enrolments_of_007)
def test_sessions_are_counted_as_one_counts_by_hand(
    marks: Marks, enrolments: list[Enrolment]
) -> None:
    table = tally(frame(marks), ENGLAND, CALENDAR, enrolments=enrolments)
    for student in {student for student, _, _ in marks}:
        by_hand = [
            ENGLAND.codes_on(day)[symbol].category
            for (who, day, _), symbol in marks.items()
            if who == student and on_roll(enrolments, who, day)
        ]
        assert figures(attendance_of(table, student)) == counted(by_hand)


@settings(deadline=None)
@given(marks_of(TEXAS, ["DAY", "P1", "P2", "P3"]), enrolments_of_007)
def test_the_official_period_decides_as_one_decides_by_hand(
    marks: Marks, enrolments: list[Enrolment]
) -> None:
    recorded = [Recorded("", DAYS[2], DAYS[9], ("P1", "P2", "P3"), negative=True)]
    table = tally(
        frame(marks),
        TEXAS,
        CALENDAR,
        students=[Student("007"), Student("08")],
        enrolments=enrolments,
        recorded=recorded,
        first=DAYS[0],
        last=DAYS[-1],
    )
    for student in ("007", "08"):
        by_hand = []
        for day in DAYS:
            if not on_roll(enrolments, student, day):
                continue
            symbol = marks.get((student, day, "P2"), marks.get((student, day, "DAY")))
            if symbol is not None:
                by_hand.append(TEXAS.codes_on(day)[symbol].category)
            elif DAYS[2] <= day <= DAYS[9]:
                by_hand.append(Category.PRESENT)
        assert figures(attendance_of(table, student)) == counted(by_hand)


ABSENT = (Category.AUTHORISED, Category.UNAUTHORISED)


@settings(deadline=None)
@given(marks_of(CALIFORNIA, ["DAY", "P1", "P2"]))
def test_a_day_is_lost_only_when_all_of_it_was_missed(marks: Marks) -> None:
    recorded = [Recorded("", DAYS[0], DAYS[-1], ("DAY", "P1", "P2"))]
    # One day period by period for each: so each student's periods are P1 and P2.
    marks = dict(marks) | {
        (student, DAYS[-1], part): "" for student in ("007", "08") for part in ("P1", "P2")
    }
    table = tally(frame(marks), CALIFORNIA, CALENDAR, recorded=recorded)
    codes = CALIFORNIA.codes_on(DAYS[0])
    for student in ("007", "08"):
        by_hand = []
        for day in DAYS:
            whole = marks.get((student, day, "DAY"))
            said = codes[whole].category if whole is not None else None
            periods = [marks.get((student, day, part)) for part in ("P1", "P2")]
            found = [codes[symbol].category for symbol in periods if symbol is not None]
            if said is not None and said is not Category.PRESENT:
                by_hand.append(said)
            elif len(found) == 2 and all(one in ABSENT for one in found):
                without = Category.UNAUTHORISED in found
                by_hand.append(Category.UNAUTHORISED if without else Category.AUTHORISED)
            elif said or found:
                by_hand.append(Category.PRESENT)
        assert figures(attendance_of(table, student)) == counted(by_hand)


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 3))
def test_percentages_round_half_up_from_the_exact_share(part: int, rest: int, places: int) -> None:
    share = Fraction(part, part + rest)
    shown = percent(share, places)
    exact = Decimal(part * 100 * 10**places) / Decimal(part + rest)
    rounded = exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert shown is not None and Decimal(shown).scaleb(places) == rounded


@pytest.mark.parametrize(
    ("attended", "possible", "shown"),
    [(269, 299, "90.0"), (271, 301, "90.0"), (1, 2000, "0.1"), (18, 19, "94.7"), (5, 5, "100.0")],
)
def test_a_percentage_shows_one_decimal(attended: int, possible: int, shown: str) -> None:
    assert percent(Fraction(attended, possible)) == shown


def test_nothing_possible_is_no_data_and_never_nought_or_a_hundred() -> None:
    assert NO_DATA.rate is None and NO_DATA.absence_rate is None and percent(NO_DATA.rate) is None


def test_269_of_299_and_271_of_301_look_alike_and_are_not() -> None:
    below, above = Fraction(269, 299), Fraction(271, 301)
    assert percent(below) == percent(above)
    assert below < Fraction(9, 10) < above


def test_an_empty_register_counts_nothing() -> None:
    table = tally(empty_register(), ENGLAND, CALENDAR, students=[Student("007")])
    assert attendance_of(table, "007") == NO_DATA
    assert attendance_of(table, "nobody") == NO_DATA
    assert pooled(table) == NO_DATA


def test_ids_keep_their_zeros() -> None:
    table = tally(
        frame({("007", DAYS[0], "AM"): "/", ("7", DAYS[0], "AM"): "O"}), ENGLAND, CALENDAR
    )
    assert attendance_of(table, "007").present == 1
    assert attendance_of(table, "7").unauthorised == 1


def test_a_group_pools_its_members() -> None:
    one, other = Attendance(10, 10, 0, 0, 0), Attendance(20, 5, 0, 15, 0)
    assert (one + other).rate == Fraction(1, 2)


def test_a_late_arrival_counts_as_late_whether_present_or_absent() -> None:
    table = tally(
        frame({("007", DAYS[0], "AM"): "L", ("007", DAYS[0], "PM"): "U"}), ENGLAND, CALENDAR
    )
    found = attendance_of(table, "007")
    assert (found.present, found.unauthorised, found.late) == (1, 1, 2)


def test_a_code_means_what_it_meant_on_its_day() -> None:
    before, after = date(2024, 7, 1), date(2024, 9, 10)
    marks = frame(
        {("007", before, "AM"): "J", ("007", after, "AM"): "J", ("007", after, "PM"): "/"}
    )
    reading = read_register(marks, ENGLAND, CALENDAR)
    found = attendance_of(reading.tally(), "007")
    assert (found.approved, found.present, found.missing) == (1, 1, 1)
    assert reading.unknown_symbols() == {"J": 1}


def test_sessions_nobody_marked_are_missing_and_not_absences() -> None:
    recorded = [Recorded("", DAYS[0], DAYS[1], ("AM", "PM"))]
    marks = frame({("007", DAYS[0], "AM"): "/", ("007", DAYS[0], "PM"): "-"})
    found = attendance_of(tally(marks, ENGLAND, CALENDAR, recorded=recorded), "007")
    assert (found.possible, found.present, found.missing) == (1, 1, 3)


def test_a_closure_is_neither_possible_nor_missing() -> None:
    recorded = [Recorded("", date(2026, 10, 19), date(2026, 11, 6), ("AM", "PM"))]
    students = [Student("007")]
    table = tally(empty_register(), ENGLAND, CALENDAR, students=students, recorded=recorded)
    assert attendance_of(table, "007").missing == 20


def test_days_outside_an_enrolment_and_in_its_gaps_do_not_count() -> None:
    enrolments = [
        Enrolment("007", DAYS[1], DAYS[3]),
        Enrolment("007", DAYS[5], DAYS[6]),
    ]
    recorded = [Recorded("", DAYS[0], DAYS[-1], ("P2",), negative=True)]
    table = tally(empty_register(), TEXAS, CALENDAR, enrolments=enrolments, recorded=recorded)
    assert attendance_of(table, "007").possible == 3


def test_each_campus_has_its_own_recorded_days() -> None:
    students = [
        Student("007", campus="092905001"),
        Student("08", campus="041"),
        Student("9", campus="555"),
    ]
    recorded = [
        Recorded("001", DAYS[0], DAYS[3], ("P2",), negative=True),
        Recorded("041", DAYS[0], DAYS[1], ("P2",), negative=True),
    ]
    table = tally(empty_register(), TEXAS, CALENDAR, students=students, recorded=recorded)
    assert [attendance_of(table, one.student_id).possible for one in students] == [4, 2, 0]


def test_a_student_who_moved_has_the_days_of_each_campus() -> None:
    enrolments = [
        Enrolment("007", DAYS[0], DAYS[2], campus="001"),
        Enrolment("007", DAYS[2], campus="041"),
    ]
    recorded = [
        Recorded("001", DAYS[0], DAYS[-1], ("P2",), negative=True),
        Recorded("041", DAYS[0], DAYS[4], ("P2",), negative=True),
    ]
    table = tally(empty_register(), TEXAS, CALENDAR, enrolments=enrolments, recorded=recorded)
    assert attendance_of(table, "007").possible == 5


def test_a_school_that_posts_by_day_needs_no_official_period() -> None:
    recorded = [Recorded("", DAYS[0], DAYS[3], ("DAY",), negative=True)]
    marks = frame({("007", DAYS[1], "DAY"): "U"})
    found = attendance_of(tally(marks, TEXAS, CALENDAR, recorded=recorded), "007")
    assert (found.possible, found.unauthorised) == (4, 1)


def test_another_official_period_can_be_settled() -> None:
    marks = frame({("007", DAYS[0], "P2"): "A", ("007", DAYS[0], "P5"): ""})
    assert attendance_of(tally(marks, TEXAS, CALENDAR), "007").absent == 1
    fifth = OfficialPeriods("P5")
    assert attendance_of(tally(marks, TEXAS, CALENDAR, official=fifth), "007").absent == 0


def test_each_campus_has_its_own_official_period() -> None:
    """A student who moves is counted by the period of the campus of the day."""
    enrolments = [
        Enrolment("007", DAYS[0], DAYS[2], campus="101912001"),
        Enrolment("007", DAYS[2], campus="041"),
        Enrolment("8", DAYS[0]),
    ]
    missed = {(who, day, "P2"): "A" for who in ("007", "8") for day in DAYS[:4]}
    there = {(who, day, "P5"): "" for who in ("007", "8") for day in DAYS[:4]}
    official = OfficialPeriods("P2", {"041": "P5"})
    students = [Student("007", campus="041"), Student("8")]
    reading = read_register(
        frame(missed | there),
        TEXAS,
        CALENDAR,
        students=students,
        enrolments=enrolments,
        official=official,
    )
    moved, home = (attendance_of(reading.tally(), one) for one in ("007", "8"))
    assert (moved.absent, moved.present) == (2, 2)
    assert (home.absent, home.present) == (4, 0)
    evidence = [reading.mark_of(entry).session for entry in reading.absence_evidence.tolist()]
    assert {one.part for one in evidence} == {"P2"}
    assert len(evidence) == 6


def test_a_campus_that_names_no_period_has_the_offices() -> None:
    official = OfficialPeriods("P2", {"041": "P5"})
    named = ("041", "101912041", "101912001", "001", "", "Elm Street")
    assert [official.at(name) for name in named] == ["P5", "P5", "P2", "P2", "P2", "P2"]


def test_one_period_missed_in_a_file_of_absences_is_not_the_whole_day() -> None:
    recorded = [Recorded("", DAYS[0], DAYS[1], ("DAY", "P1", "P2"))]
    marks = frame({("007", DAYS[0], "DAY"): "", ("007", DAYS[0], "P1"): "U"})
    found = attendance_of(tally(marks, CALIFORNIA, CALENDAR, recorded=recorded), "007")
    assert (found.possible, found.present, found.missing) == (1, 1, 1)


def test_part_of_the_span_adds_up_to_the_whole() -> None:
    marks = {("007", day, part): "/" for day in DAYS for part in ("AM", "PM")}
    marks["007", DAYS[4], "PM"] = "N"
    reading = read_register(frame(marks), ENGLAND, CALENDAR)
    early = attendance_of(reading.tally(last=DAYS[4]), "007")
    late = attendance_of(reading.tally(first=DAYS[5]), "007")
    assert early + late == attendance_of(reading.tally(), "007")
    assert early.unauthorised == 1


def test_every_student_named_anywhere_has_a_row() -> None:
    marks: Any = {("1", DAYS[0], "AM"): "/"}
    table = tally(
        frame(marks),
        ENGLAND,
        CALENDAR,
        students=[Student("3")],
        enrolments=[Enrolment("2", DAYS[0])],
    )
    assert list(table.index) == ["3", "1", "2"]
