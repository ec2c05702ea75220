"""Penalty notices in England: which number the next would be, what it costs, and until when.

A notice is to one parent about one child. Which notices have been issued is in the log of actions
(kind ``penalty-notice``); the numbers are the pack's, as they were on the day of issue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rollbook.policy import PolicyPack
from rollbook.register import Action

KIND = "penalty-notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """One penalty notice as the law counts it on its day of issue.

    ``number`` counts it among those to the same parent about the same child within the years that
    count, ``earlier`` are the days of the others. ``may_issue`` is False once the most there may be
    have been issued: then nothing is to be paid, and another step is to be considered. The lower
    amount may be paid until ``first_day``, the whole until ``last_day``, both counted beginning
    with the day of receipt; None while that day is not known.
    """

    number: int
    may_issue: bool
    earlier: tuple[date, ...]
    first_amount: int | None
    full_amount: int | None
    first_day: date | None
    last_day: date | None
    citations: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Say in one or two sentences what this notice would be."""
        if not self.may_issue:
            return (
                f"No notice may be issued: there have been {len(self.earlier)} within the years "
                "that count. Consider prosecution or another legal step."
            )
        amounts = f"{self.full_amount} GBP"
        if self.first_amount != self.full_amount:
            amounts = f"{self.first_amount} GBP, later {amounts}"
        until = f" To be paid by {self.last_day}." if self.last_day else ""
        return f"Notice number {self.number}: {amounts}.{until}"

    def as_json(self) -> dict[str, Any]:
        """Return the notice as JSON can hold it."""
        return {
            "number": self.number,
            "may_issue": self.may_issue,
            "earlier": [day.isoformat() for day in self.earlier],
            "first_amount": self.first_amount,
            "full_amount": self.full_amount,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "sentence": self.sentence,
            "citations": list(self.citations),
        }


def penalty_notice(
    pack: PolicyPack,
    actions: Iterable[Action],
    *,
    student_id: str,
    guardian: str,
    issued: date,
    received: date | None = None,
) -> Notice:
    """Say which notice one issued to ``guardian`` on a day would be, and what follows from it.

    A logged notice that names no guardian counts for each of them: nobody gets one too many.
    Raises ``PolicyError`` where the law of the pack has no penalty notices on that day.
    """
    first = pack.value("penalty.first", issued)
    full = pack.value("penalty.full", issued)
    first_days = pack.value("penalty.first-days", issued)
    full_days = pack.value("penalty.full-days", issued)
    citations = [full.citation, full_days.citation]
    earlier: tuple[date, ...] = ()
    may_issue = True
    if pack.has_value("penalty.most", issued):
        most = pack.value("penalty.most", issued)
        since = max(_years_before(issued, pack.value("penalty.most-years", issued).number),
                    most.first)  # fmt: skip
        earlier = _earlier(actions, student_id, guardian, since, issued)
        may_issue = len(earlier) < most.number
        citations.append(most.citation)
    lower = first.number if not earlier else full.number
    return Notice(
        number=len(earlier) + 1,
        may_issue=may_issue,
        earlier=earlier,
        first_amount=lower if may_issue else None,
        full_amount=full.number if may_issue else None,
        first_day=_day_counted(received, first_days.number) if may_issue else None,
        last_day=_day_counted(received, full_days.number) if may_issue else None,
        citations=tuple(dict.fromkeys(citations)),
    )


def _earlier(
    actions: Iterable[Action], student_id: str, guardian: str, since: date, issued: date
) -> tuple[date, ...]:
    return tuple(
        sorted(
            one.day
            for one in actions
            if one.kind == KIND
            and one.student_id == student_id
            and one.guardian in ("", guardian)
            and since <= one.day < issued
        )
    )


def _years_before(day: date, years: int) -> date:
    """Return the same day some years before; 28 February for a leap day."""
    year = day.year - years
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _day_counted(received: date | None, days: int) -> date | None:
    """Return the last of so many days, the day of receipt being the first."""
    return received + timedelta(days=days - 1) if received else None
