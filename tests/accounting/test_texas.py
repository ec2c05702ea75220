from datetime import date
from fractions import Fraction

import pytest

from rollbook.accounting.texas import (
    AdaCodes,
    Difference,
    ada_rows,
    differences,
    gross_total,
    hours_count_as,
    refined_total,
    year_ada,
)
from rollbook.attendance import Recorded, read_register
from rollbook.policy import load_pack
from rollbook.register import Enrolment, Student, register_frame
from tests.accounting.schools import school_of, weekdays

TEXAS = load_pack("us-tx")
DAY = date(2026, 9, 1)
CODES = AdaCodes(frozenset({"2", "5", "6"}), frozenset({"4", "5"}))


@pytest.mark.parametrize(
    ("marks", "present"),
    [
        pytest.param({"P1": "U", "P2": "U", "P3": "T"}, 0, id="arrives after the official time"),
        pytest.param({"P3": "U", "P4": "U"}, 1, id="leaves after the official time"),
        pytest.param({"P1": "M", "P2": "M"}, 1, id="health care, came back the same day"),
        pytest.param({"P1": "E", "P2": "E", "P3": "E"}, 0, id="health care, did not attend"),
        pytest.param({"P1": "S", "P2": "S", "P3": "S"}, 1, id="board-approved trip"),
        pytest.param({"P1": "R", "P2": "R", "P3": "R"}, 1, id="religious holy day"),
        pytest.param({"P2": "T"}, 1, id="tardy to the official period"),
    ],
)
def test_the_official_time_decides_the_whole_day(marks: dict[str, str], present: int) -> None:
    school = school_of({"pack": "us-tx", "periods": [1], "pupils": []})
    reading = read_register(
        register_frame(
            {
                "student_id": "7",
                "date": weekdays(1)[0],
                "part": list(marks),
                "symbol": list(marks.values()),
            }
        ),
        TEXAS,
        school.calendar,
        students=[Student("7")],
        recorded=[Recorded("", school.last, school.last, ("P1", "P2", "P3", "P4"), negative=True)],
    )
    assert reading.tally().loc["7", "possible"] == 1
    assert (reading.day_matrix[0, 0] <= 1) == bool(present)


def test_the_pack_says_who_earns_half_days_and_who_is_ineligible() -> None:
    assert frozenset(TEXAS.value("ada.half-day-codes", DAY).words) == CODES.half_day
    assert frozenset(TEXAS.value("ada.ineligible-codes", DAY).words) == CODES.ineligible


def test_campuses_and_grades_add_up_to_the_district() -> None:
    school = school_of(
        {
            "pack": "us-tx",
            "periods": [29, 31],
            "tracks": {"B": 2},
            "pupils": [
                {"count": 5, "absent": 3, "grade": "4", "track": "A"},
                {"count": 4, "absent": 2, "grade": "5", "ada_code": "2", "track": "B"},
                {"count": 3, "absent": 9, "grade": "5", "campus": "041", "ada_code": "5"},
                {"count": 2, "entered": 10, "left": 40, "campus": "041", "ada_code": ""},
            ],
        }
    )
    rows, by_grade = (
        ada_rows(
            school.days(), CODES, school.calendar, school.periods, school.last, by_grade=by_grade
        )
        for by_grade in (False, True)
    )
    for period in ("1", "2"):
        ours = [row for row in rows if row.period == period]
        finer = [row for row in by_grade if row.period == period]
        assert refined_total(ours) == refined_total(finer)
        assert gross_total(ours) == gross_total(finer)
        for row in ours:
            assert row.membership == row.present + row.absent
            assert row.present == row.eligible_present + row.ineligible_present
    second = {(row.campus, row.track): row.days_taught for row in rows if row.period == "2"}
    assert second == {("001", "A"): 31, ("001", "B"): 29, ("041", ""): 31}
    assert [row.without_code for row in rows if row.campus == "041"] == [2, 2]


def test_days_taught_stop_on_the_last_day_counted() -> None:
    school = school_of({"pack": "us-tx", "periods": [10], "pupils": [{}]})
    [row] = ada_rows(
        school.days(), CODES, school.calendar, school.periods, school.calendar.school_days[5]
    )
    assert row.days_taught == 6


def test_nothing_taught_is_no_data() -> None:
    assert year_ada([]) is None
    school = school_of({"pack": "us-tx", "periods": [5], "pupils": [{"ada_code": "0"}]})
    assert ada_rows(school.days(), CODES, school.calendar, school.periods, school.last) == []


def test_a_half_day_is_two_hours_and_a_whole_day_four() -> None:
    half, full = (
        TEXAS.value(name, DAY).number
        for name in ("membership.half-day-hours", "membership.full-day-hours")
    )
    hours = ("1.99", "2", "3.99", "4", "7")
    counted = [hours_count_as(Fraction(one), half, full) for one in hours]
    assert counted == [0, Fraction(1, 2), Fraction(1, 2), 1, 1]


def test_reports_agree_within_one_tenth_and_what_does_not_is_named() -> None:
    tolerance = TEXAS.value("ada.tolerance", DAY).value
    assert isinstance(tolerance, Fraction)
    ours = {"001": Fraction("179.53"), "041": Fraction("133.19"), "101": Fraction("266.81")}
    theirs = {"001": Fraction("179.43"), "041": Fraction("133.0899"), "102": Fraction(3)}
    assert differences(ours, theirs, tolerance) == [
        Difference("041", Fraction("133.19"), Fraction("133.0899")),
        Difference("101", Fraction("266.81"), None),
        Difference("102", None, Fraction(3)),
    ]


def test_a_student_leaving_in_the_middle_keeps_the_days_until_then() -> None:
    school = school_of({"pack": "us-tx", "periods": [30], "pupils": [{"left": 12, "absent": 2}]})
    assert school.enrolments == [
        Enrolment("00001", weekdays(1)[0], weekdays(13)[12], campus="001", ada_code="1")
    ]
    [row] = ada_rows(school.days(), CODES, school.calendar, school.periods, school.last)
    assert (row.membership, row.absent, row.refined) == (12, 2, Fraction(10, 30))
