"""What a mark means, in words: CODE."""

from datetime import date
from typing import Any

from xlwings import arg, func

from addin.answers import Cell, wrong
from addin.desk import desk
from addin.marks import Marks, Spelling, Written, rows_of
from addin.sessions import day_asked
from rollbook.policy import PolicyPack
from rollbook.problems import RollbookError
from rollbook.register import Category, Code


@func
@arg("symbols", "raw", doc="One mark or a range of marks, as they are typed.")
@arg("day", "raw", doc="The day the marks are of, for codes that came or went. Left out: today.")
def code(symbols: Any, day: Any = None) -> list[list[Cell]]:
    """Say what each mark means in this office, and whether it counts as attended or absent."""
    try:
        office, today = desk().office, desk().now().date()
        on = day_asked(day, office, today) or today
        marks = Marks.of(symbols, Spelling.of(office.policy))
    except RollbookError as error:
        return [[wrong(str(error)) for _ in row] for row in rows_of(symbols)]
    meanings = [_meaning(one, office.policy, on) for one in marks.written]
    return [[meanings[place] for place in row] for row in marks.places.tolist()]


def _meaning(mark: Written, pack: PolicyPack, day: date) -> Cell:
    if mark.is_blank:
        return ""
    found = pack.code(mark.symbol, day)
    if found is None:
        return wrong(pack.why_no_code(mark.symbol, day))
    minutes = f", {mark.minutes} minutes" if mark.minutes else ""
    meant = f" (as {found.symbol})" if found.symbol != mark.symbol else ""
    return f"{mark.symbol}{meant}: {found.meaning}{minutes} — {_counts_as(found, pack)}"


def _counts_as(code: Code, pack: PolicyPack) -> str:
    british = pack.unit == "sessions"
    words = {
        Category.PRESENT: "present",
        Category.APPROVED: "approved activity, counts as attended",
        Category.AUTHORISED: "authorised absence" if british else "excused absence",
        Category.UNAUTHORISED: "unauthorised absence" if british else "unexcused absence",
        Category.NOT_POSSIBLE: "not counted, attending was not possible",
        Category.MISSING: "not recorded",
    }
    late = ", late" if code.late else ""
    return f"{words[code.category]}{late}"
