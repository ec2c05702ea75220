"""Notes from parents and doctors that excuse absences: of whom, from when to when, as which code.

A row is one note. It changes the absences of those days that nobody has excused, and nothing else;
which code a note makes of them the clerk writes down, for it decides what the law counts.
"""

from rollbook.importers.contract import Correction, Extract, Profile
from rollbook.importers.reading.corrections import Reader, read_corrections
from rollbook.importers.reading.headers import STUDENT_ID, Table, Words, find_tables
from rollbook.importers.reading.mark_words import CODE
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem

NAME = "excuse-notes"
TITLE = "Notes that excuse absences"
ASKS_ORDER = True
HEADERS = ("Student ID", "First day", "Last day", "Kind of note", "Received", "Code")

WORDS: Words = {
    "student_id": STUDENT_ID,
    "first": ("First Day", "First Day Absent", "Absent From", "From", "Start Date",
              "First Date", "Date Of Absence", "Absence Date"),
    "last": ("Last Day", "Last Day Absent", "Absent To", "To", "Until", "End Date", "Last Date"),
    "kind": ("Kind Of Note", "Note", "Note Type", "Type Of Note"),
    "received": ("Received", "Received On", "Date Received", "Note Received"),
    "written_by": ("Written By", "Signed By", "Note From", "From Whom"),
    "code": ("Excused As", *CODE),
    "remarks": ("Remarks", "Notes", "Comment", "Comments"),
}  # fmt: skip
NEEDED = ("student_id", "first", "kind", "received", "code")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has the days of an absence and the note that was received."""
    return bool(find_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one note; rows that are not filled in are left out."""
    return read_corrections(NAME, upload, profile, find_tables(upload, WORDS, NEEDED), _note)


def _note(read: Reader, table: Table, number: int, row: Row) -> Correction | Problem | None:
    first_text = table.cell(row, "first")
    last_text = table.cell(row, "last") or first_text
    if not any(table.cell(row, field) for field in (*NEEDED, "last")):
        return None
    first, last = read.day(first_text), read.day(last_text)
    if first is None or last is None:
        wrong = ("first", first_text) if first is None else ("last", last_text)
        return read.no_day(table, number, *wrong)
    if last < first:
        return read.held(table, number, "last", f"ends on {last_text}, before it begins")
    received = read.day(table.cell(row, "received"))
    if received is None:
        return read.no_day(table, number, "received", table.cell(row, "received"))
    for field, what in (("code", "says no code"), ("kind", "does not say what kind of note it is")):
        if not table.cell(row, field):
            return read.held(table, number, field, f"{what}, in column “{table.header(field)}”")
    return Correction(
        read.student_id(table, row), first, last, "", None, table.cell(row, "code"),
        read.said(table, row, "kind", written_by="by", received="received", remarks=""),
        number, received,
    )  # fmt: skip
