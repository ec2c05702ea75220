"""Which session each column of a grid is: its date made whole, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from rollbook.importers.contract import Profile
from rollbook.importers.reading.dates import (
    ASKED_ORDER,
    MONTHS,
    WrittenDate,
    asked_order,
    misread_order,
    untelling_order,
)
from rollbook.importers.reading.grid_layout import Grid, HeadedColumn, column_letters
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem, RefusedFile, Severity, hold

_YEARS = re.compile(r"(?<!\d)(20\d{2})(?:\s*[-/\u2013]\s*(20\d{2}|\d{2}))?(?!\d)")


def sessions_of(
    upload: Upload, grid: Grid, profile: Profile, part: str
) -> tuple[dict[int, tuple[date, str]], list[Problem]]:
    """Return the session of each column, and a problem for each column whose date is none.

    A column that names no part of the day is of ``part``.
    """
    turned = misread_order([_date_text(column) for column in grid.columns], profile.day_first)
    if turned:
        ours, theirs = ("day", "month") if profile.day_first else ("month", "day")
        raise upload.refused(
            "date-order",
            f"writes the dates over its columns {theirs} first (“{turned}”), but this office reads "
            f"them {ours} first. Nothing was posted. Export it with dates like 2026-09-30, or set "
            "day_first in office.toml.",
        )
    texts = [_date_text(column) for column in grid.columns]
    open_question = "" if profile.order_settled else untelling_order(texts)
    if open_question:
        raise upload.refused(ASKED_ORDER, asked_order(open_question))
    columns = _dated(upload, grid, profile)
    sessions: dict[int, tuple[date, str]] = {}
    problems = []
    for column in columns:
        day = column.written.on_calendar(profile.day_first)
        if day is None:
            problems.append(_no_such_day(upload, grid, column))
        else:
            sessions[column.place] = (day, column.part or part)
    if not sessions:
        raise RefusedFile([replace(problems[0], severity=Severity.REFUSE), *problems[1:]])
    _refuse_doubled_sessions(upload, grid, sessions)
    return sessions, problems


def _date_text(column: HeadedColumn) -> str:
    written = column.written
    if not written.order_matters:
        return column.header
    return f"{written.day:02}/{written.month:02}/{written.year:04}"


def _dated(upload: Upload, grid: Grid, profile: Profile) -> list[HeadedColumn]:
    """Complete dates that lack a year, or a month, from what stands above the grid."""
    if all(column.written.year for column in grid.columns):
        return list(grid.columns)
    months = {
        MONTHS[word] for word in re.findall(r"[a-z]+", grid.above.casefold()) if word in MONTHS
    }
    columns = []
    for column in grid.columns:
        written = column.written
        if not written.month and len(months) == 1:
            written = replace(written, month=next(iter(months)))
        if not written.year:
            written = replace(written, year=_year(upload, grid.above, written))
        if not written.year or not written.month:
            lacks = "year" if written.month else "month and year"
            raise upload.refused(
                "no-year",
                f"heads its columns “{column.header}” and does not say of which {lacks}. Write it "
                "above the register (for example “September 2026”) and drop it again.",
            )
        columns.append(replace(column, written=written))
    return columns


def _year(upload: Upload, above: str, written: WrittenDate) -> int:
    """Return the one year that is possible, 0 when there are none or several.

    2026 may stand above the grid or in the file's name, or 2026/27, of which the month takes one
    half. A weekday decides too: within five years the same date never falls on it again, so the
    years around the file's own date will do.
    """
    named = _YEARS.finditer(f"{above} {upload.name}")
    years = {year for found in named for year in _allowed(found, written.month)}
    if len(years) != 1 and written.weekday is not None:
        saved = date.fromtimestamp(upload.path.stat().st_mtime).year
        near = years or set(range(saved - 2, saved + 3))
        years = {year for year in near if written.on_calendar(day_first=True, year=year)}
    return years.pop() if len(years) == 1 else 0


def _allowed(found: re.Match[str], month: int) -> set[int]:
    first, second = int(found[1]), found[2]
    if second and int(second) % 100 == (first + 1) % 100:
        return {first if month >= 8 else first + 1}
    return {first} | ({int(second)} if second and len(second) == 4 else set())


def _refuse_doubled_sessions(
    upload: Upload, grid: Grid, sessions: Mapping[int, tuple[date, str]]
) -> None:
    first: dict[tuple[date, str], int] = {}
    for place, session in sessions.items():
        if session in first:
            raise upload.refused(
                "doubled-session",
                f"has columns {column_letters(first[session])} and {column_letters(place)} for the "
                f"same date ({session[0]:%d %B %Y}), and nothing says which is AM and which is PM. "
                "Write AM and PM under the dates and drop it again.",
            )
        first[session] = place


def _no_such_day(upload: Upload, grid: Grid, column: HeadedColumn) -> Problem:
    place = Place(upload.name, grid.sheet, grid.header_row + 1, column_letters(column.place))
    return hold(
        "unreadable-date",
        f"Column {column_letters(column.place)} is headed “{column.header}”, which is not a date "
        "that exists. Its marks were not posted. Correct the date and drop the file again.",
        value=column.header,
        place=place,
    )
