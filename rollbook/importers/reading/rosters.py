"""Telling a roster from what else lists students with their names: registers and summaries."""

from rollbook.importers.reading.figures import POSSIBLE
from rollbook.importers.reading.headers import Table, Words, find_tables, with_rows
from rollbook.importers.reading.mark_words import CODE, DATE
from rollbook.importers.reading.part_columns import part_columns
from rollbook.importers.upload import Upload

_ELSEWHERE: Words = {"mark_date": DATE, "mark_code": CODE, "possible": POSSIBLE}


def roster_tables(upload: Upload, words: Words, needed: tuple[str, ...]) -> list[Table]:
    """Return the tables that list students, and hold neither marks of days nor totals.

    A table with the column ``code`` is another importer's.
    """
    found = find_tables(upload, {**words, **_ELSEWHERE}, needed, never="code")
    return [table for table in found if not (_has_marks(table) or "possible" in table)]


def rosters(upload: Upload, words: Words, needed: tuple[str, ...]) -> list[Table]:
    """Return the same tables, or refuse the file when there is nothing under their headers."""
    return with_rows(upload, roster_tables(upload, words, needed))


def _has_marks(table: Table) -> bool:
    return "mark_date" in table and ("mark_code" in table or bool(part_columns(table)))
