"""A register grid: one row a student, one column a date or a date's AM and PM.

This is how England's registers leave the MIS, and how trackers and monthly registers are laid out
everywhere. Titles stand above it, totals and legends below and beside it; the dates may stand in
one row with AM and PM under them, or each header names both. A blank cell was not recorded.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.grids import NAME, WORDS, GridShape, grids_in, read_grids
from rollbook.importers.upload import Upload

__all__ = ["ASKS_ORDER", "GIVES_WAY", "HEADERS", "NAME", "TITLE", "WORDS", "extract", "identify"]

TITLE = "Register grid (one column a date or session)"
HEADERS = ("Student ID", "a date over each column")
ASKS_ORDER = True
GIVES_WAY = True  # to an office's own grid; but not to lists, whose words may stand beside dates

_GENERAL = GridShape()


def identify(upload: Upload) -> bool:
    """Say whether a sheet has dates as headers, and an id or a name in another column."""
    return bool(grids_in(upload, _GENERAL))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every cell under a date as one mark; rows and columns without sense are held."""
    return read_grids(upload, profile, _GENERAL)
