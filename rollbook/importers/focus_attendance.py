"""Focus School Software: attendance by period or day.

No header line of a Focus export is published. The list is recognised by ``SCHOOL_DATE``, the name
of the date in the tables of Focus' family of programs, or by *Focus School Software* or *Focus SIS*
in a title above it (a school may be called Focus); its other headers are by synonyms. Codes are
Focus' *Short Name*; so are periods (``01``). Who has no row was there, unless most rows say
*present*: Focus can list those too.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import Table, Words, key
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import CODE, DATE, EVENT, PART
from rollbook.importers.reading.own_lists import named
from rollbook.importers.upload import Upload

NAME = "focus-attendance"
TITLE = "Focus attendance"
HEADERS = ("Student ID", "School Date", "Attendance Code")

WORDS: Words = {
    **EVENT,
    "date": ("School Date", *DATE),
    "code": ("Attendance Code", "Attendance Code Short Name", "Code Short Name", "Short Name",
             "Daily Code", *CODE),
    "part": ("Period Short Name", "Period", *PART),
}  # fmt: skip
_NAMED = named("focus school software", "focus sis", "focussis")


def _own(table: Table) -> bool:
    return key(table.header("date")) == "schooldate" or _NAMED(table)


SHAPE = ListShape(NAME, WORDS, own=_own, events=True)


def identify(upload: Upload) -> bool:
    """Say whether a sheet is a list of marks by Focus' date or under Focus' name."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark; rows that cannot be read are held."""
    return read_lists(upload, profile, SHAPE)
