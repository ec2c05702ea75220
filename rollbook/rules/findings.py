"""What a rule finds: a student, a threshold crossed, and the marks that show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rollbook.attendance import (
    Attendance,
)
from rollbook.policy import Sure
from rollbook.register import Mark, Session


@dataclass(frozen=True, slots=True)
class Finding:
    """One student has crossed one threshold, with the marks that show it.

    ``crossed_on`` is the day the count first reached the threshold in this school year; for a rate
    it is the day since when the test has been met without a break. ``holds`` says whether a
    window that ends on ``as_of`` still has enough. ``first`` and ``last`` are the window.
    ``numerator`` of ``denominator`` is what was compared: attended or absent of possible, or a
    bare count. ``part`` is the class (Texas 90 percent rule) and ``band`` its band, ``plan`` or
    ``committee``, and ``minimum`` the days that would be enough. ``unresolved`` of the counted
    marks have a reason that is not yet established. ``repeats`` says that new evidence may send a
    further letter in the same school year. ``citations`` carry ``(check)`` where the law itself
    has not been read.
    """

    student_id: str
    trigger: str
    title: str
    as_of: date
    crossed_on: date
    holds: bool
    numerator: int
    denominator: int | None
    threshold: str
    test: str
    period: str
    first: date
    last: date
    evidence: tuple[Mark, ...]
    attendance: Attendance
    citations: tuple[str, ...]
    sure: Sure
    letter: str = ""
    supersedes: tuple[str, ...] = ()
    part: str = ""
    band: str = ""
    minimum: int | None = None
    unresolved: int = 0
    unresolved_decides: bool = False
    repeats: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON can hold it: dates as ISO text, the evidence as lists."""
        return {
            "student_id": self.student_id,
            "trigger": self.trigger,
            "title": self.title,
            "part": self.part,
            "band": self.band,
            "as_of": self.as_of.isoformat(),
            "crossed_on": self.crossed_on.isoformat(),
            "holds": self.holds,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "minimum": self.minimum,
            "unresolved": self.unresolved,
            "threshold": self.threshold,
            "test": self.test,
            "period": self.period,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "letter": self.letter,
            "supersedes": list(self.supersedes),
            "citations": list(self.citations),
            "sure": self.sure.value,
            "evidence": [
                [mark.session.day.isoformat(), mark.session.part, mark.symbol]
                for mark in self.evidence
            ],
        }

    @property
    def sessions(self) -> frozenset[Session]:
        """The sessions the finding rests on."""
        return frozenset(mark.session for mark in self.evidence)


def letters_due(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that send a letter: those with one that no higher level supersedes."""
    findings = list(findings)
    above = _superseded(findings)
    return [one for one in findings if one.letter and (one.student_id, one.trigger) not in above]


def why_no_letter(finding: Finding, findings: Iterable[Finding]) -> str:
    """Say why ``finding`` sends no letter; empty when it sends one."""
    if not finding.letter:
        return f"“{finding.title}” is a list and sends no letter."
    above = _superseded(findings).get((finding.student_id, finding.trigger))
    return f"“{above}” has been reached; only the highest level is sent." if above else ""


def _superseded(findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    return {(one.student_id, lower): one.title for one in findings for lower in one.supersedes}
