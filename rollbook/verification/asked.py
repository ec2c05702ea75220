"""What was asked for, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rollbook.problems import Problem
from rollbook.verification.decision import Decision
from rollbook.verification.enrolment_letter import ENROLMENT_EXTRAS
from rollbook.verification.never import problems_in_words

FREE_FACTS = ("page_2_differs",)
"""Facts that a clerk supplies in words of the clerk's own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: which document, about whom, by whom, for what, on which consent.

    ``said`` holds facts the clerk supplies: ``credit_in_all``, ``committee_approved``,
    ``expected_graduation`` and the like. ``key`` makes one request answered once.
    """

    document: str
    student_id: str
    purpose: str
    requested_by: str
    released_to: str = ""
    consent: str = ""
    extras: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    def problems(self) -> tuple[Problem, ...]:
        """Return what must be taken out of the request before anything is decided."""
        own = [self.said.get(name, "") for name in FREE_FACTS]
        return problems_in_words(
            (self.requested_by, self.released_to), (self.purpose, self.consent, *own), self.said
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: a document, or the sentence that says why there is none."""

    asked: Asked
    issued: bool
    sentence: str
    serial: str = ""
    expires: date | None = None
    files: tuple[Path, ...] = ()
    decision: Decision | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        decision = self.decision
        return {
            "student_id": self.asked.student_id,
            "document": self.asked.document,
            "issued": self.issued,
            "eligible": bool(decision and decision.eligible),
            "reason": decision.reason if decision else "",
            "sentence": self.sentence,
            "serial": self.serial,
            "expires": self.expires.isoformat() if self.expires else None,
            "files": [str(path) for path in self.files],
            "missing": [want.sentence for want in decision.missing] if decision else [],
            "notes": list(decision.notes) if decision else [],
            "references": list(decision.references) if decision else [],
            "answers": [
                {
                    "number": one.number,
                    "question": one.question,
                    "answer": one.answer,
                    "why": one.why,
                }
                for one in (decision.answers if decision else ())
            ],
        }


def fact_name(words: str) -> str:
    """Return the name of a fact as a clerk heads its column: ``Credit in all``."""
    return "_".join(words.lower().replace("-", " ").split())


def extras_in(text: str) -> frozenset[str]:
    """Return what a document is to say beside the rest, from a clerk's list of words."""
    words = text.lower().replace(",", " ").replace(";", " ").split()
    return frozenset(words) & frozenset(ENROLMENT_EXTRAS)
