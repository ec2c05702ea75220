from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest

from rollbook.accounting.california import (
    NO_SPAN,
    PeriodAda,
    all_schools,
    cut_off,
    month_attendance,
    period_ada,
    recovery_by_group,
)
from rollbook.accounting.grades import grade_rank, grade_span, span_of
from rollbook.accounting.recovery import recovery_days, recovery_days_of
from rollbook.register import Action
from tests.accounting.schools import School, school_of, weekdays

SPANS = [grade_span(name) for name in ("TK-3", "4-6", "7-8", "9-12")]


def ada(school: School, months: Sequence[int]) -> list[PeriodAda]:
    attendance = month_attendance(
        school.days(weekends=False), school.calendar, school.periods, SPANS, school.last
    )
    chosen = [school.periods[number - 1] for number in months]
    return period_ada(attendance, chosen, school.calendar, school.last)


def test_schools_and_grade_spans_are_reported_apart() -> None:
    school = school_of(
        {
            "pack": "us-ca",
            "periods": [20, 20],
            "pupils": [
                {"count": 3, "absent": 2, "grade": "TK", "campus": "10"},
                {"count": 2, "grade": "6", "campus": "10"},
                {"count": 2, "grade": "06", "campus": "20", "entered": 20},
                {"grade": "", "campus": "20"},
            ],
        }
    )
    found = {(one.school, one.grades): one.ada for one in ada(school, [1, 2])}
    assert found == {
        ("10", "TK-3"): Fraction(3 * 38, 40),
        ("10", "4-6"): 2,
        ("20", "4-6"): Fraction(2 * 20, 40),
        ("20", NO_SPAN): 1,
    }
    total = all_schools(ada(school, [1, 2]))
    assert (total.ada, total.days_taught) == (sum(found.values()), 40)


def test_tracks_are_divided_by_their_own_days() -> None:
    school = school_of(
        {
            "pack": "us-ca",
            "periods": [20],
            "tracks": {"B": 4},
            "pupils": [{"count": 2, "track": "A", "absent": 5}, {"count": 3, "track": "B"}],
        }
    )
    [one] = ada(school, [1])
    assert (one.ada, one.days_taught) == (Fraction(30, 20) + Fraction(48, 16), None)


def test_the_cut_off_is_the_first_such_day_of_the_school_year() -> None:
    assert cut_off(date(2026, 8, 12), "12-31") == date(2026, 12, 31)
    assert cut_off(date(2026, 8, 12), "04-15") == date(2027, 4, 15)
    assert cut_off(date(2026, 7, 1), "06-30") == date(2027, 6, 30)


def test_recovery_is_credited_where_the_pupil_was_last() -> None:
    school = school_of(
        {
            "pack": "us-ca",
            "periods": [20, 20],
            "pupils": [{"absent": 6}, {"absent": 14, "grade": "2"}, {"absent": 3}],
        }
    )
    day = weekdays(40)
    actions = [
        *(Action("00001", one, "attendance-recovery") for one in day[:8]),
        *(Action("00002", one, "attendance-recovery") for one in (*day[:12], day[0])),
        Action("00003", day[0], "call"),
    ]
    earned = recovery_days(actions, day[0], day[-1])
    assert earned == {"00001": 8, "00002": 12}
    assert recovery_days(actions, day[0], day[2]) == {"00001": 3, "00002": 3}
    days = school.days(weekends=False)
    credited = recovery_by_group(days, school.periods, SPANS, earned, 10)
    assert credited == {("001", "4-6", ""): 6, ("001", "TK-3", ""): 10}
    attendance = month_attendance(days, school.calendar, school.periods, SPANS, school.last)
    first, second = period_ada(attendance, school.periods, school.calendar, school.last, credited)
    assert (first.grades, first.credited, first.ada) == ("TK-3", 10, Fraction(26, 40))
    assert first.ada_with_recovery == Fraction(36, 40)
    assert (second.credited, second.attendance) == (6, 34 + 37)


def test_hours_of_recovery_add_up_to_days_and_one_a_calendar_day_at_most() -> None:
    monday, tuesday, wednesday = weekdays(3)
    assert recovery_days_of({monday: 120, tuesday: 120}, 240) == 1
    assert recovery_days_of({monday: 600}, 240) == 1
    assert recovery_days_of({monday: 480, tuesday: 239, wednesday: 0}, 240) == 2
    assert recovery_days_of({}, 240) == 0


@pytest.mark.parametrize(
    ("grade", "rank"),
    [("TK", -1), ("-1", -1), ("KN", 0), ("KG", 0), ("0", 0), ("00", 0), ("01", 1), ("12", 12)],
)
def test_a_grade_has_one_place_whatever_it_is_called(grade: str, rank: int) -> None:
    assert grade_rank(grade) == rank


def test_a_grade_nobody_knows_is_in_no_span() -> None:
    assert span_of(SPANS, "ungraded") is None
    assert span_of(SPANS, "PK") is None
    with pytest.raises(ValueError, match="no span of grades"):
        grade_span("3-1")
