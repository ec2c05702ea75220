"""Edupoint Synergy: absences with *SIS Number*, a row an absence or a row a day with periods.

No header line of a Synergy export is published. The list is recognised by ``SIS Number``, which is
what Synergy calls the student's id; its other headers are by synonyms. ``Reason`` is Synergy's word
for the code (``X``, ``TE``, ``TU``, ``U`` …). Who has no row was there.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import CODE, EVENT
from rollbook.importers.upload import Upload

NAME = "synergy-attendance"
TITLE = "Synergy attendance (SIS Number)"
HEADERS = ("SIS Number", "Absence Date", "Reason Code")

WORDS: Words = {
    **EVENT,
    "student_id": ("SIS Number", "SIS No", "Student SIS Number"),
    "code": ("Reason Code", "Abs Reason Code", "Absence Reason Code", "Abs Reason",
             "Absence Reason", "All Day Reason", "All Day Code", *CODE, "Reason"),
    "comment": ("Note", "Notes", "Comment", "Comments", "Remarks"),
    "type": ("Abs Type", "Absence Type"),
}  # fmt: skip
SHAPE = ListShape(NAME, WORDS, events=True)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has SIS numbers, dates, and reasons or columns of periods."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
