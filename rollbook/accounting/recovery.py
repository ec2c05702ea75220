"""Days of attendance earned outside the classroom: attendance recovery and independent study.

The unit is the school day. Attendance recovery is California Education Code 46210 and 46211, kept
apart from attendance in class. Independent study is by the teacher's judgement of the work handed
in (California Department of Education).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from rollbook.register import Action


def recovery_days(actions: Iterable[Action], first: date, last: date) -> dict[str, int]:
    """Count each pupil's days of attendance recovery from ``first`` to ``last``.

    However often it is logged on one calendar day, it is one day.
    """
    days = {
        (one.student_id, one.day)
        for one in actions
        if one.kind == "attendance-recovery" and first <= one.day <= last
    }
    found: dict[str, int] = {}
    for student_id, _ in days:
        found[student_id] = found.get(student_id, 0) + 1
    return found


def recovery_days_of(minutes: Mapping[date, int], minimum_day: int) -> int:
    """Return the days that hours of recovery add up to: whole minimum days, one a calendar day.

    ``minutes`` are those of one pupil by day; ``minimum_day`` is that of the grade, in minutes.
    """
    return min(sum(minutes.values()) // minimum_day, sum(1 for some in minutes.values() if some))


def recovery_credit(absences: int, days_earned: int, most: int) -> int:
    """Return the days credited: no more than the pupil's absences, nor than ``most`` in a year."""
    return min(absences, days_earned, most)


def independent_study(days_in_agreement: int, days_of_work: int) -> tuple[int, int]:
    """Return days of attendance and of absence earned by independent study.

    ``days_of_work`` is the teacher's time value of the work handed in by its due date. Work handed
    in late is never applied back, and work beyond the days of the agreement is not banked.
    """
    attended = min(days_of_work, days_in_agreement)
    return attended, days_in_agreement - attended
