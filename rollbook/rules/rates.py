"""Rates over the year, the term or the half term so far."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from rollbook.attendance import Attendance
from rollbook.attendance.codes import UNAUTHORISED
from rollbook.policy import RateTerms, Trigger
from rollbook.register import Mark
from rollbook.rules.case import Bools, Case
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of
from rollbook.rules.sent import sent_all

CHUNK = 4_000  # students whose days are looked at in one go


def rate_findings(case: Case, trigger: Trigger, terms: RateTerms) -> list[Finding]:
    """Return every student whose rate meets the test."""
    span = case.span_of(terms.period)
    if span is None:
        return []
    table = case.tally(span.first)
    absent = table["unauthorised"].to_numpy()
    if terms.measure != "unauthorised":
        absent = absent + table["authorised"].to_numpy()
    crossed = _crosses(terms, table["possible"].to_numpy(), absent) & case.concerned(terms)
    low = case.reading.number_of(span.first)
    found = []
    for chosen in chunks(np.flatnonzero(crossed)):
        possible, missed = _daily(case, terms, chosen, low)
        held = _crosses(terms, running_sums(possible), running_sums(missed))
        for student, since in zip(chosen.tolist(), held_since(held).tolist(), strict=True):
            told = sent_all(case, case.reading.students[student], terms.after)
            if told is None:
                continue
            attendance = case.attendance(student, span.first)
            found.append(
                finding_of(
                    case,
                    trigger,
                    terms,
                    student,
                    crossed_on=max(case.reading.date_of(low + since), told),
                    numerator=measured(terms, attendance),
                    denominator=attendance.possible,
                    first=span.first,
                    evidence=_evidence(case, terms, student, low),
                    counted_from=span.first,
                )
            )
    return found


def measured(terms: RateTerms, attendance: Attendance) -> int:
    """Return what the rule measures: attended, absent, or absent without excuse."""
    if terms.measure == "attendance":
        return attendance.attended
    return attendance.unauthorised if terms.measure == "unauthorised" else attendance.absent


def _daily(case: Case, terms: RateTerms, chosen: Any, low: int) -> tuple[Any, Any]:
    """Return what was possible and what counts as missed, day by day."""
    reading = case.reading
    possible, absent = reading.daily(chosen, low)
    if terms.measure != "unauthorised":
        return possible, absent
    if reading.method != "sessions":
        return possible, (reading.day_matrix[chosen, low:] == UNAUTHORISED).astype(np.uint8)
    place = np.full(len(reading.students), -1, dtype=np.int32)
    place[chosen] = np.arange(len(chosen))
    asked = np.flatnonzero(
        (place[reading.student] >= 0) & (reading.day >= low) & (reading.category == UNAUTHORISED)
    )
    missed = np.zeros_like(absent)
    np.add.at(missed, (place[reading.student[asked]], reading.day[asked] - low), np.uint8(1))
    return possible, missed


def _evidence(case: Case, terms: RateTerms, student: int, low: int) -> tuple[Mark, ...]:
    if terms.measure != "unauthorised":
        return case.evidence(student, low)
    entries = case.evidence_entries(student, low)
    return case.marks(entries[case.reading.category[entries] == UNAUTHORISED])


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


def chunks(students: Any) -> Iterable[Any]:
    """Give students some at a time, so that their days fit into memory."""
    for start in range(0, len(students), CHUNK):
        yield students[start : start + CHUNK]
