"""Tallies agree with a count by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

import pandas as pd

from rollbook.attendance import SECOND_PERIOD, OfficialPeriods, tally
from rollbook.policy import PolicyPack, load_pack
from tests.naive.counting import days_by_hand, sessions_by_hand
from tests.naive.school import School, assert_same, schools

PACKS = {name: load_pack(name) for name in ("gb-eng", "us-tx", "us-ca")}
COUNTED = ("present", "approved", "authorised", "unauthorised", "missing", "possible")


def tallied(
    school: School,
    rng: Random,
    pack: PolicyPack,
    campus: Mapping[str, str] | None = None,
    official: OfficialPeriods = SECOND_PERIOD,
) -> tuple[pd.DataFrame, date, date]:
    """Rollbook's figures for a random stretch of days, and the stretch."""
    campus = campus or {}
    first = rng.choice([school.years[0].first, school.year.first, rng.choice(school.days)])
    last = min(school.as_of, school.spans[-1][1])
    first = min(first, last)
    table = tally(
        school.frame(rng),
        pack,
        school.calendar,
        students=[replace(one, campus=campus.get(one.student_id, "")) for one in school.students],
        enrolments=school.enrolments,
        recorded=school.recorded,
        first=first,
        last=last,
        official=official,
    )
    return table, first, last


def rows(table: pd.DataFrame, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    return {
        str(row.Index): {name: int(getattr(row, name)) for name in names}
        for row in table.itertuples()
    }


@schools(years=1, jurisdiction="gb-eng")
def test_english_sessions_are_counted_as_by_hand(school: School, rng: Random) -> None:
    table, first, last = tallied(school, rng, PACKS["gb-eng"])
    by_hand = {one.student_id: sessions_by_hand(school, one, first, last) for one in school.pupils}
    found = rows(table, (*COUNTED, "late"))
    assert_same(school, found, by_hand)


@schools(years=1, jurisdiction="us-tx", parts=[("P1", "P2", "P3"), ("DAY",)])
def test_texas_days_are_counted_as_by_hand(school: School, rng: Random) -> None:
    table, first, last = tallied(school, rng, PACKS["us-tx"])
    by_hand = {one.student_id: days_by_hand(school, one, first, last) for one in school.pupils}
    assert_same(school, rows(table, COUNTED), only(by_hand, COUNTED))


@schools(years=1, jurisdiction="us-tx", parts=[("P1", "P2", "P3")])
def test_days_of_campuses_with_their_own_period_are_counted_as_by_hand(
    school: School, rng: Random
) -> None:
    campus = {one.student_id: rng.choice(["001", "041", ""]) for one in school.pupils}
    table, first, last = tallied(
        school, rng, PACKS["us-tx"], campus, OfficialPeriods("P2", {"041": "P3"})
    )
    by_hand = {
        one.student_id: days_by_hand(
            school, one, first, last, "P3" if campus[one.student_id] == "041" else "P2"
        )
        for one in school.pupils
    }
    assert_same(school, rows(table, COUNTED), only(by_hand, COUNTED))


@schools(years=1, jurisdiction="us-ca", parts=[("P1", "P2", "P3"), ("DAY",)])
def test_californian_days_are_counted_as_by_hand(school: School, rng: Random) -> None:
    """Which kind of absence a day of several kinds is, no law says: all kinds are one here."""
    table, first, last = tallied(school, rng, PACKS["us-ca"])
    by_hand = {one.student_id: days_by_hand(school, one, first, last) for one in school.pupils}
    assert_same(school, whole(rows(table, COUNTED)), whole(by_hand))


def only(
    counts: Mapping[str, Mapping[str, int]], names: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    return {student: {name: one[name] for name in names} for student, one in counts.items()}


def whole(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Attended, missed and unknown, whatever the kind."""
    return {
        student: {
            "attended": one["present"] + one["approved"],
            "missed": one["authorised"] + one["unauthorised"],
            "missing": one["missing"],
        }
        for student, one in counts.items()
    }
