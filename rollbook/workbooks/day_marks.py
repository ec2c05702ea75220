"""The register's marks, written into the tracker's columns of days where the clerk has none."""

from collections.abc import Mapping
from datetime import date

from rollbook.school_calendar import SchoolCalendar
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import column_letters
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.day_columns import dates_of
from rollbook.workbooks.mapping import Days
from rollbook.workbooks.places import Place

_LONGEST_SHOWN = 20


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
    there is a mark: weekends and holidays stay empty. A cell that holds anything else is the
    clerk's: it stays and is noted. Headings without a year are days of the newest school year of
    which there are marks.
    """
    if not days.fill:
        return
    newest = max((day for known in marks.values() for day in known), default=None)
    if newest is None:
        return
    dated = dates_of(book, place, days, _of_year(calendar, newest))
    if calendar:
        dated = {column: day for column, day in dated.items() if calendar.is_school_day(day)}
    styles = {column: _usual_style(place, column) for column in dated}
    columns = sorted(dated)
    for student, row in rows.items():
        known = marks.get(student, {})
        if row and known:
            _fill_row(book, place, row, {each: known.get(dated[each], "") for each in columns}, to,
                      styles)  # fmt: skip


def _fill_row(
    book: Book,
    place: Place,
    row: int,
    marks: Mapping[int, str],
    to: Changes,
    styles: Mapping[int, int],
) -> None:
    empty: dict[int, str] = {}
    for (column, mark), cell in zip(marks.items(), place.sheet.row_cells(row, marks), strict=True):
        if not mark:
            continue
        there = cell.content(book.shared) if cell else None
        if there in (None, "") and not (cell and cell.has_formula):
            empty[column] = mark
        elif str(there).strip() != mark:
            shown = "a formula" if there in (None, "") else f"“{str(there)[:_LONGEST_SHOWN]}”"
            why = f"differs from the register: {shown} there, “{mark}” in the register"
            to.leave(place.sheet.name, f"{column_letters(column)}{row}", why)
    to.put_row(place.sheet, row, empty, styles)


def _of_year(calendar: SchoolCalendar | None, newest: date) -> SchoolCalendar | None:
    year = calendar.year_of(newest) if calendar else None
    return SchoolCalendar((year,)) if year else None


def _usual_style(place: Place, column: int) -> int:
    return place.sheet.default_style(place.header_row + 1, column)
