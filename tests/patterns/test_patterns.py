"""Planted patterns are found, chance ones are not, and figures are exact."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from rollbook.attendance import percent, read_register
from rollbook.patterns import Pattern, counts_of, patterns_of
from rollbook.patterns.days import days_beside_holidays
from rollbook.patterns.families import brothers_and_sisters
from rollbook.register import Guardian
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span
from tests.patterns.registers import (
    CALENDAR,
    ENGLAND,
    YEAR,
    Marks,
    families,
    missed,
    random_register,
    reading_of,
    school_days,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


def claimed(marks: Marks, **more: str) -> dict[str, Pattern]:
    found = patterns_of(reading_of({"7": marks}, **more), ENGLAND)
    return {f"{one.kind}: {one.what}": one for one in found}


def test_the_worked_example_of_mondays_and_fridays() -> None:
    """GEN-01: five of six on Mondays and Fridays, one of them the day after half term."""
    days = "2026-09-07 2026-09-18 2026-09-28 2026-10-09 2026-10-14 2026-11-02".split()
    reading = reading_of({"7": missed(days)}, last="2026-11-06")
    [pattern] = patterns_of(reading, ENGLAND)
    assert (pattern.kind, pattern.count, pattern.of) == ("mondays-and-fridays", 5, 6)
    assert percent(pattern.share) == "83.3"
    assert pattern.sentence == (
        "5 of 6 days missed were Mondays or Fridays (chance would give 2 or 3)"
    )
    assert pattern.chance == Fraction(17, 43)  # of the days there were, half term left out
    assert {mark.session.day for mark in pattern.evidence} == {
        date.fromisoformat(day) for day in days if day != "2026-10-14"
    }
    counts = {one.what: one.count for one in counts_of(reading, ENGLAND, student_id="7")}
    assert counts["were Mondays"] == 3
    assert counts["were Fridays"] == 2
    assert counts["touched a holiday or closure"] == 1


def test_nothing_is_claimed_from_three_days() -> None:
    assert claimed(missed(school_days(MONDAY, 3))) == {}
    assert claimed(missed(school_days(MONDAY, 4)))


@pytest.mark.parametrize(
    ("weekdays", "is_claimed"),
    [
        ([MONDAY] * 4 + [TUESDAY] * 0, True),
        ([MONDAY] * 5 + [WEDNESDAY] * 1, True),
        ([MONDAY] * 4 + [WEDNESDAY] * 2, False),  # 60 %, but chance gives that one time in six
        ([MONDAY] * 6 + [WEDNESDAY] * 5, False),  # below 60 %
    ],
)
def test_mondays_and_fridays_need_the_share_and_the_rarity(
    weekdays: list[int], is_claimed: bool
) -> None:
    days = [day for one in set(weekdays) for day in school_days(one, weekdays.count(one))]
    found = claimed(missed(days))
    assert ("mondays-and-fridays: were Mondays or Fridays" in found) is is_claimed


def test_a_school_can_ask_for_the_share_alone() -> None:
    value = replace(ENGLAND.value("patterns.mon-fri-one-in", YEAR.first), value=1)
    pack = replace(ENGLAND, values={**ENGLAND.values, value.name: (value,)})
    days = school_days(MONDAY, 4) + school_days(WEDNESDAY, 2)
    [pattern] = patterns_of(reading_of({"7": missed(days)}, pack=pack), pack)
    assert (pattern.count, pattern.of, pattern.one_in) == (4, 6, 5)


def test_one_weekday_is_found_beside_what_else_was_missed() -> None:
    days = school_days(WEDNESDAY, 8) + school_days(TUESDAY, 1) + school_days(FRIDAY, 1)
    found = claimed(missed(days))
    pattern = found["weekday: were Wednesdays"]
    assert (pattern.count, pattern.of) == (8, 10)
    assert pattern.one_in > 500


def test_whole_weeks_of_illness_are_no_monday_pattern() -> None:
    weeks = ["2026-09-14", "2026-10-05", "2026-11-09", "2026-11-30"]
    days = [
        str(date.fromordinal(date.fromisoformat(w).toordinal() + n))
        for w in weeks
        for n in range(5)
    ]
    reading = reading_of({"7": missed(days)})
    assert patterns_of(reading, ENGLAND) == []
    with_mondays = reading_of({"7": missed([*days, *school_days(MONDAY, 15)])})
    pattern = next(one for one in patterns_of(with_mondays, ENGLAND) if one.kind == "weekday")
    assert (pattern.count, pattern.of, pattern.left_out) == (
        6,
        6,
        24,
    )  # a week and its Monday are one


def test_three_days_in_a_row_count_as_one_event() -> None:
    """Four times Wednesday to Friday is far less rare than twelve single days would be."""
    starts = school_days(WEDNESDAY, 8)[::2]
    days = [
        str(date.fromordinal(date.fromisoformat(w).toordinal() + n))
        for w in starts
        for n in range(3)
    ]
    counts = counts_of(reading_of({"7": missed(days)}), ENGLAND, student_id="7")
    friday = next(one for one in counts if one.what == "were Fridays")
    assert (friday.count, friday.of, friday.claimed) == (4, 12, False)


def test_absences_beside_holidays_are_counted_by_absence() -> None:
    days = "2026-10-23 2026-11-02 2026-12-17 2026-12-18 2027-01-05 2027-02-11 2027-02-12".split()
    days += ["2027-02-22", "2027-03-25"]
    found = claimed(missed(days), last="2027-05-28")
    pattern = found["beside-holidays: touched a holiday or closure"]
    # 23 October and 2 November are one absence: no school day lies between them
    assert (pattern.count, pattern.of) == (4, 4)


def test_days_beside_holidays_are_not_those_beside_plain_weekends() -> None:
    beside = days_beside_holidays(CALENDAR)
    assert {date(2026, 10, 23), date(2026, 11, 2), date(2027, 4, 30), date(2027, 5, 4)} <= beside
    assert date(2026, 9, 11) not in beside
    year = SchoolYear(
        "y", date(2026, 9, 1), date(2026, 9, 18), closures=(Span("d", *[date(2026, 9, 9)] * 2),)
    )
    assert days_beside_holidays(SchoolCalendar((year,))) == {
        date(2026, 9, 1), date(2026, 9, 8), date(2026, 9, 10), date(2026, 9, 18)
    }  # fmt: skip


def test_every_other_week_is_found() -> None:
    days = school_days(TUESDAY, 13)[1::2] + school_days(THURSDAY, 6, step=2)
    found = claimed(missed(days))
    assert [one.count for key, one in found.items() if key.startswith("alternate-weeks")] == [12]


def test_the_same_day_of_a_fortnight_is_found() -> None:
    found = claimed(missed(school_days(THURSDAY, 7, step=2)))
    assert any(key.startswith("fortnight: were every second Thursday") for key in found)


def test_of_patterns_within_each_other_only_the_rarest_is_claimed() -> None:
    every_monday = claimed(missed(school_days(MONDAY, 13)))
    assert set(every_monday) == {
        "weekday: were Mondays",
        "mondays-and-fridays: were Mondays or Fridays",
    }
    every_second = claimed(missed(school_days(MONDAY, 7, step=2)))
    assert {key.split(":")[0] for key in every_second} == {"fortnight", "mondays-and-fridays"}


def test_every_other_weekend_is_found_across_its_friday_and_monday() -> None:
    fridays = school_days(FRIDAY, 14)
    days = [day for day in fridays if date.fromisoformat(day).toordinal() // 7 % 2]
    found = claimed(missed(days, "O"))
    assert any(key.startswith("alternate-weekends") for key in found)


def test_afternoons_alone_are_found_and_whole_days_say_nothing_of_them() -> None:
    afternoons = [f"{day} PM" for day in school_days(TUESDAY, 10) + school_days(THURSDAY, 2)]
    found = claimed(missed(afternoons))
    pattern = found["same-part: were in the afternoon"]
    assert (pattern.count, pattern.of, pattern.chance) == (12, 12, Fraction(1, 2))
    assert not any(key.startswith("same-part") for key in claimed(missed(school_days(1, 12))))


@pytest.mark.parametrize(("symbol", "is_claimed"), [("C2", False), ("E", False), ("M", True)])
def test_what_the_school_arranged_is_no_pattern(symbol: str, is_claimed: bool) -> None:
    afternoons = [f"{day} PM" for day in school_days(TUESDAY, 12)]
    assert bool(claimed(missed(afternoons, symbol))) is is_claimed


def test_late_arrivals_are_looked_at_on_their_own() -> None:
    late = {f"{day} AM": "U" for day in school_days(MONDAY, 9)}
    found = claimed(late)
    assert list(found) == ["late-weekday: were Mondays"]
    assert found["late-weekday: were Mondays"].unit == "days late"


def test_brothers_and_sisters_who_are_away_together_are_found_both_ways() -> None:
    together = school_days(TUESDAY, 3) + school_days(THURSDAY, 2)
    reading = reading_of(
        {
            "1": missed([*together, "2026-09-30"]),
            "2": missed(together),
            "3": missed(together),
        }
    )
    found = patterns_of(reading, ENGLAND, families(["1", "2"], ["3"]))
    pairs = {one.student_id: one for one in found if one.kind == "siblings"}
    assert {name: one.siblings for name, one in pairs.items()} == {"1": ("2",), "2": ("1",)}
    assert (pairs["1"].count, pairs["1"].of) == (5, 6)
    assert len(pairs["1"].evidence) == 10


def test_one_shared_illness_is_no_pattern_of_siblings() -> None:
    ill = "2026-11-09 2026-11-10 2026-11-11 2026-11-12 2026-11-13".split()
    reading = reading_of({"1": missed(ill), "2": missed(ill)})
    assert patterns_of(reading, ENGLAND, families(["1", "2"])) == []


def test_who_is_a_sibling() -> None:
    guardians = [
        Guardian("1", "Ms. Ada O’Neil", street="4 Mill Lane", postcode="ZZ1 1ZZ"),
        Guardian("2", "ms ada o'neil", street="4, Mill  lane", postcode="ZZ1 1ZZ"),
        Guardian("3", "Ms. Ada O’Neil", street="9 Mill Lane", postcode="ZZ1 1ZZ"),
        Guardian("4", "Ms. Ada O’Neil"),
        Guardian("5", "Ms. Ada O’Neil"),
    ]
    assert brothers_and_sisters(guardians) == [("1", "2"), ("2", "1")]
    agency = [Guardian(str(n), "County", street="1 High St") for n in range(13)]
    assert brothers_and_sisters(agency) == []


@pytest.mark.parametrize("seed", [3, 4])
def test_where_there_is_no_pattern_fewer_than_one_student_in_twenty_gets_a_claim(
    seed: int,
) -> None:
    """Measured over 5,000 students: 2.2 % on Mondays and Fridays, 3.1 % on anything at all."""
    students = 600
    register = random_register(students, seed)
    reading = read_register(register, ENGLAND, CALENDAR, first=YEAR.first, last=YEAR.last)
    found = patterns_of(reading, ENGLAND)
    assert 0 < len({one.student_id for one in found}) < students / 20
    others = {one.student_id for one in found if one.kind != "mondays-and-fridays"}
    assert len(others) < students / 40


def test_an_empty_register_has_no_patterns() -> None:
    register = random_register(1, 1).iloc[:0]
    reading = read_register(register, ENGLAND, CALENDAR, first=YEAR.first, last=YEAR.last)
    assert patterns_of(reading, ENGLAND, families(["1", "2"])) == []
