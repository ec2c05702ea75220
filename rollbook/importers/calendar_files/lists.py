"""A calendar as a list: a row an event, with a date or two, what it is, and perhaps its kind.

Or a column of the days on which school is held, one a row.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rollbook.importers.calendar_files.entries import Entry, Kind, kind_of
from rollbook.importers.reading.dates import misread_order, read_date, written_date
from rollbook.importers.reading.headers import Table, Words, find_tables
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem, hold, note

WORDS: Words = {
    "first": ("Start Date", "Start", "First Day", "First Date", "First", "From", "Date From",
              "From Date", "Begin Date", "Begins", "Begin", "Starts", "Date", "Dates", "Day",
              "Calendar Date", "School Date"),
    "last": ("End Date", "End", "Last Day", "Last Date", "Last", "To", "Date To", "To Date",
             "Until", "Through", "Ends", "Finish"),
    "name": ("Event", "Event Name", "Event Title", "Description", "Name", "Title", "Subject",
             "Summary", "What", "Holiday", "Term", "Details", "Occasion", "Reason", "Comment",
             "Notes"),
    "kind": ("Kind", "Type", "Event Type", "Day Type", "Category", "Calendar Type"),
    "held": ("School Day", "Instructional Day", "Instructional", "Is School Day", "In Session",
             "Student Day", "Membership Day"),
}  # fmt: skip

_YES = frozenset({"y", "yes", "1", "true", "x", "t"})
_NO = frozenset({"n", "no", "0", "false", "f"})
_BETWEEN = re.compile(r"\s+(?:-|to|until|through)\s+|\s*[\u2013\u2014]\s*", re.IGNORECASE)


def lines_of(upload: Upload, day_first: bool) -> tuple[list[Entry], list[Problem]]:
    """Return the lines of every list in the file, and the rows that could not be read."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    tables = find_tables(upload, WORDS, ("first",))
    for table in tables:
        _refuse_turned(table, day_first)
        for number, row in table.rows():
            line = _line(table, number, row, day_first)
            if isinstance(line, Problem):
                problems.append(line)
            else:
                entries.append(line)
    if not tables:
        entries = list(_bare_days(upload, day_first))
    if not entries and not problems:
        raise upload.refused(
            "no-calendar",
            "holds no list of dates that Rollbook can read. Make a list with the headings First, "
            "Last, What and Kind, a row for each term and closure, and adopt that.",
        )
    return entries, problems


def _line(table: Table, number: int, row: Sequence[str], day_first: bool) -> Entry | Problem:
    cells = tuple(row)
    place = Place(table.upload.name, table.sheet, number)
    if not any(map(str.isdigit, table.cell(cells, "first"))):  # a heading or a footnote
        words = " ".join(cell for cell in cells if cell)
        return note("no-date", f"“{words}” has no date, so it was passed over.", place=place)
    span = _span(table.cell(cells, "first"), table.cell(cells, "last"), day_first)
    if isinstance(span, str):
        return hold(
            "unreadable-date",
            f"The row {span}. Write dates like 2026-10-30, and adopt the file again.",
            place=place,
        )
    first, last = span
    name = table.cell(cells, "name")
    return Entry(_kind(table, cells, name, first, last), name, first, last, number)


def _kind(table: Table, row: tuple[str, ...], name: str, first: date, last: date) -> Kind | None:
    """Return what a row is; a column of yes and no says it where it is filled in."""
    held = table.cell(row, "held").casefold()
    said = table.cell(row, "kind")
    found = kind_of(name, said, first, last)
    if held in _YES:
        return Kind.EARLY if found is Kind.EARLY else Kind.SCHOOL_DAY
    if held in _NO:
        return Kind.CLOSURE
    if not (table.columns.keys() & {"name", "kind", "held"}):
        return Kind.SCHOOL_DAY  # a column of dates and nothing else
    return found


def _span(first: str, last: str, day_first: bool) -> tuple[date, date] | str:
    """Return both ends of a row, or what is wrong with it, to go on from “The row”."""
    if not last:
        first, last = _split(first)
    ends = read_date(last, day_first)
    if ends is None:
        return f"has “{last}” for a date, which is not a date that exists"
    begins = read_date(first, day_first)
    if begins is None:
        begins = _before(first, ends, day_first)
    if begins is None:
        return f"has “{first}” for a date, which is not a date that exists"
    if ends < begins:
        return f"ends before it begins ({begins} to {ends})"
    return begins, ends


def _split(text: str) -> tuple[str, str]:
    """Divide “21 December 2026 - 1 January 2027”; a single date is both ends."""
    if written_date(text):
        return text, text
    parts = _BETWEEN.split(text)
    return (parts[0], parts[1]) if len(parts) == 2 else (text, text)


def _before(text: str, ends: date, day_first: bool) -> date | None:
    """Return a first day written without its year: the last such day before the end."""
    written = written_date(text)
    if written is None or written.year:
        return None
    same = written.on_calendar(day_first, ends.year)
    return same if same and same <= ends else written.on_calendar(day_first, ends.year - 1)


def _refuse_turned(table: Table, day_first: bool) -> None:
    texts = [cell for _number, row in table.rows() for field in ("first", "last")
             if (cell := table.cell(row, field))]  # fmt: skip
    turned = misread_order(texts, day_first)
    if turned:
        raise table.upload.refused(
            "date-order",
            f"writes its dates {'month' if day_first else 'day'} first (“{turned}”), but this "
            f"office reads them {'day' if day_first else 'month'} first. Write them like "
            "2026-09-30, or set day_first in office.toml.",
        )


def _bare_days(upload: Upload, day_first: bool) -> Iterator[Entry]:
    """Go through sheets without headings in which a row is one date and nothing else."""
    for sheet in upload.sheets:
        for number, row in enumerate(upload.rows(sheet), 1):
            filled = [cell.strip() for cell in row if cell.strip()]
            day = read_date(filled[0], day_first) if len(filled) == 1 else None
            if day:
                yield Entry(Kind.SCHOOL_DAY, "", day, day, number)
