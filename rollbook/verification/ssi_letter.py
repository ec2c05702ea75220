"""The SSI letter: dates of attendance, grade and hours a week, and whether they are regular."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rollbook.register import Enrolment
from rollbook.school_calendar import SchoolYear
from rollbook.verification.ages import age_on
from rollbook.verification.decision import (
    ENROLLED_MISSING,
    Decision,
    Fact,
    Value,
    birth_date_missing,
    birth_fact,
    hours_missing,
    present,
    undecided,
    year_missing,
    year_rows,
)
from rollbook.verification.roll import day_left, latest, said_of_place, status_of
from rollbook.verification.social_security_letter import SocialSecurityTerms, ssi_regular
from rollbook.verification.words import UNITED_STATES, number, say_grade

_US = "us"


@dataclass(frozen=True, slots=True)
class SsiFacts:
    """What the school states to Social Security for SSI. None or ``""`` is not known."""

    birth_date: date | None
    enrolments: tuple[Enrolment, ...]
    grade: str = ""
    hours_per_week: Decimal | None = None
    school_year: SchoolYear | None = None
    school_type: str = ""


def ssi_letter(facts: SsiFacts, day: date, terms: SocialSecurityTerms) -> Decision:
    """Decide the letter. The school states facts; Social Security says whether they are regular."""
    missing = birth_date_missing(facts.birth_date, day)
    last = latest(facts.enrolments, day) if facts.enrolments else None
    there = last is not None and last.holds(day)
    if last is None:
        missing.append(ENROLLED_MISSING)
    if there or last is None:  # of one who left, hours scheduled now would be nobody's
        missing += hours_missing(facts.hours_per_week)
    missing += year_missing(facts.school_year)
    if missing or last is None or facts.birth_date is None:
        return undecided("ssi", day, missing, terms.ssi_references)
    hours = facts.hours_per_week if there else None
    regular = _regular(facts, day, hours, terms)
    return Decision(
        kind="ssi",
        eligible=True,
        reason=_reason(there, regular),
        sentence=f"The letter can be given. {_said(facts, day, hours, regular, terms)}",
        issued=day,
        statement=f"{said_of_place(last, day, _US)}. The school states these facts; the Social "
        "Security Administration decides what follows from them",
        facts=_facts(facts, last, day, hours),
        references=terms.ssi_references,
        standard_met=regular,
    )


def _regular(
    facts: SsiFacts, day: date, hours: Decimal | None, terms: SocialSecurityTerms
) -> bool | None:
    if hours is None:
        return False
    age = age_on(facts.birth_date, day) if facts.birth_date else 0
    return False if age >= terms.ssi_below_age else ssi_regular(facts.grade, hours, age, terms)


def _reason(there: bool, regular: bool | None) -> str:
    if not there:
        return "not_enrolled"
    return {True: "regular", False: "not_regular", None: "grade_not_named"}[regular]


def _said(
    facts: SsiFacts,
    day: date,
    hours: Decimal | None,
    regular: bool | None,
    terms: SocialSecurityTerms,
) -> str:
    if hours is None:
        return "The student is not enrolled now, and the letter says so without hours."
    if regular is None:
        return (
            "The rule about regular attendance names grades 7 to 12 and not this grade; Social "
            "Security decides."
        )
    scheduled = f"{number(hours, UNITED_STATES)} hours a week"
    if regular:
        return f"{scheduled} count as regular attendance for SSI; Social Security decides."
    if hours < terms.ssi_hours:
        return (
            f"{scheduled} are fewer than the {terms.ssi_hours} that count as regular attendance "
            "for SSI. Fewer may do for reasons beyond the student’s control; Social Security "
            "decides."
        )
    return (
        f"SSI counts students under {terms.ssi_below_age}, and this one is older; Social Security "
        "decides."
    )


def _facts(facts: SsiFacts, last: Enrolment, day: date, hours: Decimal | None) -> tuple[Fact, ...]:
    rows: list[tuple[str, str, Value | None]] = [
        ("school_type", "Type of school", facts.school_type or None),
        ("grade", "Grade", say_grade(facts.grade) or None),
        ("status", "Status", status_of(last, day, _US)),
        ("entry_date", "Attends since", last.entry_date),
        ("withdrawal_date", "Withdrawal date", day_left(last, day, _US)),
        ("hours_per_week", "Scheduled hours per week", hours),
        *year_rows(facts.school_year),
    ]
    return birth_fact(facts.birth_date) + present(rows)
