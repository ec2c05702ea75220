"""Counts of a student's marks: ABSENCES, LATES, MINUTES_LATE."""

from typing import Any

import numpy as np
from xlwings import arg, func

from addin.answers import Cell
from addin.custom_functions.words import AS_OF, CATEGORY, MARKS, SESSIONS, categories_of
from addin.ranges import MarkedRange, answer_rows
from rollbook.attendance import Attendance


@func
@arg("marks", "raw", doc=MARKS)
@arg("category", "raw", doc=CATEGORY)
@arg("sessions", "raw", doc=SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
def absences(
    marks: Any, category: Any = None, sessions: Any = None, as_of: Any = None
) -> list[list[Cell]]:
    """Count the sessions (England) or days missed, of one kind of absence or of all."""
    return answer_rows(
        marks, lambda of: _absences(of, category), sessions, as_of, needs_presence=False
    )


def _absences(of: MarkedRange, category: Any) -> list[list[Cell]]:
    names = [asked.value for asked in categories_of(category)]
    return [[_sum(one, names)] for one in of.figures()]


def _sum(attendance: Attendance, names: list[str]) -> int:
    return sum(getattr(attendance, name) for name in names)


@func
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
def lates(marks: Any, sessions: Any = None, as_of: Any = None) -> list[list[Cell]]:
    """Count the late arrivals, whether or not they count as absence."""
    return answer_rows(
        marks,
        lambda of: [[one.late] for one in of.figures()],
        sessions,
        as_of,
        needs_presence=False,
    )


@func
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
def minutes_late(marks: Any, sessions: Any = None, as_of: Any = None) -> list[list[Cell]]:
    """Add up the minutes late of marks such as “L 12”; a late mark without minutes adds none."""
    return answer_rows(marks, _minutes, sessions, as_of, needs_presence=False)


def _minutes(of: MarkedRange) -> list[list[Cell]]:
    minutes = of.marks.by_cell([one.minutes for one in of.marks.written], np.int32)
    return [[total] for total in (minutes * of.late).sum(axis=1).tolist()]
