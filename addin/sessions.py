"""The headings over a range of marks: which day, and which part of it, each column is about.

One row of dates, two rows (dates, then AM and PM or periods; a merged date goes on over blank
cells), or texts such as ``07/09/2026 AM`` and ``Mon 7 Sep``. Two columns of the same day without
parts, or under one merged date, are its morning and its afternoon where a day has these two.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from addin.marks import Cell, plain, rows_of, text_of
from rollbook.importers.reading.dates import WEEKDAYS, WrittenDate, misread_order
from rollbook.importers.reading.grid_layout import headed_column
from rollbook.importers.reading.headers import key, part_of_day
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Session
from rollbook.school_calendar import SchoolCalendar

_BEGIN = date(1899, 12, 30)  # day 0 of Excel's 1900 system, for all days since March 1900
_FIRST_SERIAL, _LAST_SERIAL = 18_000, 90_000  # 1949 to 2146: other numbers are no dates
_HALF_DAYS = ("AM", "PM")


def day_of(cell: Cell, office: Office, today: date) -> date | None:
    """Return the day one cell names; None when it names none."""
    found = _heading(cell)
    return _on_calendar(found[0], office, today) if found and not found[1] else None


def day_asked(cell: Cell, office: Office, today: date) -> date | None:
    """Return the day a clerk gave in a cell; None when the cell is empty or was left out.

    Raises ``NotAllowed`` when what stands there names no day.
    """
    if cell is None or not text_of(cell):
        return None
    day = day_of(cell, office, today)
    if day is None:
        raise NotAllowed(f"“{text_of(cell)}” is no date.")
    return day


def read_sessions(cells: Cell, width: int, office: Office, today: date) -> list[Session]:
    """Return the session of each of ``width`` columns of marks; a row of weekdays says nothing.

    Raises ``NotAllowed``, naming the column, when the headings cannot be read: marks under a wrong
    date would be wrong for every student.
    """
    rows = rows_of(cells)
    if width > 1 and len(rows) > 1 and len(rows[0]) == 1:
        raise NotAllowed(
            "The sessions stand under each other. Give the row of dates above the marks."
        )
    if len(rows[0]) != width:
        raise NotAllowed(f"The marks have {_columns(width)} and the sessions {len(rows[0])}.")
    top = next((place for place, row in enumerate(rows) if any(map(_heading, row))), 0)
    dates, parts = rows[top], _parts_among([*rows[:top], *rows[top + 1 :]])
    _refuse_other_order(dates, office)
    if not parts and set(_HALF_DAYS) <= set(office.policy.parts) and _is_merged(dates):
        parts = [*_HALF_DAYS] * (width // 2)
    written: list[tuple[WrittenDate, str]] = []
    for place, cell in enumerate(dates):
        found = _heading(cell)
        if found is None and not text_of(cell) and parts[place:] and parts[place] and written:
            found = written[-1][0], ""
        if found is None:
            raise NotAllowed(
                f"Column {place + 1} of the sessions has {_shown(cell)}, which is no date. Give "
                "the row of dates above the marks."
            )
        written.append((found[0], (parts[place] if parts else "") or found[1]))
    sessions = [
        Session(_the_day(place, dates[place], one, office, today), part)
        for place, (one, part) in enumerate(written)
    ]
    return _distinct(sessions, office.policy.parts)


def _columns(width: int) -> str:
    return "1 column" if width == 1 else f"{width} columns"


def _shown(cell: Cell) -> str:
    return f"“{text_of(cell)}”" if text_of(cell) else "nothing"


def _heading(cell: Cell) -> tuple[WrittenDate, str] | None:
    """Return the date a cell has, and the part of the day if it names one."""
    cell = plain(cell)
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        if not _FIRST_SERIAL <= cell < _LAST_SERIAL:
            return None
        day = _BEGIN + timedelta(days=int(cell))
        return WrittenDate(day.year, day.month, day.day), ""
    column = headed_column(0, str(cell))
    return (column.written, column.part) if column else None


def _parts_among(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Return the parts named in the rows beside the dates; empty when there is no such row."""
    for row in rows:
        texts = [text_of(cell) for cell in row]
        if all(not text or key(text) in WEEKDAYS for text in texts):
            continue
        parts = [part_of_day(text) for text in texts]
        for place, (text, part) in enumerate(zip(texts, parts, strict=True)):
            if text and not part:
                raise NotAllowed(
                    f"Column {place + 1} of the sessions has “{text}” beside its date, which is "
                    "no part of the day. Write AM, PM or a period such as P3."
                )
        return parts
    return []


def _is_merged(dates: Sequence[Cell]) -> bool:
    """Say whether every date goes over two columns, as merged cells do."""
    shown = [bool(text_of(cell)) for cell in dates]
    return len(shown) > 1 and shown == [True, False] * (len(shown) // 2)


def _refuse_other_order(cells: Sequence[Cell], office: Office) -> None:
    found = [headed_column(0, cell) for cell in cells if isinstance(cell, str)]
    texts = [
        f"{one.written.day}/{one.written.month}/{one.written.year}"
        for one in found
        if one and one.written.order_matters
    ]
    day_first = office.profile.day_first
    turned = misread_order(texts, day_first)
    if turned:
        ours, theirs = ("day", "month") if day_first else ("month", "day")
        raise NotAllowed(
            f"The sessions write their dates {theirs} first ({turned}), but this office reads them "
            f"{ours} first. Write them as dates, not as text, or set day_first in office.toml."
        )


def _the_day(place: int, cell: Cell, written: WrittenDate, office: Office, today: date) -> date:
    day = _on_calendar(written, office, today)
    if day is None:
        raise NotAllowed(
            f"Column {place + 1} of the sessions has {_shown(cell)}, which is no day of a school "
            "year of calendar.toml. Correct the date."
        )
    return day


def _on_calendar(written: WrittenDate, office: Office, today: date) -> date | None:
    day_first = office.profile.day_first
    if written.year:
        return written.on_calendar(day_first)
    days = [written.on_calendar(day_first, year) for year in _years(office.calendar, today)]
    return next((day for day in days if day and office.calendar.year_of(day)), None)


def _years(calendar: SchoolCalendar, today: date) -> list[int]:
    """Return the years a date without one may be of, those of the current school year first."""
    begun = [year for year in calendar.years if year.first <= today]
    following = [year for year in calendar.years if year.first > today]
    ordered = [*reversed(begun), *following]
    return list(dict.fromkeys(n for year in ordered for n in (year.first.year, year.last.year)))


def _distinct(sessions: Sequence[Session], parts: Sequence[str]) -> list[Session]:
    """Name the parts of columns that name none; no session may have two columns."""
    named = list(sessions)
    for day in {one.day for one in sessions if not one.part}:
        places = [place for place, one in enumerate(named) if one.day == day]
        if len(places) == len(_HALF_DAYS) and set(_HALF_DAYS) <= set(parts):
            halves: Sequence[str] = _HALF_DAYS
        else:
            halves = ["DAY"] * len(places)
        for place, part in zip(places, halves, strict=True):
            if not named[place].part:
                named[place] = replace(named[place], part=part)
    first: dict[Session, int] = {}
    for place, one in enumerate(named):
        if one in first:
            raise NotAllowed(
                f"Columns {first[one] + 1} and {place + 1} of the sessions are the same session "
                f"({one.day:%d %B %Y}{'' if one.part == 'DAY' else f', {one.part}'}). Give a "
                "second row with AM and PM or the periods."
            )
        first[one] = place
    return named
