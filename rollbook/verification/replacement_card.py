"""The letter for a replacement Social Security card: the school's record, certified as a copy.

It says who the student is by the school's record. It is no proof of citizenship, and it neither
holds a Social Security number nor confirms one.
"""

from dataclasses import dataclass
from datetime import date

from rollbook.policy import PolicyPack
from rollbook.register import Enrolment
from rollbook.school_calendar import SchoolYear
from rollbook.verification.decision import (
    ADDRESS_MISSING,
    ENROLLED_MISSING,
    PARENTS_MISSING,
    Decision,
    Fact,
    Value,
    birth_date_missing,
    birth_fact,
    present,
    undecided,
    year_missing,
    year_rows,
)
from rollbook.verification.roll import day_left, latest, said_of_place, status_of
from rollbook.verification.words import say_grade

_US = "us"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the school's record says of the student. An empty text is not known."""

    birth_date: date | None
    enrolments: tuple[Enrolment, ...]
    parents: str = ""
    home_address: str = ""
    grade: str = ""
    school_year: SchoolYear | None = None


def replacement_card(facts: CardFacts, day: date, references: tuple[str, ...]) -> Decision:
    """Decide whether the record is complete enough to be certified."""
    missing = birth_date_missing(facts.birth_date, day)
    if not facts.enrolments:
        missing.append(ENROLLED_MISSING)
    if not facts.parents:
        missing.append(PARENTS_MISSING)
    if not facts.home_address:
        missing.append(ADDRESS_MISSING)
    missing += year_missing(facts.school_year)
    if missing:
        return undecided("replacement-card", day, missing, references)
    last = latest(facts.enrolments, day)
    return Decision(
        kind="replacement-card",
        eligible=True,
        reason="on_roll" if last.holds(day) else "not_on_roll",
        sentence=f"The letter can be given: the student {said_of_place(last, day, _US)}. Social "
        "Security decides whether it takes a school record as evidence.",
        issued=day,
        statement=said_of_place(last, day, _US),
        facts=_facts(facts, last, day),
        notes=(
            "Sign it and put the school seal on it: Social Security takes a school record only if "
            "the school has certified it.",
            "Compare the name and the date of birth with the document on file before you sign.",
        ),
        references=references,
    )


def card_references(pack: PolicyPack, day: date) -> tuple[str, ...]:
    """Return what the letter rests on; ``PolicyError`` when the pack does not say."""
    return (pack.value("ssn-card.school-record", day).citation,)


def _facts(facts: CardFacts, last: Enrolment, day: date) -> tuple[Fact, ...]:
    rows: list[tuple[str, str, Value | None]] = [
        ("parents", "Parents or guardians", facts.parents),
        ("home_address", "Home address", facts.home_address),
        ("grade", "Grade", say_grade(facts.grade) or None),
        ("entry_date", "Entry date", last.entry_date),
        ("status", "Status", status_of(last, day, _US)),
        ("withdrawal_date", "Withdrawal date", day_left(last, day, _US)),
        *year_rows(facts.school_year),
    ]
    return birth_fact(facts.birth_date) + present(rows)
