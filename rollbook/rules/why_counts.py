"""Why a count in a window has reached its threshold or not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rollbook.attendance.codes import (
    AUTHORISED,
    CATEGORY_BITS,
    EXCUSED,
    LATE,
    TRUANCY,
    UNAUTHORISED,
)
from rollbook.policy import CountTerms, Trigger
from rollbook.rules.case import Case, coded
from rollbook.rules.findings import Finding
from rollbook.rules.reasons import Explanation, explanation_of, judged, of_another_age, said
from rollbook.rules.sent import first_action
from rollbook.rules.windows import Counted, counting
from rollbook.school_calendar import Span


def explain_count(
    case: Case, trigger: Trigger, terms: CountTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain a count in a window."""
    counted = Counted.of(case, trigger, terms)
    current = counted.current_window()
    finding = findings[0] if findings else None
    window = Span(terms.period_text, finding.first, finding.last) if finding else current
    best = counted.most()
    entries = set(counted.entries_in(0, window).tolist())
    units = {int(entry) for entry in counted.entries[counted.unit]}
    eligible = set(counting(case, terms).tolist())
    at_any_age = set(counting(case, replace(terms, ages=None)).tolist())

    def why(entry: int) -> tuple[bool, str]:
        if entry in entries and entry in units:
            return True, f"{said(case, entry)}: counts"
        if entry in entries:
            return False, "the same day is counted already, and a day counts once"
        if entry in eligible:
            return False, "an earlier letter relies on it already"
        if entry in at_any_age:
            return False, f"{said(case, entry)}: {of_another_age(case, terms, entry)}"
        return False, _why_not_counted(case, terms, entry)

    now = counted.now(0)
    needed = max(0, terms.least - now)
    if finding:
        value = f"{_units(terms, finding.numerator)} from {window.first} to {window.last}"
        sentence = f"{value}. The test is {terms.test_text}: met on {finding.crossed_on}."
        missing = ""
        if finding.unresolved:
            sentence += f" {finding.unresolved} of them have no reason yet: resolve those first."
    else:
        value = f"{_units(terms, now)} from {current.first} to {current.last}"
        missing = f"{needed} more would meet it." if needed else "Enough have been counted."
        if terms.action:
            missing += _action_missing(case, terms)
        most = f" The most in any such window is {best}." if best > now else ""
        sentence = f"{value}. The test is {terms.test_text}: not met. {missing}{most}"
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        sentence,
        value,
        missing,
        judged(case, window, why),
        finding,
        still_needed=needed,
    )
    return replace(explanation, numerator=finding.numerator if finding else now, most=best)


def _why_not_counted(case: Case, terms: CountTerms, entry: int) -> str:
    reading = case.reading
    words = said(case, entry)
    if reading.date_of(reading.day[entry]) < terms.first:
        return f"before the rule began on {terms.first}"
    if terms.codes:
        if coded(reading, np.array([entry]), terms.codes)[0]:
            return f"{words}: part of a day, and the rest of the day was attended"
        if reading.category[entry] in (AUTHORISED, UNAUTHORISED):
            return f"{words}: not one of the codes {', '.join(terms.codes)}"
        return words
    facts = int(reading.facts[entry])
    if facts & TRUANCY:
        return "the all-day mark excuses the whole day"
    if facts & LATE and facts & EXCUSED:
        return "late with a valid excuse"
    if facts & LATE:
        minutes = int(reading.minutes_late[reading.row[entry]])
        limit = terms.minutes_over
        if limit is None:
            return "late, which this rule does not count"
        known = f"late {minutes} minutes" if minutes else "late, minutes not known"
        return f"{known}: only more than {limit} minutes count"
    if facts & CATEGORY_BITS == UNAUTHORISED:
        return f"{words}, not verified as unexcused"
    return words


def _action_missing(case: Case, terms: CountTerms) -> str:
    if first_action(case, case.reading.students[0], terms.action, case.year.first):
        return ""
    return f" No {terms.action.replace('-', ' ')} is on record this school year."


def _units(terms: CountTerms, number: int) -> str:
    return f"{number} {terms.unit.removesuffix('s') if number == 1 else terms.unit}"
