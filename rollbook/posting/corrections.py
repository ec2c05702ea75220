"""Corrections: a mark is changed only where the register says what the form says it does.

A form that was filled in last week may speak of a mark that was changed since. Then nobody knows
which is right, and the row is held with what the register says now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rollbook.importers.contract import Correction, Extract
from rollbook.ledger import Connection
from rollbook.ledger import marks as ledger_marks
from rollbook.office import Office
from rollbook.posting.roll import Roll
from rollbook.problems import Problem, counted, hold, note
from rollbook.register import Category, register_frame

NOTES_WITHIN = "notes.school-days"
"""The value of a pack that says within how many school days after an absence a note must come."""

UNEXCUSED = frozenset({Category.UNAUTHORISED, Category.MISSING})

_PRESENT = frozenset({"", "present", "p", "/", "\\"})
"""How a form says that the register has no absence."""

Register = Mapping[tuple[int, date, str], str]
"""The marks as they stand, by the ledger's key of the student, day and part."""


def as_marks(connection: Connection, office: Office, roll: Roll, extract: Extract) -> Extract:
    """Return the extract with its corrections as marks; those that do not fit are held."""
    if not extract.corrections:
        return extract
    register = _register(connection, roll, extract.corrections)
    marks: list[tuple[Correction, date, str]] = []
    problems: list[Problem] = []
    for one in extract.corrections:
        key = roll.keys.get(one.student_id, 0)
        if not key:
            problems.append(_unknown(one))
        elif one.was is None:
            late = _came_late(office, roll, key, one)
            if late:
                problems.append(late)
                continue
            found = [*_unexcused(office, register, key, one)]
            marks += [(one, day, part) for day, part in found]
            problems += [] if found else [_nothing_to_excuse(one)]
        else:
            stands = register.get((key, one.first, one.part), "")
            if _is_same(stands, one.was):
                marks.append((one, one.first, one.part))
            elif not _is_same(stands, one.code):
                problems.append(_otherwise(one, stands))
            else:
                problems.append(_done_already(one))
    frame = register_frame(
        {
            "student_id": [one.student_id for one, _, _ in marks],
            "date": [day for _, day, _ in marks],
            "part": [part for _, _, part in marks],
            "symbol": [one.code for one, _, _ in marks],
            "comment": [one.reason for one, _, _ in marks],
            "row": [one.row for one, _, _ in marks],
        }
    )
    return replace(extract, marks=frame, problems=[*extract.problems, *problems])


def _register(connection: Connection, roll: Roll, corrections: Sequence[Correction]) -> Register:
    first = min(one.first for one in corrections)
    last = max(one.last for one in corrections)
    entries = ledger_marks.current_entries(connection, first, last)
    texts = ledger_marks.symbol_texts(connection)
    wanted = {roll.keys.get(one.student_id, 0) for one in corrections}
    found = {}
    for place, symbol in zip(entries.place.tolist(), entries.symbol.tolist(), strict=True):
        student, day, part = ledger_marks.session_of(place)
        if symbol and student in wanted:
            found[(student, day, part)] = texts[symbol]
    return found


def _unexcused(
    office: Office, register: Register, key: int, one: Correction
) -> Iterator[tuple[date, str]]:
    """Go through the absences of a student in the days of a note that nobody has excused."""
    for (student, day, part), symbol in register.items():
        if student == key and one.first <= day <= one.last:
            code = office.policy.codes_on(day).get(symbol)
            if code and code.category in UNEXCUSED:
                yield day, part


def _came_late(office: Office, roll: Roll, key: int, one: Correction) -> Problem | None:
    """Hold a note that came in after the days which the office's own rules give for it."""
    pack = office.policy
    if one.received is None or not pack.has_value(NOTES_WITHIN, one.last):
        return None
    allowed = pack.value(NOTES_WITHIN, one.last).number
    until = office.calendar.school_day_after(one.last, allowed, roll.track_on(key, one.last))
    if until is None or one.received <= until:
        return None
    return hold(
        "correction-late",
        f"Row {one.row}: the note of {one.student_id} for {_days(one)} came in on "
        f"{one.received:%d %B %Y}. Notes count for {counted(allowed, 'school day')} after the "
        f"absence, until {until:%d %B %Y}. Nothing was changed. If it is accepted all the same, "
        "enter the marks in a change form, with who approved them.",
    )


def _days(one: Correction) -> str:
    """Say the days of a note."""
    last = f" to {one.last:%d %B %Y}" if one.last != one.first else ""
    return f"{one.first:%d %B %Y}{last}"


def _is_same(stands: str, said: str) -> bool:
    if stands.casefold() == said.strip().casefold():
        return True
    return not stands and said.strip().casefold() in _PRESENT


def _unknown(one: Correction) -> Problem:
    return hold(
        "correction-unknown-student",
        f"Row {one.row}: no student has the id “{one.student_id}”. Nothing was changed for it. "
        "Correct the id, or drop the roster that has this student first, and drop the list again.",
        value=one.student_id,
    )


def _otherwise(one: Correction, stands: str) -> Problem:
    now = f"says “{stands}”" if stands else "has no mark"
    was = f"“{one.was}”" if one.was else "nothing"
    return hold(
        "correction-otherwise",
        f"Row {one.row}: the register {now} on {one.first:%d %B %Y}, {one.part}, for "
        f"{one.student_id}, and the form says it was {was}. Nothing was changed. Look which is "
        "right, correct the form and drop it again.",
        value=stands,
    )


def _nothing_to_excuse(one: Correction) -> Problem:
    return hold(
        "correction-nothing-to-excuse",
        f"Row {one.row}: {one.student_id} has no absence without an excuse on {_days(one)}. "
        "Nothing was changed. Check the id and the days; if the register of these days is not "
        "posted yet, drop the note again after it.",
    )


def _done_already(one: Correction) -> Problem:
    return note(
        "correction-done",
        f"Row {one.row}: the register says “{one.code}” already for {one.student_id} on "
        f"{one.first:%d %B %Y}, {one.part}.",
    )
