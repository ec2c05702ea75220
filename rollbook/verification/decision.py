"""What is decided about a document, and the lines it is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rollbook.school_calendar import SchoolYear


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that has to be supplied before the document can be given."""

    slug: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AttendanceFigures:
    """Attendance over a period, in the jurisdiction's unit (``sessions`` or ``days``)."""

    first: date
    last: date
    possible: int
    attended: int
    unit: str


ENROLLED_MISSING = Missing(
    "enrolled", "Supply the entry date, and the withdrawal date if there is one, from the roster."
)

HOURS_MISSING = Missing("hours_per_week", "Supply the hours scheduled per week.")
GRADUATION_MISSING = Missing("expected_graduation", "Supply the expected graduation date.")
PARENTS_MISSING = Missing(
    "parents", "Supply the names of the parents: drop a contact list with them."
)
ADDRESS_MISSING = Missing(
    "home_address",
    "Supply the address where the student lives; the contact list has none, or more than one.",
)

Value = str | date | int | Decimal | AttendanceFigures


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a document. ``name`` is a merge field where there is one of that name."""

    name: str
    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One question of an official form to the school, and the school's answer worked out.

    ``answer`` is Yes, No or words; empty where only the official can say. ``why`` says what it
    rests on; for the clerk, never for the paper.
    """

    number: int
    question: str
    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a document can be given.

    ``missing`` is not empty when that cannot be decided yet; ``eligible`` is then false.
    ``sentence`` tells the clerk, ``statement`` is what the document says, ``notes`` are things to
    see to before signing. ``standard_met`` is the federal full-time standard of Social Security,
    and None elsewhere or when a fact for it is missing. ``answers`` are those to the questions of
    an official form.
    """

    kind: str
    eligible: bool
    reason: str
    sentence: str
    issued: date
    statement: str = ""
    expires: date | None = None
    facts: tuple[Fact, ...] = ()
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    standard_met: bool | None = None
    answers: tuple[FormAnswer, ...] = ()

    @property
    def decided(self) -> bool:
        """Say whether all facts were there."""
        return not self.missing


def undecided(
    kind: str,
    day: date,
    missing: Sequence[Missing],
    references: tuple[str, ...] = (),
    standard_met: bool | None = None,
) -> Decision:
    """Return the decision that says which facts have to be supplied first."""
    return Decision(
        kind=kind,
        eligible=False,
        reason="facts_missing",
        sentence=ask(missing),
        issued=day,
        missing=tuple(missing),
        references=references,
        standard_met=standard_met,
    )


def ask(missing: Sequence[Missing]) -> str:
    """Return the sentence that asks for the facts."""
    wants = " ".join(want.sentence for want in missing)
    return f"This cannot be decided yet. {wants}"


def birth_date_missing(birth_date: date | None, day: date) -> list[Missing]:
    """Return what is to ask about the date of birth, if anything."""
    if birth_date is None:
        return [Missing("birth_date", "Supply the date of birth.")]
    if birth_date > day:
        return [Missing("birth_date", "The date of birth lies after the day of issue; check it.")]
    return []


HOURS_IN_A_WEEK = 168


def hours_missing(hours: Decimal | None) -> list[Missing]:
    """Return what is to ask about the hours a week, if anything."""
    if hours is None or not 0 < hours <= HOURS_IN_A_WEEK:
        return [HOURS_MISSING]
    return []


def year_missing(year: SchoolYear | None) -> list[Missing]:
    """Return what is to ask about the school year, if anything."""
    if year is None:
        return [Missing("school_year", "Add the current school year to the school calendar.")]
    return []


def yes_no(answer: bool | None) -> str | None:
    """Return Yes, No, or nothing when it is not known."""
    return None if answer is None else "Yes" if answer else "No"


def birth_fact(birth_date: date | None) -> tuple[Fact, ...]:
    """Return the line with the date of birth."""
    return (Fact("birth_date", "Date of birth", birth_date),) if birth_date else ()


def year_rows(year: SchoolYear | None) -> list[tuple[str, str, Value | None]]:
    """Return the lines with the first and last day of the school year."""
    return [
        ("school_year_from", "School year begins", year.first if year else None),
        ("school_year_to", "School year ends", year.last if year else None),
    ]


def present(rows: Iterable[tuple[str, str, Value | None]]) -> tuple[Fact, ...]:
    """Return the lines that have a value."""
    return tuple(Fact(name, label, value) for name, label, value in rows if value is not None)
