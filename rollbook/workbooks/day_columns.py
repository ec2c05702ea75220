"""The tracker's columns of days: which there are, and which day each of them is."""

from collections.abc import Mapping
from datetime import date

from rollbook.school_calendar import SchoolCalendar
from rollbook.workbooks.book import Book
from rollbook.workbooks.mapping import Block, Days
from rollbook.workbooks.places import Place


def find(book: Book, block: Block) -> Days | None:
    """Return the columns of days beside a list's other columns, ``None`` when it has none."""
    return search(book, block)[0]


def search(book: Book, block: Block) -> tuple[Days | None, str]:
    """Return the columns of days, or a sentence saying why those there are left alone."""
    return None, ""


def dates_of(
    book: Book, place: Place, days: Days, calendar: SchoolCalendar | None = None
) -> Mapping[int, date]:
    """Return the day of each column of days: number of the column → date.

    Read anew each time, since a clerk chooses another month or puts in a column. A column whose
    day cannot be told for certain is left out.
    """
    return {}
