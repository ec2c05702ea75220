"""Infinite Campus: attendance from an ad hoc export, with Status and Excuse.

Established: the code set (Code, Description, Status, Excuse), the field names ``studentNumber``,
``personID``, ``periodName``, ``presentMinutes``, ``comments``, and dates ``mm/dd/yyyy``. That ad
hoc exports write ``student.studentNumber`` is general knowledge, and all prefixed headers are by
synonyms. The code is *Code* where the export has it, else Status and Excuse together (``Absent
Unexcused``). Who has no row was there.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.columns import Column, Sheet
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.joined_columns import join_columns, words_of
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import COMMENT, DATE, EVENT
from rollbook.importers.upload import Upload

NAME = "infinite-campus-attendance"
TITLE = "Infinite Campus attendance (Status and Excuse)"
HEADERS = ("student.studentNumber", "date", "status", "excuse")

_PREFIXES = ("", "student.", "attendance.", "attendanceDetail.", "code.", "attendanceCode.")


def _fields(*names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for name in names for prefix in _PREFIXES)


WORDS: Words = {
    **EVENT,
    "student_id": _fields("studentNumber"),
    "date": _fields("date", *DATE),
    "status": _fields("status", "attendanceStatus"),
    "excuse": _fields("excuse", "attendanceExcuse"),
    "code": _fields("code", "attendanceCode", "Att Code"),
    "part": _fields("periodName", "period", "periodNumber"),
    "comment": _fields(*COMMENT),
    "campus": _fields("schoolNumber", "schoolID", "school", "schoolName", "calendarName"),
    "family_name": _fields("lastName"),
    "given_name": _fields("firstName"),
}


def _codes(sheet: Sheet) -> Column:
    worded = join_columns(sheet.column("status"), sheet.column("excuse"), words_of)
    return join_columns(sheet.column("code"), worded, lambda code, words: code or words)


SHAPE = ListShape(
    NAME,
    WORDS,
    needed=("student_id", "date", "status", "excuse"),
    code_fields=("status", "excuse"),
    events=True,
    symbols=_codes,
)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has Campus' student number, a date, a status and an excuse."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
