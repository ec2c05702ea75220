"""Which students cross which threshold, and why or why not.

:func:`assess` takes a rule pack and a register and returns a :class:`Finding` for every student
and trigger whose test is met; :func:`explain` shows, for one student, every mark that was looked
at, counted or not. The kinds of rule are a closed list (:data:`rollbook.policy.KINDS`):

``rate_over_period``  a share of the year or term so far, compared as exact fractions
``count_in_window``   so many sessions or days inside a rolling window
``class_rate``        the share of days a class was offered (Texas 90 percent rule)

Everything is decided on whole numbers. All loops over marks are numpy's; Python loops only over
students who crossed something.
"""

from rollbook.rules.assessing import assess, explain
from rollbook.rules.case import Used
from rollbook.rules.findings import Finding, letters_due, why_no_letter
from rollbook.rules.history import NOTHING_DONE, History, Sent
from rollbook.rules.reasons import Explanation, Judged

__all__ = [
    "NOTHING_DONE",
    "Explanation",
    "Finding",
    "History",
    "Judged",
    "Sent",
    "Used",
    "assess",
    "explain",
    "letters_due",
    "why_no_letter",
]
