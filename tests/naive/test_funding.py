"""Average daily attendance agrees with a count by hand, to the last fraction."""

from datetime import date
from fractions import Fraction
from random import Random

from rollbook.accounting.california import all_schools, month_attendance, months_until, period_ada
from rollbook.accounting.membership import MembershipDays, membership_days
from rollbook.accounting.texas import AdaCodes, AdaRows, ada_rows, refined_total
from rollbook.attendance import read_register
from rollbook.policy import load_pack
from rollbook.school_calendar import Span
from tests.naive import funding
from tests.naive.school import School, schools

PACKS = {name: load_pack(name) for name in ("us-tx", "us-ca")}
PERIODS = [("P1", "P2", "P3"), ("DAY",)]
CODES = AdaCodes(frozenset(funding.HALF_DAY), frozenset(funding.INELIGIBLE))


def days_of(
    school: School, rng: Random, periods: tuple[Span, ...], *, weekends: bool
) -> list[MembershipDays]:
    reading = read_register(
        school.frame(rng),
        PACKS[school.jurisdiction],
        school.calendar,
        students=school.students,
        enrolments=school.enrolments,
        recorded=school.recorded,
        first=school.year.first,
        last=school.as_of,
    )
    return membership_days(
        reading,
        {one.student_id: one for one in school.students},
        school.enrolments,
        periods,
        outside=frozenset(funding.NOT_IN_MEMBERSHIP),
        weekends=weekends,
    )


@schools(jurisdiction="us-tx", years=1, parts=PERIODS, tracks=True)
def test_texas_rows_a_to_g(school: School, rng: Random) -> None:
    periods = school.year.six_weeks
    days = days_of(school, rng, periods, weekends=True)
    rows = {
        (row.period, row.track): row
        for row in ada_rows(days, CODES, school.calendar, periods, school.as_of)
    }
    for period in periods:
        by_hand = {track: funding.texas_rows(school, period, track) for track in ("", "B")}
        for track, letters in by_hand.items():
            row = rows.get((period.name, track))
            found = letters_of(row) if row and row.membership else None
            assert found == letters, f"{period} {track} {row}"
        refined = sum((letters[-1] for letters in by_hand.values() if letters), Fraction(0))
        assert refined_total(row for row in rows.values() if row.period == period.name) == refined


def letters_of(row: AdaRows) -> tuple[object, ...]:
    return (
        row.days_taught,
        row.membership,
        row.absent,
        row.present,
        row.ineligible_present,
        row.eligible_present,
        row.refined,
    )


@schools(jurisdiction="us-ca", years=1, parts=PERIODS, tracks=True)
def test_californian_ada_by_month_and_at_p1_and_p2(school: School, rng: Random) -> None:
    months = school.year.months
    days = days_of(school, rng, months, weekends=False)
    attendance = month_attendance(days, school.calendar, months, [], school.as_of)
    begins = school.year.first.year
    for last in (date(begins, 12, 31), date(begins + 1, 4, 15), rng.choice(months).last):
        full = months_until(months, last)
        assert full == tuple(month for month in months if month.last <= last)
        found = all_schools(period_ada(attendance, full, school.calendar, school.as_of)).ada
        by_hand = funding.california_ada(school, full)
        assert found == by_hand, f"{found} but by hand {by_hand} up to {last}"
