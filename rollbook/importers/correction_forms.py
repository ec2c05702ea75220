"""Attendance change forms: which session, what the register says, what it should say, and why.

A row is one mark. The trail a changed mark needs (England: the School Attendance (Pupil
Registration) Regulations 2024, SI 2024/208; Texas and California: the auditor asks for the same) is
the original mark, the amended one, the reason, the day, and who changed it; what shows it and who
approved it are kept with the reason.
"""

from rollbook.importers.contract import Correction, Extract, Profile
from rollbook.importers.reading.corrections import Reader, read_corrections
from rollbook.importers.reading.headers import STUDENT_ID, Table, Words, find_tables, part_of_day
from rollbook.importers.reading.mark_words import CODE, DATE, PART
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, note

NAME = "change-form"
TITLE = "Attendance change form"
ASKS_ORDER = True
HEADERS = ("Student ID", "Date", "Session", "Was", "Code", "Reason")

WORDS: Words = {
    "student_id": STUDENT_ID,
    "date": DATE,
    "part": PART,
    "was": ("Was", "Original Mark", "Original Code", "Old Code", "Old Mark", "Changed From",
            "Current Code", "Current Mark"),
    "code": ("Should Be", "New Code", "New Mark", "Changed To", "Correct Code", "Correct Mark",
             *CODE),
    "reason": ("Reason", "Reason For Change", "Why"),
    "evidence": ("Evidence", "Shown By", "Proof", "Documentation", "Supporting Document"),
    "approved_by": ("Approved By", "Approver", "Authorised By", "Authorized By"),
    "asked_by": ("Asked For By", "Requested By", "Asked By", "Teacher"),
}  # fmt: skip
NEEDED = ("student_id", "date", "was", "code", "reason")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has what the register says beside what it should say."""
    return bool(find_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every line with a code as one correction; a mark without a new code is noted."""
    return read_corrections(NAME, upload, profile, find_tables(upload, WORDS, NEEDED), _line)


def _line(read: Reader, table: Table, number: int, row: Row) -> Correction | Problem | None:
    day_text, code = table.cell(row, "date"), table.cell(row, "code")
    if not code:
        return _without_code(read, table, number, row)
    day = read.day(day_text)
    part = part_of_day(table.cell(row, "part")) if table.cell(row, "part") else "DAY"
    if day is None:
        return read.no_day(table, number, "date", day_text)
    if not part:
        return read.held(
            table, number, "part", f"has “{table.cell(row, 'part')}” in column "
            f"“{table.header('part')}”, which is not a session such as AM, PM or a period"
        )  # fmt: skip
    if not table.cell(row, "reason"):
        return read.held(
            table, number, "reason",
            "gives no reason, and a register is not changed without one",
        )  # fmt: skip
    return Correction(
        read.student_id(table, row), day, day, part, table.cell(row, "was"), code,
        read.said(table, row, "reason", evidence="shown by", approved_by="approved by",
                  asked_by="asked for by"),
        number,
    )  # fmt: skip


def _without_code(read: Reader, table: Table, number: int, row: Row) -> Problem | None:
    """Leave a mark printed on the form that is right; hold a line that is half filled in."""
    if any(table.cell(row, field) for field in ("reason", "evidence", "approved_by")):
        return read.held(
            table, number, "code", f"says no code, in column “{table.header('code')}”"
        )  # fmt: skip
    if not (table.cell(row, "date") or table.cell(row, "was")):
        return None
    return note(
        "correction-none",
        f"Row {number} asks for no other code; the mark stays as it is.",
        place=table.place(number, "code"),
    )
