"""Further steps after letters: the second and third report, and what reports lead to."""

from collections.abc import Sequence
from datetime import date

from rollbook.policy import CountTerms, SequenceTerms, Trigger
from rollbook.rules.case import Case
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of
from rollbook.rules.sent import Report, first_action, reports_made
from rollbook.rules.windows import Counted
from rollbook.school_calendar import ONE_DAY, Span


def sequence_findings(case: Case, trigger: Trigger, terms: SequenceTerms) -> list[Finding]:
    """Return every student about whom enough reports were made and enough has followed."""
    counted = Counted.of(case, trigger, events_of(terms))
    concerned = case.concerned(terms)
    found = []
    for student_id in dict.fromkeys([*case.letters, *case.actions]):
        student = case.reading.number.get(student_id)
        if student is None or not concerned[student] or _is_done(case, trigger, terms, student_id):
            continue
        finding = _finding(case, trigger, terms, counted, student)
        if finding:
            found.append(finding)
    return found


def events_of(terms: SequenceTerms) -> CountTerms:
    """Return the rule that counts the events of a sequence: days or parts without excuse."""
    return CountTerms(
        first=terms.first,
        reference=terms.reference,
        sure=terms.sure,
        ages=terms.ages,
        not_grades=terms.not_grades,
        unit="days",
        threshold=max(1, terms.events),
        window="school-year",
        minutes_over=terms.minutes_over,
        within_year=True,
    )


def _is_done(case: Case, trigger: Trigger, terms: SequenceTerms, student_id: str) -> bool:
    used = (case.used or {}).get((student_id, trigger.id), frozenset())
    return terms.once and any(case.year.first <= one.day <= case.year.last for one in used)


def _finding(
    case: Case, trigger: Trigger, terms: SequenceTerms, counted: Counted, student: int
) -> Finding | None:
    student_id = case.reading.students[student]
    reports = reports_made(case, student_id, terms.after)
    if len(reports) < terms.reports or made_already(terms, reports):
        return None
    crossed_on = reports[terms.reports - 1].made
    window = Span("", case.year.first, case.as_of)
    if terms.events:
        window = Span("", max(one.until for one in reports) + ONE_DAY, case.as_of)
        days = days_of(counted, student, window)
        if len(days) < terms.events:
            return None
        crossed_on = max(crossed_on, days[terms.events - 1])
    if terms.action:
        action = first_action(case, student_id, terms.action, reports[0].made)
        if action is None:
            return None
        crossed_on = max(crossed_on, action.day)
    return finding_of(
        case,
        trigger,
        terms,
        student,
        crossed_on=crossed_on,
        numerator=len(reports),
        first=window.first,
        evidence=case.marks(counted.entries_in(student, window)),
        repeats=not terms.once,
    )


def made_already(terms: SequenceTerms, reports: Sequence[Report]) -> bool:
    """Say whether the further report that is asked for stands on the log already."""
    logged = any(not one.trigger for one in reports)
    return terms.once and terms.events > 0 and logged and len(reports) > terms.reports


def days_of(counted: Counted, student: int, window: Span) -> list[date]:
    """Return the days inside a window on which a student has an event, each once, in order."""
    reading = counted.case.reading
    entries = counted.entries_in(student, window)
    return sorted({reading.date_of(day) for day in reading.day[entries]})
