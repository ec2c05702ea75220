"""The register's marks, written into the tracker's columns of days where the clerk has none."""

from collections.abc import Mapping
from datetime import date

from rollbook.school_calendar import SchoolCalendar
from rollbook.workbooks.book import Book
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.mapping import Days
from rollbook.workbooks.places import Place


def fill_days(
    book: Book,
    place: Place,
    days: Days,
    marks: Mapping[str, Mapping[date, str]],
    rows: Mapping[str, int],
    to: Changes,
    calendar: SchoolCalendar | None = None,
) -> None:
    """Write each student's marks (id → day → mark) into empty cells of the columns of days.

    ``rows`` says in which row each student stands. Only with ``days.fill``, and only days for which
    there is a mark. A cell that holds anything else is the clerk's: it stays and is noted.
    """
