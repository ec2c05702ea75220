"""Q (Aequitas, once Zangle; California): absences by period or day.

Nothing is published about the columns of Q's exports, so the list is recognised only where Q's own
name stands above it (*Aequitas*, *Q SIS*, *Zangle*), and its headers are by synonyms. Without that
title it is read as a general list. Codes are one or two letters, digits or signs and are passed on
as they are. Who has no row was there.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import STUDENT_ID, Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import CODE, EVENT
from rollbook.importers.reading.own_lists import named
from rollbook.importers.upload import Upload

NAME = "q-attendance"
TITLE = "Q attendance (Aequitas)"
HEADERS = ("a title with Aequitas or Q SIS", "Student ID", "Date", "Code")

WORDS: Words = {
    **EVENT,
    "student_id": ("Stu ID", "StuID", "Perm ID", *STUDENT_ID),
    "code": ("Attendance Code", "Attd Code", "Att Code", *CODE),
}
SHAPE = ListShape(NAME, WORDS, own=named("aequitas", "q sis", "zangle"), events=True)


def identify(upload: Upload) -> bool:
    """Say whether a list of marks stands under Q's name."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
