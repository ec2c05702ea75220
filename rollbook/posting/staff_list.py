"""The people of a dropped list of staff, entered where the roster knows their campus."""

from collections.abc import Mapping, Sequence

from rollbook.attendance.roll import is_among
from rollbook.importers.contract import Extract
from rollbook.ledger import Connection, staff
from rollbook.posting.roll import Roll
from rollbook.posting.settled import campuses_of
from rollbook.problems import Problem, counted, hold, note
from rollbook.register import StaffMember


def enter_staff(
    connection: Connection, posting: int, roll: Roll, extract: Extract
) -> Sequence[Problem]:
    """Enter who is on a list, and return what is held and what is to be said.

    The list takes the place of the earlier one of each campus it names, and without a campus of
    that of the whole office. One person signs for a campus, and one answers its families.
    """
    if not extract.staff:
        return ()
    campuses = campuses_of(roll)
    entered: dict[int, StaffMember] = {}
    held: list[Problem] = []
    for row, one in extract.staff.items():
        why = _why_not(row, one, entered, campuses)
        if why:
            held.append(why)
        else:
            entered[row] = one
    staff.save_staff(connection, posting, entered.values())
    return [*held, note("staff-entered", _said([*entered.values()]))] if entered else held


def _why_not(
    row: int, one: StaffMember, entered: Mapping[int, StaffMember], campuses: Sequence[str]
) -> Problem | None:
    if one.campus and campuses and not is_among(one.campus, campuses):
        return _held(
            row,
            one,
            f"is of campus “{one.campus}”, and the roster has no such campus: it has "
            f"{', '.join(campuses)}",
        )
    for duty, words in (("signs", "signs the letters"), ("answers", "answers the families")):
        others = [
            (at, other)
            for at, other in entered.items()
            if getattr(one, duty) and getattr(other, duty) and other.campus == one.campus
        ]
        if others:
            at, other = others[0]
            of = f"campus {one.campus}" if one.campus else "the whole office"
            return _held(row, one, f"is to be who {words} of {of}, as is {other.name} in row {at}")
    return None


def _held(row: int, one: StaffMember, what: str) -> Problem:
    return hold(
        "staff-unreadable",
        f"Row {row}: {one.name} {what}. This person was not entered. Put the row right and drop "
        "the whole list again.",
        value=one.name,
    )


def _said(people: Sequence[StaffMember]) -> str:
    duties = [
        f"{one.name} {does} for {one.campus or 'the whole office'}"
        for does, duty in (("signs", "signs"), ("answers families", "answers"))
        for one in people
        if getattr(one, duty)
    ]
    said = f"{counted(len(people), 'member')} of staff on the list."
    return f"{said} {'; '.join(duties)}. Letters prepared from now on say so." if duties else said
