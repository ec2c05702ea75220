"""One line of the balance report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_NAMED = 500  # lines of one check; the rest are counted


class Outcome(StrEnum):
    """What a check found: agreement, a difference, or something to look at that may be right."""

    BALANCES = "balances"
    LOOK = "look"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Line:
    """What one check says of a campus, a student or a mark, and what differs."""

    check: str
    outcome: Outcome
    says: str
    campus: str = ""
    student_id: str = ""
    student: str = ""
    day: date | None = None
    part: str = ""
    ledger: str = ""
    other: str = ""


def at_most(lines: Iterable[Line]) -> Iterator[Line]:
    """Pass on the first lines of a check, then say how many more there are."""
    more, last = 0, None
    for number, line in enumerate(lines):
        if number < MOST_NAMED:
            yield line
        else:
            more, last = more + 1, line
    if last:
        yield Line(last.check, last.outcome, f"And {more:,} more of these.")


def said(day: date) -> str:
    """Write a day as the report does: 2 Sep 2026."""
    return f"{day.day} {day:%b %Y}"
