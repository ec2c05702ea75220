"""Putting a finding together: what every kind of rule says in the same way."""

from datetime import date
from functools import cache
from typing import Any

from rollbook.policy import Terms, Trigger
from rollbook.register import Mark
from rollbook.rules.case import Case
from rollbook.rules.findings import Finding


def finding_of(
    case: Case,
    trigger: Trigger,
    terms: Terms,
    student: int,
    *,
    crossed_on: date,
    numerator: int,
    first: date,
    evidence: tuple[Mark, ...],
    last: date | None = None,
    denominator: int | None = None,
    holds: bool = True,
    counted_from: date | None = None,
    **more: Any,
) -> Finding:
    """Return the finding of one student under one rule.

    The window ends on the day looked at unless ``last`` is said. The figures of attendance are
    those from ``counted_from`` on, the first day of the school year unless said.
    """
    threshold, test, period, citation = _words_of(terms)
    return Finding(
        student_id=case.reading.students[student],
        trigger=trigger.id,
        title=trigger.title,
        as_of=case.as_of,
        crossed_on=crossed_on,
        holds=holds,
        numerator=numerator,
        denominator=denominator,
        threshold=threshold,
        test=test,
        period=more.pop("period", period),
        first=first,
        last=last or case.as_of,
        evidence=evidence,
        attendance=case.attendance(student, counted_from or case.year.first),
        citations=(citation,),
        sure=terms.sure,
        letter=trigger.letter,
        supersedes=trigger.supersedes,
        **more,
    )


@cache
def _words_of(terms: Terms) -> tuple[str, str, str, str]:
    """Return the threshold, the test, the period and the source of a rule as they are written."""
    return terms.threshold_text, terms.test_text, terms.period_text, terms.citation
