"""A general summary: a row a student with totals of days or sessions, and no marks.

For any system that counts by itself: an id, what was possible, and what was attended or missed.
Headers are by synonyms (``reading/figures.py``). Percentages are kept as the export rounded them.
"""

from collections.abc import Mapping

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.figures import (
    SUMMARY,
    SummaryShape,
    counted_columns,
    read_figures,
)
from rollbook.importers.reading.headers import Table, Words, find_tables, with_rows
from rollbook.importers.reading.mark_words import DATE
from rollbook.importers.upload import Upload

NAME = "summary-list"
TITLE = "General summary (totals of each student)"
HEADERS = ("Student ID", "Possible", "Present", "Absent")
GENERAL = True

WORDS: Words = {**SUMMARY, "date": DATE}
SHAPE = SummaryShape(NAME, unit="", words=WORDS)
NEEDED = ("student_id|state_id",)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has ids, what was possible, another total, and no dates of marks."""
    return bool(_tables(upload))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one student's totals."""
    return read_figures(with_rows(upload, _tables(upload)), profile, SHAPE)


def _tables(upload: Upload) -> list[Table]:
    found = find_tables(upload, WORDS, NEEDED, never="date")
    return [table for table in found if _is_summary(counted_columns(table))]


def _is_summary(counted: Mapping[str, int]) -> bool:
    """Say whether there is a whole to hold the rest against, or a share of it, and one total more.

    A list of students may have a percentage beside the names; that alone makes no summary.
    """
    whole = "possible" in counted or any(name.startswith("percent") for name in counted)
    return whole and len(counted) > 1
