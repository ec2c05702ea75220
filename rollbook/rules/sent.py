"""Letters that have gone out and actions on record, as rules of sequence ask for them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rollbook.register import Action
from rollbook.rules.case import Case
from rollbook.rules.history import Sent

REPORT = "report"  # as the log of actions names it


@dataclass(frozen=True, slots=True)
class Report:
    """One letter that counts as a report: which rule's, when mailed, up to which day it tells.

    A report that stands on the log alone is of no rule.
    Letters to two guardians about the same thing are one report, made when the first went out.
    """

    trigger: str
    made: date
    until: date


def reports_made(case: Case, student_id: str, triggers: Collection[str]) -> list[Report]:
    """Return the reports made about a student this school year by the day looked at, in order.

    A letter that is prepared but not mailed is no report yet. What the log calls a report counts as
    well: the office made it outside Rollbook, and it tells up to its own day.
    """
    mailed = _letters_mailed(case, student_id, triggers)
    by_letter = {one.mailed for one in case.letters.get(student_id, ())}
    logged = [
        Report("", day, day) for day in _report_days(case, student_id) if day not in by_letter
    ]
    return sorted([*mailed, *logged], key=lambda report: (report.made, report.until))


def _report_days(case: Case, student_id: str) -> list[date]:
    """Return the days of this school year on which the log has a report, each once."""
    return sorted(
        {
            one.day
            for one in case.actions.get(student_id, ())
            if one.kind == REPORT and case.year.first <= one.day <= case.as_of
        }
    )


def _letters_mailed(case: Case, student_id: str, triggers: Collection[str]) -> list[Report]:
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
    return found


def not_mailed(case: Case, student_id: str, triggers: Collection[str]) -> list[Sent]:
    """Return the letters of this school year that are prepared and have not been mailed."""
    return [
        one
        for one in case.letters.get(student_id, ())
        if one.trigger in triggers and (one.mailed is None or one.mailed > case.as_of)
    ]


def sent_all(case: Case, student_id: str, triggers: Collection[str]) -> date | None:
    """Return the day by which a letter of each of these rules had gone out; None when one has not.

    A report on the log stands for one letter that Rollbook has not sent. With no rule to wait for
    this is the first day there is.
    """
    if not triggers:
        return date.min
    made = reports_made(case, student_id, triggers)
    by_letter = {one.trigger: one.made for one in reversed(made) if one.trigger}
    logged = [one.made for one in made if not one.trigger]
    without = [one for one in triggers if one not in by_letter]
    if len(without) > len(logged):
        return None
    return max([*by_letter.values(), *logged[: len(without)]])


def not_sent(case: Case, student_id: str, triggers: Collection[str]) -> list[str]:
    """Return the rules of which no letter has gone out, and for which no report on the log stands.

    Reports on the log stand for the missing letters one by one, in the order of the rules.
    """
    made = reports_made(case, student_id, triggers)
    by_letter = {one.trigger for one in made}
    logged = sum(not one.trigger for one in made)
    return [one for one in triggers if one not in by_letter][logged:]


def first_action(case: Case, student_id: str, kind: str, since: date) -> Action | None:
    """Return the first action of a kind about a student from ``since`` to the day looked at."""
    found = [
        one
        for one in case.actions.get(student_id, ())
        if one.kind == kind and since <= one.day <= case.as_of
    ]
    return min(found, key=lambda one: one.day, default=None)
