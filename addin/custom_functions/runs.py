"""Absences that lie close together: STREAK (one after the other), WINDOW (within some weeks)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from xlwings import arg, func

from addin.answers import Cell
from addin.custom_functions.words import (
    AS_OF,
    CATEGORY,
    MARKS,
    NEEDED_SESSIONS,
    SESSIONS,
    categories_of,
)
from addin.marks import text_of
from addin.ranges import MarkedRange, answer_rows
from addin.wizard import aside
from rollbook.attendance.codes import CATEGORIES, MISSING, NOT_POSSIBLE
from rollbook.policy import CountTerms, Reference, Sure
from rollbook.problems import NotAllowed
from rollbook.rules.case import Case, Entries
from rollbook.rules.windows import Counted

Matrix = npt.NDArray[np.uint8]

_NO_LAW = Reference("", "")


# STREAK ------------------------------------------------------------------------------------------


@func
@arg("marks", "raw", doc=MARKS)
@arg("category", "raw", doc=CATEGORY)
@arg("sessions", "raw", doc=SESSIONS)
@arg("which", "raw", doc="longest (if left out), or now: the run that the last mark is part of.")
@arg("as_of", "raw", doc=AS_OF)
@aside
def streak(
    marks: Any, category: Any = None, sessions: Any = None, which: Any = None, as_of: Any = None
) -> list[list[Cell]]:
    """Count the longest run of absences, in sessions (England) or days.

    Days without school and marks that are missing or not possible do not break a run.
    """
    return answer_rows(marks, lambda of: _streaks(of, category, which), sessions, as_of)


def _streaks(of: MarkedRange, category: Any, which: Any) -> list[list[Cell]]:
    asked = text_of(which).casefold() or "longest"
    if asked not in ("longest", "now"):
        raise NotAllowed(f"“{text_of(which)}” is no run of absences. Write longest or now.")
    wanted = [CATEGORIES.index(one) for one in categories_of(category)]
    units = _units(of)
    counts = np.isin(units, wanted)
    breaks = ~counts & ~np.isin(units, (NOT_POSSIBLE, MISSING))
    so_far = np.cumsum(counts, axis=1, dtype=np.int32)
    length = so_far - np.maximum.accumulate(np.where(breaks, so_far, 0), axis=1)
    found = length[:, -1] if asked == "now" else length.max(axis=1)
    return [[number] for number in found.tolist()]


def _units(of: MarkedRange) -> Matrix:
    """Return the category of each session (England) or day, a row a student, in order."""
    if of.sessions is None or of.pack.method == "sessions":
        return of.categories
    first = of.reading.first
    days = sorted({(one.day - first).days for one in of.sessions})
    found = of.reading.day_matrix[:, days]
    return np.where(found < len(CATEGORIES), found, np.uint8(MISSING))


# WINDOW ------------------------------------------------------------------------------------------


@func(name="WINDOW")
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=NEEDED_SESSIONS)
@arg(
    "window",
    "raw",
    doc="How long: “10 school weeks” (weeks with at least one school day), “28 days”, “4 weeks”, "
    "“6 months”, “half term”, “term” or “school year”. A number is days.",
)
@arg("category", "raw", doc=CATEGORY)
@arg("as_of", "raw", doc=AS_OF)
@aside
def most_in_window(  # a function named window would break the page that runs it
    marks: Any, sessions: Any, window: Any, category: Any = None, as_of: Any = None
) -> list[list[Cell]]:
    """Find the most absences in a rolling window: how many, and the first and the last day."""
    return answer_rows(
        marks,
        lambda of: _windows(of, read_window(window), category),
        sessions,
        as_of,
        width=3,
        needs_presence=False,
    )


@dataclass(frozen=True, slots=True)
class Window:
    """How long a window is: so many of a kind of span the rules know."""

    kind: str
    size: int = 1


_SPANS = {
    "half term": Window("half-term"),
    "term": Window("term"),
    "semester": Window("term"),
    "year": Window("school-year"),
    "school year": Window("school-year"),
}
_LENGTH = re.compile(r"(\d{1,3})\s*(|school weeks?|days?|weeks?|months?)")


def read_window(said: Any) -> Window:
    """Return the window words mean. Raises ``NotAllowed`` when they mean none."""
    words = text_of(said).casefold().replace("-", " ")
    if words in _SPANS:
        return _SPANS[words]
    found = _LENGTH.fullmatch(words)
    if not found or not int(found[1]):
        raise NotAllowed(
            f"“{text_of(said)}” is no length of time. Write for example 28 days, 4 weeks, "
            "10 school weeks, 6 months, half term, term or school year."
        )
    size, unit = int(found[1]), found[2].rstrip("s")
    if unit == "week":
        return Window("days", 7 * size)
    kinds = {"": "days", "day": "days", "month": "months", "school week": "school-weeks"}
    return Window(kinds[unit], size)


def _windows(of: MarkedRange, window: Window, category: Any) -> list[list[Cell]]:
    """Open a window on every absence, count to its end, and keep the fullest of each student."""
    of.need_sessions()
    counted = _counted(of, window, category)
    answers: list[list[Cell]] = [[0, "", ""] for _ in range(len(of))]
    if not len(counted.unit):
        return answers
    place = counted.student.astype(np.int64) * of.reading.days
    ends = place + np.minimum(counted.window_end[counted.day], of.reading.days - 1)
    after = np.searchsorted(place + counted.day, ends, side="right")
    number = after - np.arange(len(after))
    fullest = np.lexsort((np.arange(len(number)), -number, counted.student))
    _, first = np.unique(counted.student[fullest], return_index=True)
    for unit in fullest[first].tolist():
        opens, closes = counted.day[unit], counted.day[after[unit] - 1]
        days: list[date] = [of.reading.date_of(opens), of.reading.date_of(closes)]
        answers[int(counted.student[unit])] = [int(number[unit]), *days]
    return answers


def _counted(of: MarkedRange, window: Window, category: Any) -> Counted:
    """Return the absences as the rules count them: sessions in England, else days."""
    reading = of.reading
    wanted = [CATEGORIES.index(one) for one in categories_of(category)]
    if MISSING in wanted:
        raise NotAllowed("A window counts what is recorded. Count what is missing with ABSENCES.")
    by_day = reading.method != "sessions"
    if by_day:
        decided = reading.day_matrix[reading.student, reading.day]
        entries: Entries = np.flatnonzero(np.isin(decided, wanted))
    else:
        entries = np.flatnonzero(np.isin(reading.category, wanted))
    entries = reading.in_order(entries)
    unit = np.arange(len(entries))
    if by_day:
        day = reading.student[entries].astype(np.int64) * reading.days + reading.day[entries]
        _, unit = np.unique(day, return_index=True)
    begun = [year for year in of.office.calendar.years if year.first <= of.as_of]
    case = Case(of.pack, of.office.calendar, {}, begun[-1], of.as_of, None, reading)
    return Counted(case, _terms(of, window), entries, unit)


def _terms(of: MarkedRange, window: Window) -> CountTerms:
    return CountTerms(
        first=date.min,
        reference=_NO_LAW,
        sure=Sure.LOCAL,
        unit=of.pack.unit,
        threshold=1,
        window=window.kind,
        size=window.size,
    )
