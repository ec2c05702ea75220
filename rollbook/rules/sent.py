"""Letters that have gone out and actions on record, as rules of sequence ask for them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rollbook.register import Action
from rollbook.rules.case import Case
from rollbook.rules.history import Sent


@dataclass(frozen=True, slots=True)
class Report:
    """One letter that counts as a report: which rule's, when mailed, up to which day it tells.

    Letters to two guardians about the same thing are one report, made when the first went out.
    """

    trigger: str
    made: date
    until: date


def reports_made(case: Case, student_id: str, triggers: Collection[str]) -> list[Report]:
    """Return the reports made about a student this school year by the day looked at, in order.

    A letter that is prepared but not mailed is no report yet.
    """
    letters = [
        one
        for one in case.letters.get(student_id, ())
        if one.trigger in triggers and one.mailed and one.mailed <= case.as_of
    ]
    by_rule: dict[str, dict[str, list[Sent]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(letters, key=lambda one: (one.until, one.mailed or one.prepared)):
        by_rule[one.trigger][one.guardian].append(one)
    found = []
    for trigger, by_guardian in by_rule.items():
        for number in range(max(len(had) for had in by_guardian.values())):
            same = [had[number] for had in by_guardian.values() if number < len(had)]
            made, until = min((one.mailed or one.prepared, one.until) for one in same)
            found.append(Report(trigger, made, until))
    return sorted(found, key=lambda report: (report.made, report.until))


def not_mailed(case: Case, student_id: str, triggers: Collection[str]) -> list[Sent]:
    """Return the letters of this school year that are prepared and have not been mailed."""
    return [
        one
        for one in case.letters.get(student_id, ())
        if one.trigger in triggers and (one.mailed is None or one.mailed > case.as_of)
    ]


def sent_all(case: Case, student_id: str, triggers: Collection[str]) -> date | None:
    """Return the day by which a letter of each of these rules had gone out; None when one has not.

    With no rule to wait for this is the first day there is.
    """
    last = date.min
    for trigger in triggers:
        reports = reports_made(case, student_id, [trigger])
        if not reports:
            return None
        last = max(last, reports[0].made)
    return last


def first_action(case: Case, student_id: str, kind: str, since: date) -> Action | None:
    """Return the first action of a kind about a student from ``since`` to the day looked at."""
    found = [
        one
        for one in case.actions.get(student_id, ())
        if one.kind == kind and since <= one.day <= case.as_of
    ]
    return min(found, key=lambda one: one.day, default=None)
