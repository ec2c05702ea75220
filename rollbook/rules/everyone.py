"""A notice to everyone on roll, once a school year."""

from datetime import date

from rollbook.policy import RosterTerms, Trigger
from rollbook.rules.case import Case
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of


def roster_findings(case: Case, trigger: Trigger, terms: RosterTerms) -> list[Finding]:
    """Return every student on roll whose year or enrolment began a few school days ago."""
    concerned = case.concerned(terms)
    found = []
    for student, student_id in enumerate(case.reading.students):
        if not concerned[student]:
            continue
        start = start_of(case, student_id)
        if start is None or start > case.as_of:
            continue
        days = days_since(case, start)
        if days <= terms.size:
            found.append(
                finding_of(
                    case,
                    trigger,
                    terms,
                    student,
                    crossed_on=start,
                    numerator=days,
                    first=start,
                    evidence=(),
                )
            )
    return found


def start_of(case: Case, student_id: str) -> date | None:
    """Return the day from which a student is on roll this school year; None when not on roll.

    Everybody enrolled is meant, in membership or not.
    """
    stretches = case.stretches.get(student_id)
    if stretches is None:
        return case.year.first
    starts = [max(one.entry_date, case.year.first) for one in stretches if one.holds(case.as_of)]
    return min(starts, default=None)


def days_since(case: Case, start: date) -> int:
    """Return how many school days there have been from ``start`` on, that day included."""
    return len(case.calendar.school_days_between(start, case.as_of))
