"""Bromcom (England): marks as a list by registration or lesson, or a row a pupil and day.

The columns of Bromcom's exports are not published. The list is recognised where the name *Bromcom*
stands in a title, a header or on the sheet's tab; its headers are by synonyms, among them the names
its programming interface uses (``PeriodName``, ``Code``, ``Comment``). Without the name it is read
as a general list, which means the same: a blank or a missing row says that nothing was recorded.
``AM`` and ``PM`` are registrations; lessons keep their period.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import STUDENT_ID, Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import MARK, PART
from rollbook.importers.reading.own_lists import named
from rollbook.importers.upload import Upload

NAME = "bromcom-marks"
TITLE = "Bromcom marks"
HEADERS = ("Bromcom in a title or header", "Student ID or UPN", "Date", "Mark")

WORDS: Words = {
    **MARK,
    "student_id": ("Bromcom Student ID", "Bromcom ID", "Admission No", "Admission Number",
                   *STUDENT_ID),
    "part": ("Period Name", "Registration", *PART),
}  # fmt: skip
SHAPE = ListShape(NAME, WORDS, own=named("bromcom"))


def identify(upload: Upload) -> bool:
    """Say whether a list of marks names Bromcom."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every mark; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
