"""The enrolment letter: who may be told what about a student's place at the school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rollbook.register import Enrolment, Student
from rollbook.school_calendar import ONE_DAY, SchoolYear
from rollbook.verification.consent import Consent, consent_example, consent_given
from rollbook.verification.decision import (
    ENROLLED_MISSING,
    AttendanceFigures,
    Decision,
    Fact,
    Missing,
    Value,
    birth_date_missing,
    birth_fact,
    present,
    undecided,
    year_rows,
)
from rollbook.verification.words import locale_of, say_day, say_grade

ENROLMENT_EXTRAS = ("attendance", "hours", "student-id")
"""What an enrolment letter says only when it was asked for."""


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """What an enrolment letter is made from. There is no place here for what it must never say."""

    student: Student
    enrolments: tuple[Enrolment, ...]
    school_year: SchoolYear | None = None
    attendance: AttendanceFigures | None = None
    hours_per_week: Decimal | None = None


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
    if facts.school_year is None:
        missing.append(
            Missing("school_year", "Add the current school year to the school calendar.")
        )
    if "hours" in asked and facts.hours_per_week is None:
        missing.append(Missing("hours_per_week", "Supply the hours scheduled per week."))
    if "attendance" in asked:
        missing += _attendance_missing(facts, day, consent, signed)
    if missing:
        return undecided("enrolment", day, missing)
    last = _latest(facts.enrolments, day)
    return Decision(
        kind="enrolment",
        eligible=True,
        reason="on_roll" if last.holds(day) else "not_on_roll",
        sentence=f"The letter can be given: the student {_said(last, day, jurisdiction)}.",
        issued=day,
        statement=_said(last, day, jurisdiction),
        facts=_enrolment_facts(facts, last, day, jurisdiction, asked),
        references=(consent.citation,),
    )


def _attendance_missing(
    facts: EnrolmentFacts, day: date, consent: Consent, signed: str
) -> list[Missing]:
    if not (consent.covers_attendance or consent_given(signed, consent.needed_from)):
        return [
            Missing(
                "consent",
                "Attendance figures were asked for: get a signed consent that names them and enter "
                f"{consent_example(consent, day)}, or ask for the letter without them.",
            )
        ]
    if facts.attendance is None or not facts.attendance.possible:
        return [
            Missing(
                "attendance",
                "No attendance has been posted for the student in this period: post the register, "
                "or ask for the letter without attendance figures.",
            )
        ]
    return []


def _latest(enrolments: Sequence[Enrolment], day: date) -> Enrolment:
    """Return the stretch that holds ``day``; else the last begun before it; else the first."""
    ordered = sorted(enrolments, key=lambda stretch: stretch.entry_date)
    begun = [stretch for stretch in ordered if stretch.entry_date <= day]
    return next((stretch for stretch in begun if stretch.holds(day)), (begun or ordered[:1])[-1])


def _said(last: Enrolment, day: date, jurisdiction: str) -> str:
    """Return the status as a sentence goes on: is enrolled, was withdrawn."""
    status = _status(last, day, jurisdiction)
    return f"{'was' if status.startswith('withdrawn') else 'is'} {status}"


def _status(last: Enrolment, day: date, jurisdiction: str) -> str:
    locale = locale_of(jurisdiction)
    english = jurisdiction == "gb-eng"
    if last.entry_date > day:
        return f"due to start on {say_day(last.entry_date, locale)}"
    if last.withdrawal_date is None or day < last.withdrawal_date:
        return "on roll" if english else "currently enrolled"
    if english:  # England counts to the last day on roll, Texas from the first day off it
        return f"no longer on roll; the last day was {say_day(_last_day(last), locale)}"
    return f"withdrawn on {say_day(last.withdrawal_date, locale)}"


def _last_day(stretch: Enrolment) -> date:
    return (stretch.withdrawal_date or stretch.entry_date) - ONE_DAY


def _enrolment_facts(
    facts: EnrolmentFacts, last: Enrolment, day: date, jurisdiction: str, asked: frozenset[str]
) -> tuple[Fact, ...]:
    english = jurisdiction == "gb-eng"
    left = last.withdrawal_date
    if left is not None:
        left = None if left > day else _last_day(last) if english else left
    rows: list[tuple[str, str, Value | None]] = [
        ("student_id", "Student ID", facts.student.student_id if "student-id" in asked else None),
        ("grade", "Year group" if english else "Grade", say_grade(facts.student.grade) or None),
        ("entry_date", "On roll since" if english else "Entry date", last.entry_date),
        ("status", "Status", _status(last, day, jurisdiction)),
        ("withdrawal_date", "Last day on roll" if english else "Withdrawal date", left),
        *year_rows(facts.school_year),
        ("hours_per_week", "Hours per week", facts.hours_per_week if "hours" in asked else None),
        ("attendance_line", "Attendance", facts.attendance if "attendance" in asked else None),
    ]
    return birth_fact(facts.student.birth_date) + present(rows)
