"""Texas Form H1086, School Attendance Verification: the facts a TANF case asks the school for."""

from dataclasses import dataclass
from datetime import date

from rollbook.policy import PolicyPack
from rollbook.register import Enrolment
from rollbook.school_calendar import SchoolCalendar, Span
from rollbook.verification.consent import Consent
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
    yes_no,
)
from rollbook.verification.enrolment_letter import attendance_missing
from rollbook.verification.roll import day_left, latest, said_of_place, status_of
from rollbook.verification.words import UNITED_STATES, say_day, say_grade

_TEXAS = "us-tx"


@dataclass(frozen=True, slots=True)
class TanfTerms:
    """The number of absences in a semester above which the form is asked for."""

    absences: int
    references: tuple[str, ...]


def tanf_terms(pack: PolicyPack, day: date) -> TanfTerms:
    """Return the terms in force on ``day``; ``PolicyError`` when the pack has none."""
    above = pack.value("tanf.absences-above", day)
    return TanfTerms(above.number, (above.citation,))


@dataclass(frozen=True, slots=True)
class TanfFacts:
    """What the form asks of a school. ``requirement_met`` is the school's own judgement.

    ``figures`` are those of the semester up to the day; None when nothing is posted for it.
    ``school_days`` is how many there were in it while the student was enrolled: a register with
    fewer is not complete, and its figures would say too little.
    """

    birth_date: date | None
    enrolments: tuple[Enrolment, ...]
    grade: str = ""
    semester: Span | None = None
    figures: AttendanceFigures | None = None
    school_days: int = 0
    requirement_met: bool | None = None


def semester_on(day: date, calendar: SchoolCalendar) -> Span | None:
    """Return the semester ``day`` is in, else the last one that ended before it."""
    terms = [term for year in calendar.years for term in year.terms if term.first <= day]
    return terms[-1] if terms else None


def tanf_h1086(
    facts: TanfFacts, day: date, terms: TanfTerms, consent: Consent, signed: str = ""
) -> Decision:
    """Decide the page of facts for the form. It holds attendance, so a third party needs consent.

    It says how many days, and never why a student was absent.
    """
    missing = birth_date_missing(facts.birth_date, day)
    if not facts.enrolments:
        missing.append(ENROLLED_MISSING)
    if facts.semester is None:
        missing.append(Missing("semester", "Add this year’s semesters to the school calendar."))
    else:
        missing += attendance_missing(facts.figures, day, consent, signed, must=True)
        missing += _register_missing(facts)
    if facts.requirement_met is None:
        missing.append(
            Missing(
                "requirement_met",
                "Say whether the school considers its attendance requirement met.",
            )
        )
    if missing or facts.figures is None or facts.semester is None:
        return undecided("tanf-h1086", day, missing, terms.references)
    last = latest(facts.enrolments, day)
    absent = facts.figures.possible - facts.figures.attended
    return Decision(
        kind="tanf-h1086",
        eligible=True,
        reason="above_absences" if absent > terms.absences else "within_absences",
        sentence=_sentence(facts.figures, facts.semester, terms),
        issued=day,
        statement=said_of_place(last, day, _TEXAS),
        facts=_facts(facts, facts.figures, facts.semester, last, day),
        notes=(
            "Complete Form H1086 itself with these facts where the agency sent one, and sign it.",
        ),
        references=terms.references,
    )


def _register_missing(facts: TanfFacts) -> list[Missing]:
    if facts.figures is None or facts.figures.possible >= facts.school_days:
        return []
    return [
        Missing(
            "semester_days",
            f"The register has {facts.figures.possible} of the {facts.school_days} school days of "
            "the semester so far. Post the rest, or supply the days of membership and the days "
            "absent in the semester.",
        )
    ]


def said_figures(
    semester: Span, until: date, possible: int | None, absent: int | None
) -> AttendanceFigures | None:
    """Return the figures a clerk has counted; None when they are not there or cannot be true."""
    if possible is None or absent is None or not 0 <= absent <= possible > 0:
        return None
    return AttendanceFigures(semester.first, until, possible, possible - absent, "days")


def _sentence(figures: AttendanceFigures, semester: Span, terms: TanfTerms) -> str:
    absent = figures.possible - figures.attended
    days = "1 day" if absent == 1 else f"{absent} days"
    more = "more than" if absent > terms.absences else "not more than"
    return (
        f"The page can be given: {days} absent of {figures.possible} in the semester "
        f"“{semester.name}” so far. That is {more} the {terms.absences} absences in a semester "
        "above which the form is asked for."
    )


def _facts(
    facts: TanfFacts, figures: AttendanceFigures, semester: Span, last: Enrolment, day: date
) -> tuple[Fact, ...]:
    first, until = (say_day(one, UNITED_STATES) for one in (figures.first, figures.last))
    rows: list[tuple[str, str, Value | None]] = [
        ("grade", "Grade", say_grade(facts.grade) or None),
        ("status", "Status", status_of(last, day, _TEXAS)),
        ("entry_date", "Entry date", last.entry_date),
        ("withdrawal_date", "Withdrawal date", day_left(last, day, _TEXAS)),
        ("semester", "Semester", f"{semester.name}, counted from {first} to {until}"),
        ("days_possible", "Days of membership in it", figures.possible),
        ("days_present", "Days present", figures.attended),
        ("days_absent", "Days absent", figures.possible - figures.attended),
        (
            "requirement_met",
            "Attendance requirement met, as the school sees it",
            yes_no(facts.requirement_met),
        ),
    ]
    return birth_fact(facts.birth_date) + present(rows)
