"""The letter for Child Benefit (England): a pupil's place, and from 16 the hours and the course."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rollbook.policy import PolicyPack
from rollbook.register import Enrolment
from rollbook.school_calendar import SchoolYear
from rollbook.verification.ages import age_on
from rollbook.verification.decision import (
    ENROLLED_MISSING,
    Decision,
    Fact,
    Missing,
    Value,
    birth_date_missing,
    birth_fact,
    hours_missing,
    present,
    undecided,
    year_missing,
    year_rows,
    yes_no,
)
from rollbook.verification.roll import day_left, latest, said_of_place, status_of
from rollbook.verification.words import locale_of, number, say_grade

_ENGLAND = "gb-eng"


@dataclass(frozen=True, slots=True)
class ChildBenefitTerms:
    """From which age the course counts, and the hours a week it must be more than."""

    age_from: int
    hours_over: int
    references: tuple[str, ...]


def child_benefit_terms(pack: PolicyPack, day: date) -> ChildBenefitTerms:
    """Return the terms in force on ``day``; ``PolicyError`` when the pack has none."""
    age, hours = (pack.value(f"child-benefit.{name}", day) for name in ("age-from", "hours-over"))
    references = tuple(dict.fromkeys((age.citation, hours.citation)))
    return ChildBenefitTerms(age.number, hours.number, references)


@dataclass(frozen=True, slots=True)
class ChildBenefitFacts:
    """What the school states. None is not known; the last three are asked for from the age on.

    ``non_advanced`` says that the course is of level 3 or below, such as A levels.
    """

    birth_date: date | None
    enrolments: tuple[Enrolment, ...]
    grade: str = ""
    school_year: SchoolYear | None = None
    hours_per_week: Decimal | None = None
    non_advanced: bool | None = None
    course_ends: date | None = None


def child_benefit(facts: ChildBenefitFacts, day: date, terms: ChildBenefitTerms) -> Decision:
    """Decide the letter. The school states facts; HM Revenue and Customs decides."""
    missing = birth_date_missing(facts.birth_date, day)
    last = latest(facts.enrolments, day) if facts.enrolments else None
    if last is None:
        missing.append(ENROLLED_MISSING)
    missing += year_missing(facts.school_year)
    after = bool(
        facts.birth_date
        and last
        and last.holds(day)
        and age_on(facts.birth_date, day) >= terms.age_from
    )
    if after:
        missing += _course_missing(facts)
    if missing or last is None:
        return undecided("child-benefit", day, missing, terms.references)
    met = _standard(facts, terms) if after else None
    return Decision(
        kind="child-benefit",
        eligible=True,
        reason="on_roll" if last.holds(day) else "not_on_roll",
        sentence=f"The letter can be given: the pupil {said_of_place(last, day, _ENGLAND)}."
        f"{_said(facts, met, terms)}",
        issued=day,
        statement=said_of_place(last, day, _ENGLAND),
        facts=_facts(facts, last, day, after),
        references=terms.references,
        standard_met=met,
    )


def _course_missing(facts: ChildBenefitFacts) -> list[Missing]:
    missing = hours_missing(facts.hours_per_week)
    if facts.non_advanced is None:
        missing.append(
            Missing("non_advanced", "Say whether the course is of level 3 or below (A levels are).")
        )
    if facts.course_ends is None:
        missing.append(Missing("course_ends", "Supply the day the course is expected to end."))
    return missing


def _standard(facts: ChildBenefitFacts, terms: ChildBenefitTerms) -> bool:
    hours = facts.hours_per_week or Decimal(0)
    return hours > terms.hours_over and bool(facts.non_advanced)


def _said(facts: ChildBenefitFacts, met: bool | None, terms: ChildBenefitTerms) -> str:
    if met is None or facts.hours_per_week is None:
        return ""
    hours = number(facts.hours_per_week, locale_of(_ENGLAND))
    if met:
        return (
            f" {hours} hours a week are more than {terms.hours_over}, so the course counts as full "
            "time for Child Benefit; HM Revenue and Customs decides."
        )
    why = (
        "the course is above level 3"
        if facts.hours_per_week > terms.hours_over
        else f"{hours} hours a week are not more than {terms.hours_over}"
    )
    return (
        f" Its facts do not meet what Child Benefit asks for: {why}. HM Revenue and Customs "
        "decides."
    )


def _facts(facts: ChildBenefitFacts, last: Enrolment, day: date, after: bool) -> tuple[Fact, ...]:
    rows: list[tuple[str, str, Value | None]] = [
        ("grade", "Year group", say_grade(facts.grade) or None),
        ("entry_date", "On roll since", last.entry_date),
        ("status", "Status", status_of(last, day, _ENGLAND)),
        ("withdrawal_date", "Last day on roll", day_left(last, day, _ENGLAND)),
        *year_rows(facts.school_year),
    ]
    if after:
        rows += [
            ("hours_per_week", "Hours of supervised study per week", facts.hours_per_week),
            ("non_advanced", "Course of level 3 or below", yes_no(facts.non_advanced)),
            ("expected_graduation", "Course expected to end", facts.course_ends),
        ]
    return birth_fact(facts.birth_date) + present(rows)
