"""Why a rate has crossed its threshold or not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from rollbook.attendance import Attendance, percent
from rollbook.attendance.codes import AUTHORISED, DAY_PART, UNAUTHORISED
from rollbook.policy import RateTerms, Trigger
from rollbook.register import PARTS
from rollbook.rules.case import Case
from rollbook.rules.findings import Finding
from rollbook.rules.rates import measured
from rollbook.rules.reasons import Explanation, explanation_of, judged, said
from rollbook.rules.sent import not_sent
from rollbook.school_calendar import Span

_DONE: Mapping[str, str] = {
    "attendance": "attended",
    "absence": "missed",
    "unauthorised": "missed without excuse",
}


def explain_rate(
    case: Case, trigger: Trigger, terms: RateTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain a rate over a period."""
    window = case.span_of(terms.period)
    if window is None:
        return explanation_of(case, trigger, terms, None, "No term has begun.", "", "", ())
    window = Span(window.name, window.first, case.as_of)
    attendance = case.attendance(0, window.first)
    evidence = set(case.reading.absence_evidence.tolist())

    def why(entry: int) -> tuple[bool, str]:
        reading = case.reading
        if entry in evidence:
            excused = terms.measure == "unauthorised" and reading.category[entry] != UNAUTHORISED
            return not excused, said(case, entry)
        if reading.method == "official-period" and reading.part[entry] != DAY_PART:
            official = reading.official_part_on(0, int(reading.day[entry]))
            if PARTS[reading.part[entry]] != official:
                return False, f"not the official period ({official})"
        if reading.method == "whole-day" and reading.category[entry] in (AUTHORISED, UNAUTHORISED):
            return False, "part of a day: the rest of the day was attended"
        return False, said(case, entry)

    if not attendance.possible:
        unit = case.pack.unit
        text = f"No {unit} were possible from {window.first} to {window.last}, so there is no rate."
        return explanation_of(case, trigger, terms, window, text, "", "", judged(case, window, why))
    number = measured(terms, attendance)
    share = percent(Fraction(number, attendance.possible))
    value = f"{number} of {attendance.possible} {case.pack.unit} {_DONE[terms.measure]}, {share} %"
    crossed = bool(findings)
    needed = 0 if crossed else still_needed(terms, attendance)
    missing = "" if crossed else _missing(case, terms, needed)
    sentence = f"{value}. The test is {terms.test_text}: {'met' if crossed else 'not met'}."
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        f"{sentence} {missing}".strip(),
        value,
        missing,
        judged(case, window, why),
        findings[0] if findings else None,
        still_needed=needed,
    )
    return replace(explanation, numerator=number, denominator=attendance.possible)


def still_needed(terms: RateTerms, attendance: Attendance) -> int | None:
    """Return how many more missed in a row would meet the test; None when no number would."""
    absent = attendance.unauthorised if terms.measure == "unauthorised" else attendance.absent
    for more in range(attendance.possible * 20 + 2):
        if terms.crosses(attendance.possible + more, absent + more):
            return more
    return None


def _missing(case: Case, terms: RateTerms, needed: int | None) -> str:
    """Say how many absences more would meet the test, and which letters must go out first."""
    unit, said_so = case.pack.unit, []
    if needed == 1:
        said_so.append(f"It would be met if the next {unit.removesuffix('s')} were missed.")
    elif needed:
        said_so.append(f"It would be met if the next {needed} {unit} were missed.")
    student_id = case.reading.students[0]
    for name in not_sent(case, student_id, terms.after):
        title = case.pack.trigger(name).title
        said_so.append(f"No letter “{title}” has been mailed this school year: it must be first.")
    return " ".join(said_so)
