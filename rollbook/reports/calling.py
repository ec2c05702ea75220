"""Whom to call about a student, and whom first."""

from collections.abc import Sequence
from datetime import date

from rollbook.register import Guardian
from rollbook.standing import Standing

FIRST_TO_CALL = ("safeguarding", "looked-after", "foster-care", "medical-plan", "homelessness")
"""Reasons for care in the order in which their families, or social workers, are called."""

CONTACTS = ("call", "email", "message", "meeting", "home-visit")
"""Actions that are contact with the family."""


def reasons_for_care(standing: Standing, student_id: str) -> list[str]:
    """Return what must be minded about a student, what is called first about standing first."""
    found = dict.fromkeys(standing.students[student_id].flags)
    for one in standing.hold_backs.get(student_id, ()):
        if one.holds(standing.as_of):
            found[one.reason] = None
    return sorted(found, key=lambda reason: (_urgency(reason), reason))


def urgency(reasons: Sequence[str]) -> int:
    """Return how soon a family is called: 0 is first."""
    return min(map(_urgency, reasons), default=len(FIRST_TO_CALL))


def _urgency(reason: str) -> int:
    return FIRST_TO_CALL.index(reason) if reason in FIRST_TO_CALL else len(FIRST_TO_CALL)


def in_words(reasons: Sequence[str]) -> str:
    """Say reasons for care as people do."""
    return ", ".join(reason.replace("-", " ") for reason in reasons)


def to_call(standing: Standing, student_id: str) -> Guardian | None:
    """Return the guardian to call: the first with whom contact is allowed, by phone if possible."""
    allowed = [one for one in standing.guardians.get(student_id, ()) if not one.court_order]
    ordered = sorted(allowed, key=lambda one: (not one.phone, one.order))
    return ordered[0] if ordered else None


def contact_since(standing: Standing, student_id: str, day: date) -> str:
    """Say when and how the family was last reached since ``day``; empty when it was not."""
    found = [
        action
        for action in standing.actions
        if action.student_id == student_id and action.kind in CONTACTS and action.day >= day
    ]
    if not found:
        return ""
    newest = found[-1]
    note = f": {newest.note}" if newest.note else ""
    return f"{newest.kind.replace('-', ' ')} {newest.day:%d %b}{note}"
