"""Clever: ``attendance.csv``, a row a student and day.

Headers are Clever's published ones (dev.clever.com): student_id, school_id, section_id,
attendance_date, attendance_type, attendance_status, excuse_code, sis_id; in any case.

Clever takes new and changed rows only, so a missing row says nothing. The code is the status, with
the excuse code behind it where there is one (``absent E``); *present* is the blank code. A row of
type *section* is of a class, and Clever does not say in which period it met: it is held.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.columns import Column, Sheet
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.joined_columns import join_columns, words_of
from rollbook.importers.reading.list_rows import NO_MARK
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.upload import Upload

NAME = "clever-attendance"
TITLE = "Clever attendance (attendance.csv)"
HEADERS = ("student_id", "attendance_date", "attendance_type", "attendance_status")

WORDS: Words = {
    "student_id": ("student_id",),
    "date": ("attendance_date",),
    "type": ("attendance_type",),
    "code": ("attendance_status",),
    "excuse": ("excuse_code",),
    "campus": ("school_id",),
}


def _codes(sheet: Sheet) -> Column:
    return join_columns(sheet.column("code"), sheet.column("excuse"), _code)


def _code(status: str, excuse: str) -> str:
    if not status:
        return NO_MARK
    return "" if status.casefold() == "present" else words_of(status, excuse)


def _parts(sheet: Sheet) -> Column:
    return sheet.column("type").changed(lambda kind: "DAY" if kind.casefold() == "daily" else "")


SHAPE = ListShape(
    NAME,
    WORDS,
    needed=("student_id", "date", "type", "code"),
    blank_is_present=True,
    symbols=_codes,
    parts=_parts,
    unplaced="is the mark of a class (section), and Clever does not say of which period",
)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has Clever's four columns of attendance."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row of a day as one mark; rows of classes are held."""
    return read_lists(upload, profile, SHAPE)
