"""The merge fields of a verification document, worded for the jurisdiction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rollbook.problems import NotAllowed, Problem
from rollbook.register import Student
from rollbook.verification.consent import PARENT_WORDS, STUDENT_WORDS
from rollbook.verification.decision import AttendanceFigures, Decision, Fact, FormAnswer, Value
from rollbook.verification.never import number_of_a_person, problems_in_words
from rollbook.verification.words import (
    locale_of,
    number,
    percentage,
    plain,
    say_day,
    say_grade,
)


@dataclass(frozen=True, slots=True)
class Release:
    """To whom a document goes, what for, who asked, and the consent it rests on."""

    purpose: str
    requested_by: str
    released_to: str
    consent: str = ""

    def problems(self) -> tuple[Problem, ...]:
        """Return what must be mended before these words are printed."""
        return problems_in_words(
            (self.requested_by, self.released_to), (self.purpose, self.consent)
        )


SCHOOL_FIELDS = (
    "school_name", "school_address", "school_phone", "school_email", "school_website",
    "district_name", "campus_number", "contact_name", "contact_phone", "contact_email",
    "contact_hours", "signatory_name", "signatory_title",
)  # fmt: skip

FACT_FIELDS = (
    "birth_date", "status", "entry_date", "withdrawal_date", "school_year_from", "school_year_to",
    "hours_per_week", "course_weeks", "expected_graduation", "operating_basis", "attendance_line",
    "school_type", "parents", "home_address", "semester", "days_possible", "days_present",
    "days_absent", "requirement_met", "journey", "leave", "condition",
)  # fmt: skip

DOCUMENT_FIELDS = (
    *SCHOOL_FIELDS, *FACT_FIELDS,
    "student_name", "student_first_name", "student_id", "state_id", "grade", "form",
    "letter_date", "issued", "expires", "purpose", "addressee", "released_to", "requested_by",
    "consent", "facts", "answers", "statement", "serial", "barcode", "reference", "language",
)  # fmt: skip
"""The merge fields a document template may use."""


def merge_fields(
    decision: Decision,
    student: Student,
    *,
    school: Mapping[str, str],
    release: Release,
    serial: str,
    jurisdiction: str,
    entry_date: date | None = None,
) -> dict[str, object]:
    """Return every field of :data:`DOCUMENT_FIELDS`, worded for the jurisdiction.

    ``school`` holds :data:`SCHOOL_FIELDS`; one that is not there is left empty. Raises
    ``NotAllowed`` when the decision does not allow the document, or its words must be mended.
    """
    if not decision.eligible:
        raise NotAllowed(decision.sentence)
    for problem in release.problems():
        raise NotAllowed(problem.message)
    if not student.name:
        raise NotAllowed(
            f"The roster gives no name for student {student.student_id}. Drop a roster with it."
        )
    locale = locale_of(jurisdiction)
    said = {fact.name: _said(fact.value, locale) for fact in decision.facts}
    _refuse_numbers(decision.facts, said)
    fields: dict[str, object] = {name: school.get(name, "") for name in SCHOOL_FIELDS}
    fields |= {name: said.get(name, "") for name in FACT_FIELDS}
    issued = say_day(decision.issued, locale)
    recipient = _recipient(release.released_to, student, jurisdiction)
    fields |= {
        "student_name": student.name,
        "student_first_name": student.given_name,
        "student_id": said.get("student_id", ""),
        "state_id": student.state_id if decision.kind == "voe" else "",
        "grade": say_grade(student.grade),
        "form": student.form if decision.kind == "enrolment" else "",
        "letter_date": issued,
        "issued": issued,
        "expires": say_day(decision.expires, locale) if decision.expires else "",
        "purpose": release.purpose,
        "addressee": _as_addressed(recipient),
        "released_to": recipient,
        "requested_by": release.requested_by,
        "consent": release.consent,
        "facts": [_row(fact, said[fact.name]) for fact in decision.facts],
        "answers": [_answer(one) for one in decision.answers],
        "statement": f"As of {issued}, according to the school's records, {student.name} "
        f"{decision.statement}.",
        "serial": serial,
        "barcode": serial,
        "reference": "; ".join(_read_in_the_law(decision.references)),
        "language": locale[:2],
    }
    if entry_date and not fields["entry_date"]:
        fields["entry_date"] = say_day(entry_date, locale)
    return fields


def _recipient(released_to: str, student: Student, jurisdiction: str) -> str:
    """Say to whom a document goes as a letter says it, where only “parent” or “student” was."""
    who = plain(released_to)
    if who in PARENT_WORDS:
        other = "carer" if jurisdiction.startswith("gb") else "guardian"
        return f"the parent or {other} of {student.name}"
    return student.name if who in STUDENT_WORDS else released_to


def _as_addressed(recipient: str) -> str:
    """Return the same as it stands in an address."""
    name = recipient.removeprefix("the ")
    return name[:1].upper() + name[1:]


def _read_in_the_law(references: Sequence[str]) -> list[str]:
    """Return the references fit for outsiders: not those we ask the office to check first."""
    return [one for one in references if not one.endswith("(check)")]


def _refuse_numbers(facts: Sequence[Fact], said: Mapping[str, str]) -> None:
    """Raise ``NotAllowed`` where a fact holds what looks like a number of a person."""
    for fact in facts:
        if number_of_a_person(said[fact.name], an_id=fact.name == "student_id"):
            raise NotAllowed(
                f"“{fact.label}” holds what looks like a Social Security number or another number "
                "of a person. Take it out where it comes from: documents never hold one."
            )


def _answer(one: FormAnswer) -> dict[str, str]:
    answer = one.answer or "☐ Yes   ☐ No"
    return {
        "number": str(one.number),
        "question": one.question,
        "answer": answer,
        "why": one.why,
    }


def _row(fact: Fact, said: str) -> dict[str, str]:
    # A status begins the line in the table and stands inside a sentence elsewhere.
    value = said[:1].upper() + said[1:] if fact.name == "status" else said
    return {"label": fact.label, "value": value}


def _said(value: Value, locale: str) -> str:
    if isinstance(value, AttendanceFigures):
        share = percentage(Fraction(value.attended, value.possible), locale)
        first, last = say_day(value.first, locale), say_day(value.last, locale)
        return (
            f"{value.attended} of {value.possible} possible {value.unit} attended ({share}) "
            f"from {first} to {last}"
        )
    if isinstance(value, date):
        return say_day(value, locale)
    return value if isinstance(value, str) else number(value, locale)
