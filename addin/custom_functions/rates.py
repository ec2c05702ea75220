"""How much of what was possible was attended: RATE, POSSIBLE, PRESENT."""

from typing import Any

from xlwings import arg, func

from addin.answers import Cell, no_data
from addin.custom_functions.words import AS_OF, MARKS, SESSIONS
from addin.ranges import answer_rows
from rollbook.attendance import Attendance

NOTHING_POSSIBLE = "No session was possible: nothing that counts is recorded in this row."


@func
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
def rate(marks: Any, sessions: Any = None, as_of: Any = None) -> list[list[Cell]]:
    """Return the share attended of what was possible, for each row of marks; format it as %."""
    return answer_rows(marks, lambda of: [[_rate(one)] for one in of.figures()], sessions, as_of)


def _rate(attendance: Attendance) -> Cell:
    if not attendance.possible:
        return no_data(NOTHING_POSSIBLE)
    return attendance.attended / attendance.possible  # the number nearest to the exact share


@func
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
def possible(marks: Any, sessions: Any = None, as_of: Any = None) -> list[list[Cell]]:
    """Count the sessions (England) or days that could be attended, for each row of marks."""
    return answer_rows(marks, lambda of: [[one.possible] for one in of.figures()], sessions, as_of)


@func
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
def present(marks: Any, sessions: Any = None, as_of: Any = None) -> list[list[Cell]]:
    """Count the sessions (England) or days attended, approved activities elsewhere included."""
    return answer_rows(marks, lambda of: [[one.attended] for one in of.figures()], sessions, as_of)
