"""Rates over the year or term so far."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from rollbook.policy import RateTerms, Trigger
from rollbook.rules.case import Bools, Case
from rollbook.rules.findings import Finding

CHUNK = 4_000  # students whose days are looked at in one go


def rate_findings(case: Case, trigger: Trigger, terms: RateTerms) -> list[Finding]:
    """Return every student whose rate meets the test."""
    span = case.span_of(terms.period)
    if span is None:
        return []
    table = case.tally(span.first)
    possible = table["possible"].to_numpy()
    absent = (table["authorised"] + table["unauthorised"]).to_numpy()
    crossed = _crosses(terms, possible, absent) & case.concerned(terms)
    low = case.reading.number_of(span.first)
    found = []
    for chosen in _chunks(np.flatnonzero(crossed)):
        daily_possible, daily_absent = case.reading.daily(chosen, low)
        held = _crosses(terms, running_sums(daily_possible), running_sums(daily_absent))
        for student, since in zip(chosen, held_since(held), strict=True):
            attendance = case.attendance(student, span.first)
            measured = attendance.attended if terms.measure == "attendance" else attendance.absent
            found.append(
                Finding(
                    student_id=case.reading.students[student],
                    trigger=trigger.id,
                    title=trigger.title,
                    as_of=case.as_of,
                    crossed_on=case.reading.date_of(low + since),
                    holds=True,
                    numerator=measured,
                    denominator=attendance.possible,
                    threshold=terms.threshold_text,
                    test=terms.test_text,
                    period=terms.period_text,
                    first=span.first,
                    last=case.as_of,
                    evidence=case.evidence(int(student), low),
                    attendance=attendance,
                    citations=(terms.citation,),
                    sure=terms.sure,
                    letter=trigger.letter,
                    supersedes=trigger.supersedes,
                )
            )
    return found


def _crosses(terms: RateTerms, possible: Any, absent: Any) -> Any:
    """Apply the test of ``terms`` to whole arrays, on whole numbers."""
    part = possible - absent if terms.measure == "attendance" else absent
    left = part * terms.threshold.denominator
    right = possible * terms.threshold.numerator
    return (possible > 0) & _COMPARE[terms.comparator](left, right)


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def running_sums(daily: Any) -> Any:
    """Return sums up to each day."""
    return np.cumsum(daily, axis=1, dtype=np.int32)


def held_since(held: Bools) -> Any:
    """Return, for each row, where its last unbroken run of True begins."""
    days = held.shape[1]
    run = np.where(held.all(axis=1), days, np.argmax(~held[:, ::-1], axis=1))
    return days - run


def _chunks(students: Any) -> Iterable[Any]:
    for start in range(0, len(students), CHUNK):
        yield students[start : start + CHUNK]
