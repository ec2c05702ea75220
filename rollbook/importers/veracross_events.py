"""Veracross: attendance events as CSV, a row a class missed.

Headers are those of a real file: Attendance date, Reason, Attendance category, Attendance type,
Student summary, Course, Section ID, Head teacher, Excused/Unexcused. That file has neither an id
nor a period, so nothing of it can be posted: a clerk adds them to the query (*Person ID*, *Block*;
both by synonyms). The code is the type with the excuse (``Absent Unexcused``), the reason is kept
as the comment. A row without a course is of the day; one with a course needs its period. Who has
no row was there.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.columns import Column, Sheet
from rollbook.importers.reading.headers import STUDENT_ID, Words, find_tables, part_of_day
from rollbook.importers.reading.joined_columns import join_columns, words_of
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import PART
from rollbook.importers.upload import Upload

NAME = "veracross-events"
TITLE = "Veracross attendance events"
HEADERS = ("Person ID", "Attendance date", "Attendance category", "Attendance type")

WORDS: Words = {
    "student_id": ("Person ID", "Student Person ID", *STUDENT_ID),
    "date": ("Attendance date",),
    "category": ("Attendance category",),
    "code": ("Attendance type",),
    "excuse": ("Excused/Unexcused", "Excused"),
    "comment": ("Reason",),
    "name": ("Student summary", "Student", "Student Name"),
    "course": ("Course", "Section ID"),
    "part": ("Block", "Class Block", "Rotation Block", *PART),
}
_OWN = ("date", "category", "code")


def _codes(sheet: Sheet) -> Column:
    return join_columns(sheet.column("code"), sheet.column("excuse"), words_of)


def _parts(sheet: Sheet) -> Column:
    return join_columns(sheet.column("course"), sheet.column("part"), _part)


def _part(course: str, block: str) -> str:
    return part_of_day(block) if course or block else "DAY"


SHAPE = ListShape(
    NAME,
    WORDS,
    needed=("student_id", *_OWN),
    events=True,
    symbols=_codes,
    parts=_parts,
    unplaced="is of a class, and no column Block or Period says of which period from 0 to 12",
)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has Veracross' date, category and type of an event."""
    return bool(find_tables(upload, WORDS, _OWN))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every event; without a column of ids the file is refused."""
    if not lists_in(upload, SHAPE):
        raise upload.refused(
            "no-id-column",
            "has no column with the student's id. Names alone are not enough to post by. Add "
            "Person ID, and Block for the period, to the query in Veracross and export it again.",
        )
    return read_lists(upload, profile, SHAPE)
