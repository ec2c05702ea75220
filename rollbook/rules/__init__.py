"""Which students cross which threshold, and why or why not.

:func:`assess` takes a rule pack and a register and returns a :class:`Finding` for every student
and trigger whose test is met; :func:`explain` shows, for one student, every mark that was looked
at, counted or not. The kinds of rule are a closed list (:data:`rollbook.policy.KINDS`):

``rate_over_period``  a share of the year or term so far, compared as exact fractions
``count_in_window``   so many sessions or days inside a rolling window
``class_rate``        the share of days a class was offered (Texas 90 percent rule)
``consecutive``       school days in a row, every session with one of some codes
``after_letters``     a further step after letters: second and third reports, what they lead to
``everyone_at``       a notice to everyone on roll, once a school year
``open_marks``        marks whose reason is not yet known, older than some school days

A window of a term or half term needs terms in the calendar: without them it finds nothing.
:func:`penalty_notice` says which number a penalty notice would be and what is to be paid.

Everything is decided on whole numbers. All loops over marks are numpy's; Python loops only over
students who crossed something.
"""

from rollbook.rules.assessing import assess, explain
from rollbook.rules.case import Used
from rollbook.rules.findings import Finding, letters_due, why_no_letter
from rollbook.rules.history import NOTHING_DONE, History, Sent
from rollbook.rules.notices import Notice, penalty_notice
from rollbook.rules.reasons import Explanation, Judged

__all__ = [
    "NOTHING_DONE",
    "Explanation",
    "Finding",
    "History",
    "Judged",
    "Notice",
    "Sent",
    "Used",
    "assess",
    "explain",
    "letters_due",
    "penalty_notice",
    "why_no_letter",
]
