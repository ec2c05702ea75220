"""Skyward (SMS 2.0, Qmlativ): a list of absences with Absence Type and Absence Reason.

No header line of a real Skyward export is published. The list is recognised by its two code sets,
which Skyward documents and no other system has side by side: *Absence Type* (excused, unexcused,
tardy, other) and *Absence Reason*. All other headers are by synonyms. The type is the code; the
reason is kept as the comment. Who has no row was there. Qmlativ's day totals (``DaysAbsent``, by
``CalendarDayID``) have no date and are not read.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import STUDENT_ID, Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import COMMENT, EVENT
from rollbook.importers.upload import Upload

NAME = "skyward-absences"
TITLE = "Skyward absences (Absence Type and Reason)"
HEADERS = ("Other ID", "Date", "Absence Type", "Absence Reason")

WORDS: Words = {
    **EVENT,
    "student_id": ("Other ID", "Student Other ID", *STUDENT_ID),
    "code": ("Absence Type", "Absence Type Code", "Abs Type", "Attendance Type"),
    "reason": ("Absence Reason", "Absence Reason Code", "Abs Reason", "Attendance Reason"),
    "comment": ("Absence Reason", "Absence Reason Code", "Abs Reason", "Attendance Reason",
                *COMMENT),
}  # fmt: skip
SHAPE = ListShape(NAME, WORDS, needed=("student_id", "date", "code", "reason"), events=True)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has student ids, dates, and both of Skyward's code sets."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one absence; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
