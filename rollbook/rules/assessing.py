"""All rules over a whole register, and one student's reasons."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from rollbook.attendance import (
    SECOND_PERIOD,
    OfficialPeriods,
    Recorded,
)
from rollbook.policy import (
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    OpenMarkTerms,
    PolicyPack,
    RateTerms,
    RosterTerms,
    SequenceTerms,
    Terms,
    Trigger,
)
from rollbook.register import PARTS, Enrolment, Student
from rollbook.rules.ahead import Ahead, says_when
from rollbook.rules.applying import findings_of
from rollbook.rules.case import Case, Used
from rollbook.rules.findings import Finding
from rollbook.rules.history import NOTHING_DONE, History
from rollbook.rules.reasons import Explanation, explanation_of, not_in_force
from rollbook.rules.why_classes import explain_classes
from rollbook.rules.why_counts import explain_count
from rollbook.rules.why_rates import explain_rate
from rollbook.rules.why_steps import (
    explain_consecutive,
    explain_open_marks,
    explain_roster,
    explain_sequence,
)
from rollbook.school_calendar import SchoolCalendar

BATCH = 5_000  # students read at once; more only wait for memory


def assess(
    pack: PolicyPack,
    calendar: SchoolCalendar,
    marks: pd.DataFrame,
    students: Iterable[Student] = (),
    enrolments: Iterable[Enrolment] = (),
    recorded: Iterable[Recorded] = (),
    *,
    as_of: date,
    used: Used | None = None,
    history: History = NOTHING_DONE,
    only: Collection[str] | None = None,
    official: OfficialPeriods = SECOND_PERIOD,
) -> list[Finding]:
    """Return every threshold crossed on ``as_of``, by student and in the pack's order.

    Marks after ``as_of`` are left out, and the rules are those of that day. With ``used``, count
    rules leave out the evidence live letters rely on: what is returned is what a further letter
    may rest on. Rates are not changed by ``used``. ``history`` is what the office has done, for
    the rules that follow earlier letters and actions. With ``only`` these students alone are
    assessed: what is found is what the whole register would give for them.
    """
    students, enrolments, recorded = list(students), list(enrolments), tuple(recorded)
    found: list[Finding] = []
    for group in [only] if only is not None else _batches(marks, students, enrolments):
        case = Case.of(
            pack,
            calendar,
            marks,
            students,
            enrolments,
            recorded,
            as_of=as_of,
            used=used,
            history=history,
            only=group,
            official=official,
        )
        found += _found_in(case) if case else []
    return found


def _found_in(case: Case) -> list[Finding]:
    found = [
        finding
        for trigger in case.pack.triggers
        for finding in findings_of(case, trigger, trigger.on(case.as_of))
    ]
    order = {trigger.id: place for place, trigger in enumerate(case.pack.triggers)}
    number = case.reading.number
    return sorted(
        found,
        key=lambda one: (number[one.student_id], order[one.trigger], PARTS.index(one.part or "AM")),
    )


def _batches(
    marks: pd.DataFrame, students: Sequence[Student], enrolments: Sequence[Enrolment]
) -> list[Sequence[str] | None]:
    """Divide a large district into parts that stay near the processor; None is everybody.

    The parts together are in the order of the register, as one reading would have them.
    """
    known = list(dict.fromkeys(student.student_id for student in students))
    others = {one.student_id for one in enrolments} | set(marks["student_id"].cat.categories)
    everybody = [*known, *sorted(others - set(known))]
    if len(everybody) < 2 * BATCH:
        return [None]
    return [everybody[start : start + BATCH] for start in range(0, len(everybody), BATCH)]


def explain(
    pack: PolicyPack,
    calendar: SchoolCalendar,
    marks: pd.DataFrame,
    students: Iterable[Student] = (),
    enrolments: Iterable[Enrolment] = (),
    recorded: Iterable[Recorded] = (),
    *,
    student_id: str,
    as_of: date,
    trigger_id: str | None = None,
    used: Used | None = None,
    history: History = NOTHING_DONE,
    official: OfficialPeriods = SECOND_PERIOD,
) -> list[Explanation]:
    """Say what each rule makes of one student and why: every mark in the window, counted or not.

    The rules are all of the pack's, or ``trigger_id`` alone; a rule by class gives an explanation
    for each class that was missed. Raises ``PolicyError`` when there is no such trigger.
    """
    chosen = [pack.trigger(trigger_id)] if trigger_id else pack.triggers
    case = Case.of(
        pack,
        calendar,
        marks,
        [student for student in students if student.student_id == student_id]
        or [Student(student_id)],
        enrolments,
        recorded,
        as_of=as_of,
        used=used,
        history=history,
        only=(student_id,),
        official=official,
    )
    ahead = Ahead(case) if case else None
    found: list[Explanation] = []
    for trigger in chosen:
        terms = trigger.on(as_of)
        if case is None or ahead is None or terms is None:
            found.append(not_in_force(trigger, as_of, case is None))
            continue
        apart = case.why_not_concerned(terms, case.students[student_id])
        if apart:
            found.append(explanation_of(case, trigger, terms, None, apart, "", "", ()))
            continue
        findings = findings_of(case, trigger, terms)
        explanations = _EXPLAIN[terms.kind](case, trigger, terms, findings)
        found += [_looking_ahead(ahead, trigger, terms, one) for one in explanations]
    return found


def _looking_ahead(
    ahead: Ahead, trigger: Trigger, terms: Terms, explanation: Explanation
) -> Explanation:
    """Add the day on which the rule would be met if absences went on."""
    if explanation.crossed or isinstance(terms, RosterTerms | OpenMarkTerms):
        return explanation
    day = ahead.would_cross(trigger, terms, explanation.part)
    sentence = f"{explanation.sentence} {says_when(terms, day)}".strip()
    return replace(explanation, would_cross=day, sentence=sentence)


_Explain = Callable[[Case, Trigger, Any, list[Finding]], list[Explanation]]


def _one(
    explain_it: Callable[[Case, Trigger, Any, list[Finding]], Explanation],
) -> _Explain:
    return lambda case, trigger, terms, findings: [explain_it(case, trigger, terms, findings)]


_EXPLAIN: Mapping[str, _Explain] = {
    RateTerms.kind: _one(explain_rate),
    CountTerms.kind: _one(explain_count),
    ClassTerms.kind: explain_classes,
    ConsecutiveTerms.kind: _one(explain_consecutive),
    SequenceTerms.kind: _one(explain_sequence),
    RosterTerms.kind: _one(explain_roster),
    OpenMarkTerms.kind: _one(explain_open_marks),
}
