"""Columns of days: each way in which clerks head them, and what may be written into them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span
from rollbook.workbooks.adopting import look
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.day_columns import dates_of, search
from rollbook.workbooks.day_marks import fill_days
from rollbook.workbooks.mapping import Block, Days
from rollbook.workbooks.places import locate

MONDAY = date(2026, 9, 7)
WEEK = [MONDAY + timedelta(days=number) for number in range(5)]
TWO_WEEKS = [*WEEK, *(day + timedelta(days=7) for day in WEEK)]
CALENDAR = SchoolCalendar(
    (
        SchoolYear("2025-26", date(2025, 9, 1), date(2026, 7, 20)),
        SchoolYear(
            "2026-27",
            date(2026, 9, 1),
            date(2027, 7, 20),
            closures=(Span("Training day", WEEK[2], WEEK[2]),),
        ),
    )
)
Rows = Mapping[int, Mapping[int, Any]]
"""What stands in a sheet: row → column → content; a text that begins with = is a formula."""


def tracker(path: Path, rows: Rows, merged: Sequence[str] = (), name: str = "Tracker") -> Path:
    book = xlsxwriter.Workbook(path)
    as_day = book.add_format({"num_format": "ddd d mmm"})
    sheet = book.add_worksheet(name)
    for row, cells in rows.items():
        for column, content in cells.items():
            if isinstance(content, date):
                sheet.write_datetime(row - 1, column - 1, content, as_day)
            elif isinstance(content, tuple):
                formula, result = content
                sheet.write_formula(row - 1, column - 1, formula, as_day, result)
            else:
                sheet.write(row - 1, column - 1, content)
    for area in merged:
        sheet.merge_range(area, None)
    book.close()
    return path


def listed(headings: Sequence[Any], *, row: int = 3, above: Rows | None = None) -> dict[int, Any]:
    """A list: ids in A, names in B, days from C, “Absent” after them."""
    heads = {1: "Student ID", 2: "Name", **dict(enumerate(headings, start=3))}
    heads[len(headings) + 3] = "Absent"
    rows: dict[int, Any] = {row: heads, row + 1: {1: "000123", 2: "Núñez, Ana"}}
    return {**(above or {}), **rows, row + 2: {1: "000124", 2: "Ng, X"}}


def opened(path: Path) -> tuple[Book, Block]:
    found = look(path).mapping.tracker
    assert found is not None
    return Book(path, read_workbook(path)), found


def days_in(path: Path, calendar: SchoolCalendar | None = CALENDAR) -> list[date]:
    """The days that are found, which must be those of neighbouring columns from C."""
    book, block = opened(path)
    days, note = search(book, block)
    assert days is not None, note
    found = dates_of(book, locate(book, block), days, calendar)
    assert list(found) == list(range(3, 3 + len(found)))
    return list(found.values())


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


HEADINGS = {
    "dates": TWO_WEEKS,
    "results of formulas": [(f"=A1+{number}", serial(day)) for number, day in enumerate(TWO_WEEKS)],
    "weekday, day, month": [f"{day:%a} {day.day} {day:%b}" for day in TWO_WEEKS],
    "with a line break": [f"{day:%a}\n{day.day} {day:%B}" for day in TWO_WEEKS],
    "day-month": [f"{day.day}-{day:%b}" for day in TWO_WEEKS],
    "month day": [f"{day:%b} {day.day}" for day in TWO_WEEKS],
    "ordinals": [f"{day.day}th {day:%B}" for day in TWO_WEEKS],
    "ISO": [day.isoformat() for day in TWO_WEEKS],
    "day/month": [f"{day.day:02}/{day.month:02}" for day in TWO_WEEKS],
    "month/day": [f"{day.month}/{day.day}" for day in TWO_WEEKS],
    "day/month/year": [f"{day.day}/{day.month}/{day:%y}" for day in TWO_WEEKS],
    "month/day/year": [f"{day.month:02}/{day.day:02}/{day.year}" for day in TWO_WEEKS],
    "weekday month/day": [f"{day:%a} {day.month}/{day.day}" for day in TWO_WEEKS],
}


@pytest.mark.parametrize("headings", HEADINGS.values(), ids=HEADINGS)
def test_each_way_to_head_days_is_read(tmp_path: Path, headings: Sequence[Any]) -> None:
    assert days_in(tracker(tmp_path / "t.xlsx", listed(headings))) == TWO_WEEKS


def test_a_year_that_is_not_written_is_that_of_the_last_school_year(tmp_path: Path) -> None:
    texts = ["Mon 11 Jan", "Tue 12 Jan", "Wed 13 Jan", "Thu 14 Jan", "Fri 15 Jan"]
    path = tracker(tmp_path / "t.xlsx", listed(texts))
    assert days_in(path)[0] == date(2027, 1, 11)
    assert days_in(path, None) == []


def test_a_weekday_that_is_another_day_is_no_day(tmp_path: Path) -> None:
    texts = ["Mon 7 Sep", "Tue 8 Sep", "Wed 9 Sep", "Thu 10 Sep", "Sun 11 Sep"]
    assert days_in(tracker(tmp_path / "t.xlsx", listed(texts))) == WEEK[:4]


def test_numbers_that_could_be_read_both_ways_are_left_alone_and_said_so(tmp_path: Path) -> None:
    texts = ["1/1/27", "2/2/27", "3/3/27", "4/4/27", "5/5/27"]
    found = look(tracker(tmp_path / "t.xlsx", listed(texts)))
    assert found.mapping.days is None
    assert "cannot be told which number is the month" in found.notes[0]


MONTHS = {
    "a text with its year": {1: {1: "Attendance"}, 2: {3: "September 2026"}},
    "a title": {1: {1: "ATTENDANCE TRACKER SEPT 2026"}},
    "cells of their own": {1: {1: "Month", 2: "September"}, 2: {1: "Year", 2: 2026}},
    "a date": {1: {2: date(2026, 9, 1)}},
    "no year": {1: {1: "September"}},
}


@pytest.mark.parametrize("above", MONTHS.values(), ids=MONTHS)
def test_numbers_of_days_are_read_under_the_name_of_a_month(tmp_path: Path, above: Rows) -> None:
    days = days_in(tracker(tmp_path / "t.xlsx", listed([7, 8, 9, 10, 11], above=above)))
    assert days == WEEK


def test_a_sheet_named_after_a_month_says_which(tmp_path: Path) -> None:
    path = tracker(tmp_path / "t.xlsx", listed([7, 8, 9, 10, 11]), name="SEP 2026")
    assert days_in(path) == WEEK


def test_the_thirty_first_of_a_short_month_is_no_day(tmp_path: Path) -> None:
    above = {1: {1: "September 2026"}}
    days = days_in(tracker(tmp_path / "t.xlsx", listed(list(range(1, 32)), above=above)))
    assert len(days) == 30 and days[-1] == date(2026, 9, 30)


@pytest.mark.parametrize(
    "above", [{}, {1: {1: "Sheet 1"}}, {1: {1: "September", 2: "October"}}], ids=str
)
def test_numbers_without_one_month_are_left_alone_and_said_so(tmp_path: Path, above: Rows) -> None:
    found = look(tracker(tmp_path / "t.xlsx", listed([7, 8, 9, 10, 11], above=above)))
    assert found.mapping.days is None
    assert "no cell above them names one month" in found.notes[0]


def test_the_month_is_read_anew_when_the_clerk_chooses_another(tmp_path: Path) -> None:
    one = {1: {1: "Month", 2: "September"}, 2: {1: "Year", 2: 2026}}
    book, block = opened(tracker(tmp_path / "t.xlsx", listed([7, 8, 9, 10, 11], above=one)))
    days = search(book, block)[0]
    assert days and (days.month, days.year) == ("B1", "B2")
    other = {1: {1: "Month", 2: "October"}, 2: {1: "Year", 2: 2026}}
    book, _ = opened(tracker(tmp_path / "t.xlsx", listed([7, 8, 9, 10, 11], above=other)))
    found = dates_of(book, locate(book, block), days, CALENDAR)
    assert found[3] == date(2026, 10, 7)


def test_the_days_are_found_when_rows_and_columns_were_put_in(tmp_path: Path) -> None:
    above = {1: {1: "September 2026"}}
    book, block = opened(tracker(tmp_path / "t.xlsx", listed([7, 8, 9, 10, 11], above=above)))
    days = search(book, block)[0]
    assert days
    moved = {
        row + 2: {column + 1: content for column, content in cells.items()}
        for row, cells in listed([7, 8, 9, 10, 11], above=above).items()
    }
    book = Book(path := tracker(tmp_path / "t.xlsx", moved), read_workbook(path))
    found = dates_of(book, locate(book, block), days, CALENDAR)
    assert found == dict(zip(range(4, 9), WEEK, strict=True))


def test_weekdays_in_a_row_below_belong_to_the_headings(tmp_path: Path) -> None:
    rows = listed(WEEK)
    rows[5] = rows[4]
    rows[4] = dict(enumerate(["Mon", "Tue", "Wed", "Thu", "Fri"], start=3))
    path = tracker(tmp_path / "t.xlsx", rows)
    block = opened(path)[1]
    assert (block.header_row, block.heading_rows) == (4, 2)
    assert days_in(path) == WEEK


def test_dates_in_a_row_below_the_other_headings_belong_to_them(tmp_path: Path) -> None:
    rows: dict[int, Any] = {1: {1: "Student ID", 2: "Name", 3: "Date", 8: "Absent"}}
    rows |= {2: dict(enumerate(WEEK, start=3)), 3: {1: "000123", 2: "Ng, X"}}
    path = tracker(tmp_path / "t.xlsx", rows)
    block = opened(path)[1]
    assert (block.header_row, block.heading_rows) == (2, 2)
    assert days_in(path) == WEEK


def test_totals_of_weeks_between_the_days_are_no_days(tmp_path: Path) -> None:
    path = tracker(tmp_path / "t.xlsx", listed([*WEEK, "Week 1", *TWO_WEEKS[5:], "Week 2"]))
    book, block = opened(path)
    days = search(book, block)[0]
    assert days and (days.first, days.last) == ("C", "M")
    found = dates_of(book, locate(book, block), days, CALENDAR)
    assert list(found.values()) == TWO_WEEKS and 8 not in found


def test_two_columns_a_day_are_left_alone_and_said_so(tmp_path: Path) -> None:
    rows: dict[int, Any] = {1: {1: "Student ID", 2: "Name", 13: "Absent"}}
    rows[1] |= {3 + 2 * number: day for number, day in enumerate(WEEK)}
    rows |= {2: dict(enumerate(["AM", "PM"] * 5, start=3)), 3: {1: "000123"}}
    found = look(tracker(tmp_path / "t.xlsx", rows))
    assert found.mapping.days is None
    assert "two columns for each day" in found.notes[0]


def test_headings_whose_results_are_not_kept_are_said_so(tmp_path: Path) -> None:
    path = tracker(tmp_path / "t.xlsx", listed([(f"=A1+{number}", "") for number in range(5)]))
    assert "whose results are not in the file" in look(path).notes[0]


# ---- filling ---------------------------------------------------------------------------------


def filled(path: Path, marks: Mapping[str, Mapping[date, str]], *, fill: bool = True) -> Changes:
    book, block = opened(path)
    days = search(book, block)[0]
    assert days is not None
    days = Days(days.headings, days.row, days.first, days.last, days.month, days.year, fill)
    changes = Changes(book)
    rows = {"000123": 4, "000124": 5}
    fill_days(book, locate(book, block), days, marks, rows, changes, CALENDAR)
    return changes


def put(changes: Changes) -> dict[str, Any]:
    return {change.cell: change.value for change in changes.cells}


def test_marks_go_into_empty_cells_of_school_days_with_a_register(tmp_path: Path) -> None:
    path = tracker(tmp_path / "t.xlsx", listed(WEEK))
    changes = filled(path, {"000123": {day: "A" for day in WEEK[:4]}, "000124": {WEEK[0]: "L"}})
    assert put(changes) == {"C4": "A", "D4": "A", "F4": "A", "C5": "L"}  # E is a training day


def test_nothing_is_filled_unless_the_clerk_wants_it(tmp_path: Path) -> None:
    path = tracker(tmp_path / "t.xlsx", listed(WEEK))
    assert not filled(path, {"000123": {WEEK[0]: "A"}}, fill=False).cells


def test_what_the_clerk_wrote_stays_and_a_difference_is_noted(tmp_path: Path) -> None:
    rows = listed(WEEK)
    rows[4] |= {3: "A", 4: "ill", 6: ('=IF(1,"","")', "")}
    changes = filled(tracker(tmp_path / "t.xlsx", rows), {"000123": dict.fromkeys(WEEK, "A")})
    assert put(changes) == {"G4": "A"}
    noted = {each.cells: each.why for each in changes.left_alone}
    assert noted == {
        "D4": "differs from the register: “ill” there, “A” in the register",
        "F4": "differs from the register: a formula there, “A” in the register",
    }


def test_days_without_a_year_are_those_of_the_year_of_the_newest_marks(tmp_path: Path) -> None:
    texts = ["12 Jan", "13 Jan", "14 Jan", "15 Jan", "16 Jan"]
    path = tracker(tmp_path / "t.xlsx", listed(texts))
    changes = filled(path, {"000123": {date(2026, 1, 12): "A"}})
    assert put(changes) == {"C4": "A"}
