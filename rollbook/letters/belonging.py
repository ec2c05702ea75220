"""Which letters a field is for: the others have no value for it and would print a hole."""

from datetime import date

from rollbook.letters.fields import FIELDS
from rollbook.policy import (
    QUESTIONS,
    ClassTerms,
    PolicyPack,
    RequestedLetter,
    RosterTerms,
    SequenceTerms,
    Terms,
)

WITHDRAWALS = ("withdrawal", "eng-withdrawal")

_COMPARED = frozenset(
    "days_before days_now days_better stretch before_from before_to now_from now_to".split()
)
_FROM_MARKS = frozenset(
    "period_from period_to days_missed days_missed_number days_unexcused unexcused_count "
    "unresolved_count attendance_percent days_or_parts days_counted late_count late_times "
    "late_minutes late_after_close dates_short absences".split()
)
_FROM_A_RULE = frozenset("threshold rule_period classes report_number reference".split())


def elsewhere(name: str, letter: str, pack: PolicyPack, day: date) -> str:
    """Say which letters a field is for when ``letter`` has no value for it; else return nothing.

    A letter that the pack does not know, such as an office's own, is taken to have everything that
    its jurisdiction has.
    """
    if name not in FIELDS:
        return ""
    if name.startswith("withdrawn_"):
        return "" if letter in WITHDRAWALS else "the letters that withdraw another"
    if name.startswith("penalty_"):
        known = pack.has_value("penalty.first", day)
        return "" if known else "letters in England about penalty notices"
    if letter in WITHDRAWALS:
        rests = name in _FROM_MARKS or name in _FROM_A_RULE
        return "letters that rest on marks and a rule" if rests else ""
    requested = [one for one in pack.requested_on(day) if one.letter == letter]
    if requested:
        return _not_asked(name, requested)
    terms = [
        one
        for trigger in pack.triggers
        if trigger.letter == letter
        for one in trigger.terms
        if one.holds(day)
    ]
    return _not_found(name, letter, terms) if terms else ""


def _not_asked(name: str, requested: list[RequestedLetter]) -> str:
    """Say whose field it is when a clerk is not asked for it for this letter."""
    if name in _COMPARED and not any(one.improvement for one in requested):
        return "letters about better attendance"
    given = {field for one in requested for field in (*one.asks, *one.may_ask)}
    return "other letters that a clerk asks for" if name in QUESTIONS.keys() - given else ""


def _not_found(name: str, letter: str, terms: list[Terms]) -> str:
    """Say whose field it is when the rule behind this letter does not give it."""
    if name in QUESTIONS or name in _COMPARED:
        return "letters that a clerk asks for"
    if name == "classes" and not any(isinstance(one, ClassTerms) for one in terms):
        return "letters about single classes"
    if name == "report_number" and not any(isinstance(one, SequenceTerms) for one in terms):
        return "letters about a further report of truancy"
    if name.startswith("improvement_") and letter != "eng-nti":
        return "a notice to improve"
    if name in _FROM_MARKS and all(isinstance(one, RosterTerms) for one in terms):
        return "letters that rest on marks"
    return ""
