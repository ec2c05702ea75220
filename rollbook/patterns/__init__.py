"""Patterns of absence: how often, what share, and what chance alone would give.

:func:`patterns_of` looks at every student for the things of :data:`KINDS` and returns what is
claimed as a :class:`Pattern`: Mondays and Fridays, one weekday, days beside holidays, the same
lesson, alternate weeks and weekends, a fortnight's timetable, brothers and sisters, late arrivals.
:func:`counts_of` returns all that was looked at for one student, claimed or not.

A pattern is a reason to ask, never a proof, so chance is kept out:

*   the share chance would give comes from the sessions that were possible for this student;
*   nothing is claimed from fewer days than ``patterns.least-days`` of the pack;
*   days that hang together are one event. An illness from Wednesday to Friday is moved as a whole
    when chance is worked out (:mod:`rollbook.patterns.chance`), and an absence of a school week or
    longer, which holds every weekday, says nothing of any and is left out;
*   the count must be rarer by chance than the pack says, decided on whole numbers. Some thirty
    things are looked at for each student, so what nobody expected must be rarer than Mondays and
    Fridays, which every school looks for.

Weeks 1 and 2 of a two-week timetable are the odd and even school weeks of the year. A teacher or a
subject is not in the register, so the same *lesson* is the same period.
"""

from rollbook.patterns.looking import counts_of, patterns_of
from rollbook.patterns.pattern import KINDS, Guard, Pattern

__all__ = ["KINDS", "Guard", "Pattern", "counts_of", "patterns_of"]
