"""Arbor (England): Roll Call marks as a list, or a row a pupil and day with AM and PM.

Arbor's tables can be downloaded as CSV or workbook, but their column names are not published. The
list is recognised where the name *Arbor* or its word *Roll Call* stands in a title, a header or on
the sheet's tab; its headers are by synonyms. Without them it is read as a general list, which
means the same: a blank or a missing row says that nothing was recorded.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import STUDENT_ID, Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import CODE, DATE, MARK, PART
from rollbook.importers.reading.own_lists import named
from rollbook.importers.upload import Upload

NAME = "arbor-marks"
TITLE = "Arbor marks (Roll Call)"
HEADERS = ("Arbor or Roll Call in a title or header", "Student ID or UPN", "Date", "Mark")

WORDS: Words = {
    **MARK,
    "student_id": ("Arbor Student ID", "Arbor ID", *STUDENT_ID),
    "date": ("Roll Call Date", *DATE),
    "part": ("Roll Call", "Roll Call Session", *PART),
    "code": ("Roll Call Mark", "Statutory Mark", *CODE),
}
SHAPE = ListShape(NAME, WORDS, own=named("arbor", "roll call"))


def identify(upload: Upload) -> bool:
    """Say whether a list of marks names Arbor or its Roll Call."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every mark; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
