"""The enrolment letter: who may be told what about a student's place at the school."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rollbook.register import Enrolment, Student
from rollbook.school_calendar import SchoolYear
from rollbook.verification.consent import Consent, consent_example, consent_given
from rollbook.verification.decision import (
    ADDRESS_MISSING,
    ENROLLED_MISSING,
    GRADUATION_MISSING,
    HOURS_MISSING,
    PARENTS_MISSING,
    AttendanceFigures,
    Decision,
    Fact,
    Missing,
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

ENROLMENT_EXTRAS = ("attendance", "hours", "student-id", "address", "parents", "graduation")
"""What an enrolment letter says only when it was asked for."""


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """What an enrolment letter is made from. There is no place here for what it must never say."""

    student: Student
    enrolments: tuple[Enrolment, ...]
    school_year: SchoolYear | None = None
    attendance: AttendanceFigures | None = None
    hours_per_week: Decimal | None = None
    home_address: str = ""
    parents: str = ""
    expected_graduation: date | None = None


def enrolment(
    facts: EnrolmentFacts,
    day: date,
    jurisdiction: str,
    consent: Consent,
    signed: str = "",
    asked: frozenset[str] = frozenset(),
) -> Decision:
    """Decide an enrolment letter and its facts.

    ``asked`` names extras of :data:`ENROLMENT_EXTRAS`. Attendance figures are stated only when
    asked for and when somebody with the right to it has agreed; ``signed`` says who and when.
    """
    missing = birth_date_missing(facts.student.birth_date, day)
    if not facts.enrolments:
        missing.append(ENROLLED_MISSING)
    missing += year_missing(facts.school_year)
    missing += _extras_missing(facts, asked)
    if "attendance" in asked:
        missing += attendance_missing(facts.attendance, day, consent, signed)
    if missing:
        return undecided("enrolment", day, missing)
    last = latest(facts.enrolments, day)
    return Decision(
        kind="enrolment",
        eligible=True,
        reason="on_roll" if last.holds(day) else "not_on_roll",
        sentence=f"The letter can be given: the student {said_of_place(last, day, jurisdiction)}.",
        issued=day,
        statement=said_of_place(last, day, jurisdiction),
        facts=_enrolment_facts(facts, last, day, jurisdiction, asked),
        references=(consent.citation,),
    )


def _extras_missing(facts: EnrolmentFacts, asked: frozenset[str]) -> list[Missing]:
    wanted = {
        "hours": (facts.hours_per_week, HOURS_MISSING),
        "address": (facts.home_address, ADDRESS_MISSING),
        "parents": (facts.parents, PARENTS_MISSING),
        "graduation": (facts.expected_graduation, GRADUATION_MISSING),
    }
    return [want for extra, (known, want) in wanted.items() if extra in asked and not known]


def attendance_missing(
    figures: AttendanceFigures | None,
    day: date,
    consent: Consent,
    signed: str,
    *,
    must: bool = False,
) -> list[Missing]:
    """Return what is to ask before a document states attendance, if anything.

    ``must`` is true for a document that is nothing without the figures.
    """
    without = "" if must else ", or ask for the letter without them"
    if not (consent.covers_attendance or consent_given(signed, consent.needed_from)):
        asked = "The page states attendance" if must else "Attendance figures were asked for"
        return [
            Missing(
                "consent",
                f"{asked}: get a signed consent that names them and enter "
                f"{consent_example(consent, day)}{without}.",
            )
        ]
    if figures is None or not figures.possible:
        without = "" if must else ", or ask for the letter without attendance figures"
        return [
            Missing(
                "figures" if must else "attendance",
                "No attendance has been posted for the student in this period: post the "
                f"register{without}.",
            )
        ]
    return []


def _enrolment_facts(
    facts: EnrolmentFacts, last: Enrolment, day: date, jurisdiction: str, asked: frozenset[str]
) -> tuple[Fact, ...]:
    english = jurisdiction == "gb-eng"
    left = day_left(last, day, jurisdiction)
    rows: list[tuple[str, str, Value | None]] = [
        ("student_id", "Student ID", facts.student.student_id if "student-id" in asked else None),
        ("grade", "Year group" if english else "Grade", say_grade(facts.student.grade) or None),
        ("entry_date", "On roll since" if english else "Entry date", last.entry_date),
        ("status", "Status", status_of(last, day, jurisdiction)),
        ("withdrawal_date", "Last day on roll" if english else "Withdrawal date", left),
        *year_rows(facts.school_year),
        ("hours_per_week", "Hours per week", facts.hours_per_week if "hours" in asked else None),
        ("home_address", "Home address", facts.home_address if "address" in asked else None),
        ("parents", "Parents or guardians", facts.parents if "parents" in asked else None),
        (
            "expected_graduation",
            "Expected to leave" if english else "Expected graduation",
            facts.expected_graduation if "graduation" in asked else None,
        ),
        ("attendance_line", "Attendance", facts.attendance if "attendance" in asked else None),
    ]
    return birth_fact(facts.student.birth_date) + present(rows)
