"""What the ledger counts: ATTENDANCE of students, ADA of a school."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xlwings import arg, func

from addin.answers import Cell, no_data
from addin.custom_functions.students import IDS
from addin.desk import desk
from addin.lookups import Lookup, about_each, lookup, shown, words_of
from addin.marks import text_of
from addin.sessions import day_asked
from addin.wizard import aside
from rollbook.attendance import NO_DATA, Attendance
from rollbook.problems import NotAllowed
from rollbook.reports import Asked, ada

_FIGURES: Mapping[str, Sequence[str]] = {
    "rate": ("attendance", "percentage", "percent", "attendance %", "%"),
    "possible": ("sessions possible", "days possible", "membership"),
    "present": ("attended", "sessions attended", "days attended"),
    "absent": ("absences", "absence", "days absent", "sessions absent"),
    "authorised": ("authorized", "excused"),
    "unauthorised": ("unauthorized", "unexcused"),
    "approved": ("approved activity",),
    "late": ("lates", "tardy", "tardies"),
    "missing": ("not recorded", "no mark"),
}
_NOTHING_POSSIBLE = "Nothing was possible: no session that counts is on record in these days."


@func
@arg("ids", "raw", doc=IDS)
@arg(
    "figure",
    "raw",
    doc="Which figure: rate (if left out; format it as %), possible, present, absent, authorised "
    "or excused, unauthorised or unexcused, approved, late, missing. Several cells give several "
    "columns.",
)
@arg("first", "raw", doc="From this day on. Left out: the first day of the school year.")
@arg("last", "raw", doc="Up to this day. Left out: the last day on record.")
@aside
def attendance(
    ids: Any, figure: Any = None, first: Any = None, last: Any = None
) -> list[list[Cell]]:
    """Count the attendance of students from the ledger: a row for each id."""
    figures = words_of(figure, _FIGURES, "rate")
    at, since, until = lookup(), _day(first), _day(last)
    counted = at.once(("attendance", since, until), lambda: _counted(at, since, until))
    return about_each(
        ids,
        lambda at, one: [_figure(counted.get(one.student_id, NO_DATA), name) for name in figures],
        len(figures),
    )


def _counted(at: Lookup, first: date | None, last: date | None) -> Mapping[str, Attendance]:
    table = at.standing.tally(first, last)
    rows = zip(table.index, table.to_numpy().tolist(), strict=True)
    return {student_id: Attendance(*row) for student_id, row in rows}


def _figure(counted: Attendance, name: str) -> Cell:
    if name == "rate":
        if not counted.possible:
            return no_data(_NOTHING_POSSIBLE)
        return counted.attended / counted.possible  # the number nearest to the exact share
    if name == "present":
        return counted.attended
    found: int = getattr(counted, name)
    return found


def _day(cell: Any) -> date | None:
    return day_asked(cell, desk().office, desk().now().date())


@func(name="ADA")
@arg(
    "period",
    "raw",
    doc="Only the lines of one reporting period or campus, such as P-2 or 001. Left out: all.",
)
@aside
def average_daily_attendance(period: Any = None) -> list[list[Cell]]:
    """Return average daily attendance as the state asks for it, with its headings.

    The lines are those of the report “ada”: Texas by six weeks, campus and track; California by
    school month, P-1 and P-2.
    """
    at = lookup()
    try:
        table = at.once("ada", lambda: ada.build(Asked(at.office, at.standing)))
    except NotAllowed as error:
        return [[no_data(str(error))]]
    wanted = text_of(period).casefold()
    rows = [
        row
        for row in table.rows
        if not wanted or any(_names(value, wanted) for value in row if isinstance(value, str))
    ]
    if not rows:
        return [[no_data(f"The report has no line “{text_of(period)}”.")]]
    heads = [column.title for column in table.columns]
    return [heads, *([shown(value) for value in row] for row in rows)]


def _names(value: str, wanted: str) -> bool:
    """Say whether a line's word is the one asked for: ``P-2`` also names “P-2 (so far)”."""
    said = value.casefold()
    return said == wanted or said.startswith(f"{wanted} ")
