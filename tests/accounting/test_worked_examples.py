"""The worked examples of attendance accounting, run through the real code.

A case is data; what each kind of case means is said by the function of its name below.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rollbook.accounting.california import (
    all_schools,
    cut_off,
    month_attendance,
    months_until,
    period_ada,
    whole_units,
)
from rollbook.accounting.chronic import DashboardRules, chronic_rates
from rollbook.accounting.class_size import ClassSize, site_average
from rollbook.accounting.grades import grade_span
from rollbook.accounting.languages import needs_translation
from rollbook.accounting.membership import grouped
from rollbook.accounting.minutes import band_minutes
from rollbook.accounting.recovery import independent_study, recovery_credit
from rollbook.accounting.texas import AdaCodes, ada_rows, refined_total, year_ada
from rollbook.attendance import to_places
from rollbook.policy import RateTerms, load_pack
from rollbook.school_calendar import BellSchedule, Span
from tests.accounting.schools import School, school_of

FILE = Path(__file__).with_name("worked_examples.toml")
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
CALIFORNIA = load_pack("us-ca")
DAY = date(2026, 9, 1)

Case = Mapping[str, Any]


@pytest.mark.parametrize("case", CASES, ids=[f"{one['id']} {one['title']}" for one in CASES])
def test_worked_example(case: Case) -> None:
    found = KINDS[case["kind"]](case["given"])
    assert {name: found[name] for name in case["expected"]} == case["expected"]


def ada_codes(school: School) -> AdaCodes:
    return AdaCodes(
        frozenset(school.pack.value("ada.half-day-codes", DAY).words),
        frozenset(school.pack.value("ada.ineligible-codes", DAY).words),
    )


def texas(given: Case) -> Case:
    school = school_of(given)
    rows = ada_rows(school.days(), ada_codes(school), school.calendar, school.periods, school.last)
    [row, *_] = rows
    days = ("membership", "absent", "present", "ineligible_present", "eligible_present")
    rate = (row.rate or 0) * Fraction(100)
    return {
        "days_taught": row.days_taught,
        **{name: to_places(getattr(row, name), 1) for name in days},
        "refined_3dp": to_places(row.refined, 3),
        "gross_2dp": to_places(row.gross, 2),
        "rate_pct_1dp": to_places(rate, 1),
        "rate_pct_3dp": to_places(rate, 3),
        "refined_total_3dp": to_places(refined_total(rows), 3),
    }


def year(given: Case) -> Case:
    return {"year_3dp": to_places(year_ada([Fraction(ada) for ada in given["ada"]]), 3)}


def california(given: Case) -> Case:
    school = school_of(given)
    days = school.days(weekends=False)
    spans = [grade_span(name) for name in CALIFORNIA.value("ada.grade-spans", DAY).words]
    months = month_attendance(days, school.calendar, school.periods, spans, school.last)
    total = all_schools(period_ada(months, school.periods, school.calendar, school.last))
    return {
        "attendance": total.attendance,
        "absent": sum(one.absent for one in days),
        "days_taught": total.days_taught,
        "ada_2dp": to_places(total.ada, 2),
        "whole": whole_units(total.ada),
        "rate_1dp": [
            to_places(
                Fraction(100 * sum(one.present for one in own), sum(one.membership for one in own)),
                1,
            )
            for _, own in grouped(days, lambda one: one.student_id)
        ],
    }


def cut_offs(given: Case) -> Case:
    starts = [given["first"], *(end + timedelta(3) for end in given["ends"])]
    months = [
        Span(str(number), *ends)
        for number, ends in enumerate(zip(starts, given["ends"], strict=False), start=1)
    ]
    found = {}
    for name in ("p1", "p2", "annual"):
        until = cut_off(given["first"], str(CALIFORNIA.value(f"ada.{name}-until", DAY).value))
        found[name] = len(months_until(months, until))
    return found


def whole(given: Case) -> Case:
    return {"rounded": [whole_units(Fraction(value)) for value in given["values"]]}


def chronic(given: Case) -> Case:
    school = school_of(given)
    terms = CALIFORNIA.trigger("ca-chron").on(DAY)
    assert isinstance(terms, RateTerms)
    dashboard = DashboardRules(
        grade_span(str(CALIFORNIA.value("chronic.dashboard-grades", DAY).value)),
        CALIFORNIA.value("chronic.dashboard-days", DAY).number,
        CALIFORNIA.value("chronic.dashboard-group", DAY).number,
    )
    [rate] = chronic_rates(school.days(weekends=False), terms, dashboard)
    return {
        "chronic": rate.chronic,
        "dashboard_counted": rate.dashboard_counted,
        "dashboard_chronic": rate.dashboard_chronic,
    }


def recovery(given: Case) -> Case:
    most = CALIFORNIA.value("recovery.most-days", DAY).number
    return {"credited": [recovery_credit(*numbers, most) for numbers in given["cases"]]}


def minutes(given: Case) -> Case:
    needed, shortest = (
        {
            name.removeprefix(prefix): CALIFORNIA.value(name, DAY).number
            for name in CALIFORNIA.values
            if name.startswith(prefix) and not name.startswith("minutes.days")
        }
        for prefix in ("minutes.", "minimum-day.")
    )
    [band] = band_minutes([BellSchedule(*bell) for bell in given["bells"]], needed, shortest)
    return {
        "minutes": band.minutes,
        "required": band.required,
        "shortfall": band.shortfall,
        "days": band.days,
        "too_short": list(band.too_short),
    }


def class_size(given: Case) -> Case:
    limit = CALIFORNIA.value("class-size.k-3-average", DAY).number
    averages = [
        site_average(ClassSize("10", str(number), [size]) for number, size in enumerate(sizes))
        for sizes in given["sites"]
    ]
    return {
        "averages": [to_places(average, 2) for average in averages],
        "within": [average is not None and average <= limit for average in averages],
    }


def language(given: Case) -> Case:
    share = CALIFORNIA.value("language.share", DAY).value
    assert isinstance(share, Fraction)
    return {"required": [needs_translation(*numbers, share) for numbers in given["cases"]]}


def study(given: Case) -> Case:
    return {"days": [list(independent_study(*numbers)) for numbers in given["cases"]]}


KINDS: Mapping[str, Callable[[Case], Case]] = {
    "texas": texas,
    "year": year,
    "california": california,
    "cut_offs": cut_offs,
    "whole_units": whole,
    "chronic": chronic,
    "recovery": recovery,
    "minutes": minutes,
    "class_size": class_size,
    "language": language,
    "independent_study": study,
}
