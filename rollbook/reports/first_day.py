"""The first-day report: who is away today with no reason known, in the order to call."""

from collections.abc import Sequence

from rollbook.policy import OpenMarkTerms, Sure
from rollbook.register import PARTS, Category, Mark
from rollbook.reports.asked import Asked, no_school, reading_of
from rollbook.reports.calling import (
    contact_since,
    in_words,
    reasons_for_care,
    to_call,
    urgency,
)
from rollbook.reports.open_marks import open_codes
from rollbook.reports.table import Column, Table
from rollbook.standing import Standing

NAME = "first-day"
SAYS = "who is away on the day with no reason known, whom to call first at the top"

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Form"),
    Column("Away"),
    Column("Care"),
    Column("Call"),
    Column("Phone"),
    Column("E-mail", in_files_only=True),
    Column("Reached"),
)


def build(asked: Asked) -> Table:
    """Return the report as it is asked for, for the last day recorded or the day of --date."""
    return first_day_table(asked.standing)


def first_day_table(standing: Standing) -> Table:
    """Return the call list of the day: vulnerable students first, those reached already last.

    A student is on it with a code that stands for a reason not yet known, or with no mark at all
    where a register was taken. Where a pack has no such code, it is an absence without excuse.
    """
    closed = no_school(standing, standing.as_of)
    if closed:
        return Table("First day", f"Away on {standing.as_of:%d %b %Y}: {closed}", COLUMNS, [])
    rows = []
    for student_id, away in unexplained(standing).items():
        student, guardian = standing.students[student_id], to_call(standing, student_id)
        reasons = reasons_for_care(standing, student_id)
        reached = contact_since(standing, student_id, standing.as_of)
        row = (
            student_id,
            student.sort_name,
            student.form or student.grade,
            away,
            in_words(reasons),
            guardian.name if guardian else "nobody may be called: see the student's file",
            guardian.phone if guardian else "",
            guardian.email if guardian else "",
            reached,
        )
        rows.append((bool(reached), urgency(reasons), student.form, student.sort_name, row))
    waiting = sum(not reached for reached, *_ in rows)
    known = "with no reason known"
    if _rule_is_unread(standing):
        known = Sure.GENERAL.marked(known)
    title = f"Away on {standing.as_of:%d %b %Y} {known}: {waiting} to call"
    return Table("First day", title, COLUMNS, [row for *_, row in sorted(rows)])


def unexplained(standing: Standing) -> dict[str, str]:
    """Return each student on roll who is away with no reason known, and what the register says."""
    day = standing.as_of
    reading = reading_of(standing, day)
    codes = open_codes(standing.pack, day)
    found: dict[str, list[Mark]] = {}
    for entry in reading.in_order(reading.absences):
        code = reading.code_of(int(entry))
        if code is None or code.late:
            continue
        if code.symbol in codes if codes else code.category is Category.UNAUTHORISED:
            mark = reading.mark_of(int(entry))
            found.setdefault(reading.students[reading.student[entry]], []).append(mark)
    said = {student_id: _said(marks) for student_id, marks in found.items()}
    missing = reading.tally()["missing"]
    for student_id, number in zip(reading.students, missing.tolist(), strict=True):
        if number and standing.is_enrolled(student_id):
            said[student_id] = "; ".join(filter(None, (said.get(student_id), "no mark")))
    return {one: said[one] for one in standing.students if one in said}


def _rule_is_unread(standing: Standing) -> bool:
    """Say whether the rule of a first-day call is one nobody has read in the law itself."""
    terms = [trigger.on(standing.as_of) for trigger in standing.pack.triggers]
    return any(isinstance(one, OpenMarkTerms) and not one.size and one.sure.unread for one in terms)


def _said(marks: Sequence[Mark]) -> str:
    symbols = ", ".join(dict.fromkeys(mark.symbol for mark in marks))
    parts = sorted({mark.session.part for mark in marks}, key=PARTS.index)
    return f"code {symbols} ({', '.join(parts)})"
