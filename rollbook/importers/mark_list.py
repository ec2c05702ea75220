"""A general list, one row a mark: student id, date, session or period, code.

Not one vendor's export but the shape most of them can write. A row without a code says that
nothing was recorded; it is counted and left out.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import EVENT
from rollbook.importers.upload import Upload

NAME = "mark-list"
TITLE = "General list of marks (one row a mark)"
HEADERS = ("Student ID", "Date", "Code")
GENERAL = True
ASKS_ORDER = True

WORDS: Words = {**EVENT, "document": ("Document", "Document Type", "Letter Type")}
SHAPE = ListShape(NAME, WORDS, never="document")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has columns for the student id, the date and the code."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark; rows that cannot be read are held, with their numbers."""
    return read_lists(upload, profile, SHAPE)
