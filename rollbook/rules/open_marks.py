"""Marks whose reason is not yet known: older than some school days, or of the day itself."""

from datetime import date

import numpy as np

from rollbook.policy import OpenMarkTerms, Trigger
from rollbook.rules.case import Bools, Case, Entries, coded_entries, place_of
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of


def open_mark_findings(case: Case, trigger: Trigger, terms: OpenMarkTerms) -> list[Finding]:
    """Return every student with marks that have been open for too long."""
    reading = case.reading
    concerned = case.concerned(terms)
    entries = reading.in_order(open_entries(case, terms))
    entries = entries[too_old(case, terms, entries)]
    students = reading.student[entries]
    found = []
    for student in np.unique(students).tolist():
        if not concerned[student]:
            continue
        mine = entries[place_of(students, student)]
        first = reading.date_of(reading.day[mine[0]])
        found.append(
            finding_of(
                case,
                trigger,
                terms,
                student,
                crossed_on=overdue_from(case, terms, first) or case.as_of,
                numerator=len(mine),
                first=first,
                evidence=case.marks(mine),
                unresolved=len(mine),
            )
        )
    return found


def open_entries(case: Case, terms: OpenMarkTerms) -> Entries:
    """Return the marks of this school year with an open code."""
    entries = coded_entries(case.reading, terms.codes)
    since = max(terms.first, case.year.first)
    kept: Entries = entries[case.reading.day[entries] >= (since - case.reading.first).days]
    return kept


def too_old(case: Case, terms: OpenMarkTerms, entries: Entries) -> Bools:
    """Say of each mark whether more than ``size`` school days have come after it.

    With ``size`` 0 the marks of the day looked at are meant.
    """
    reading = case.reading
    if terms.size == 0:
        today: Bools = reading.day[entries] == reading.days - 1
        return today
    held = np.cumsum(reading.school_day, dtype=np.int32)
    after = held[-1] - held[reading.day[entries]] if len(held) else held
    old: Bools = after > terms.size
    return old


def overdue_from(case: Case, terms: OpenMarkTerms, day: date) -> date | None:
    """Return the first school day on which a mark of ``day`` is too old; None past the calendar."""
    return case.calendar.school_day_after(day, terms.size + 1) if terms.size else day
