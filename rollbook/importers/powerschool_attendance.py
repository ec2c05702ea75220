"""PowerSchool SIS: the ``Attendance`` table with its codes, by tab or comma.

Headers: the fields of the tables ``Attendance`` and ``Attendance_Code`` (``Att_Date``,
``Att_Mode_Code``, ``Att_Comment``, ``Att_Code``) and of ``Students`` through its number, as Quick
Export writes them: ``[1]Student_Number``, ``[01]Student_Number``. Established from published
queries and export templates; the header of a period (``Period``, ``Period_Number``, the
expression ``3(A)``) is by synonyms.

PowerSchool keeps no row for a student who was there, so a missing row means *present*, and so does
a blank code. ``ATT_ModeDaily`` is the day; ``ATT_ModeMeeting`` is a class and needs its period.
``studentid`` is PowerSchool's internal number and no student number.
"""

import re

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.columns import Column, Sheet
from rollbook.importers.reading.headers import Words, find_tables, part_of_day
from rollbook.importers.reading.joined_columns import join_columns
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import EVENT
from rollbook.importers.upload import Upload

NAME = "powerschool-attendance"
TITLE = "PowerSchool attendance (Attendance with codes)"
HEADERS = ("Student_Number", "Att_Date", "Att_Code")

# Before a field, the table it is of: 1 is Students; 156 and 157 are general knowledge.
_TABLES = ("", "[1]", "[01]", "[157]", "[156]", "Students.", "Attendance.", "Attendance_Code.")


def _fields(*names: str) -> tuple[str, ...]:
    return tuple(f"{table}{name}" for name in names for table in _TABLES)


WORDS: Words = {
    **EVENT,
    "student_id": _fields("Student_Number", "Local_ID"),
    "internal_id": _fields("StudentID", "Attendance_CodeID"),
    "date": _fields("Att_Date"),
    "code": _fields("Att_Code"),
    "mode": _fields("Att_Mode_Code"),
    "part": _fields("Period", "Period_Number", "Period_Abbreviation", "Expression"),
    "comment": _fields("Att_Comment"),
    "campus": _fields("SchoolID", "School_Number"),
    "name": _fields("LastFirst"),
    "family_name": _fields("Last_Name"),
    "given_name": _fields("First_Name"),
}
_EXPRESSION = re.compile(r"(\d{1,2})\([A-Z0-9,-]+\)")


def _codes(sheet: Sheet) -> Column:
    """Return the codes; a program between has made ``true`` of some districts' ``T``."""
    return sheet.column("code").changed(lambda code: "T" if code == "true" else code)


def _parts(sheet: Sheet) -> Column:
    return join_columns(sheet.column("mode"), sheet.column("part"), _part)


def _part(mode: str, period: str) -> str:
    if mode.casefold() == "att_modedaily" or not (mode or period):
        return "DAY"
    found = _EXPRESSION.fullmatch(period.upper())
    return part_of_day(found[1] if found else period)


SHAPE = ListShape(
    NAME,
    WORDS,
    events=True,
    symbols=_codes,
    parts=_parts,
    unplaced="is the mark of a class, and no column says of which period from 0 to 12",
)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has PowerSchool's own name of the date, and a code or its number."""
    return bool(lists_in(upload, SHAPE)) or _has_only_internal_ids(upload)


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark; a table with PowerSchool's internal numbers only is refused."""
    if _has_only_internal_ids(upload):
        raise upload.refused(
            "internal-ids",
            "has PowerSchool's internal numbers (studentid, attendance_codeid) instead of student "
            "numbers and codes, so nothing of it can be posted. Export it again with the fields "
            "[1]Student_Number and Att_Code.",
        )
    return read_lists(upload, profile, SHAPE)


def _has_only_internal_ids(upload: Upload) -> bool:
    internal = find_tables(upload, WORDS, ("internal_id", "date"))
    return bool(internal) and not lists_in(upload, SHAPE)
