"""Dates are read as the office writes them, and refused rather than guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.importers.reading.dates import misread_order, read_date


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-09-01", False, date(2026, 9, 1)),
        ("2026-9-1", True, date(2026, 9, 1)),
        ("2026/09/01", True, date(2026, 9, 1)),
        ("20260901", False, date(2026, 9, 1)),
        ("2026-09-01T08:30:00", False, date(2026, 9, 1)),
        ("2026-09-01 00:00:00", False, date(2026, 9, 1)),
        ("03/04/2026", True, date(2026, 4, 3)),
        ("03/04/2026", False, date(2026, 3, 4)),
        ("9-06-22", False, date(2022, 9, 6)),
        ("01.09.2026", True, date(2026, 9, 1)),
        ("9/1/2026 8:05 AM", False, date(2026, 9, 1)),
        ("1-Jan-22", False, date(2022, 1, 1)),
        ("1 September 2026", True, date(2026, 9, 1)),
        ("Sep 1, 2026", False, date(2026, 9, 1)),
        ("Tue 01/09/2026", True, date(2026, 9, 1)),
        ("Tuesday, 1st Sept 2026", True, date(2026, 9, 1)),
        ("Mon 01/09/2026", True, None),  # it is a Tuesday
        ("31/02/2026", True, None),
        ("02/29/2026", False, None),
        ("29/02/2016", True, date(2016, 2, 29)),
        ("13/13/2026", True, None),
        ("104233", True, None),
        ("9", True, None),
        ("", True, None),
        ("AM", True, None),
        ("1 Sep", True, None),  # no year
    ],
)
def test_dates_are_read_as_written(text: str, day_first: bool, expected: date | None) -> None:
    assert read_date(text, day_first) == expected


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.booleans())
def test_every_day_comes_back_in_every_way_of_writing(day: date, day_first: bool) -> None:
    order = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    ways = ("%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%a %d %b %Y", "%d-%b-%y", order, order.lower())
    assert {read_date(day.strftime(way), day_first) for way in ways} == {day}


@pytest.mark.parametrize(
    ("values", "day_first", "telling"),
    [
        (["03/04/2026", "05/06/2026"], False, ""),  # nothing tells: the office's custom
        (["03/04/2026", "28/04/2026"], True, ""),
        (["03/04/2026", "04/28/2026"], True, "04/28/2026"),
        (["03/04/2026", "28/04/2026"], False, "28/04/2026"),
        (["03/04/2026", "28/04/2026", "04/28/2026"], False, ""),  # one slip is held on its own
        (["2026-09-01", "28/04/2026"], False, ""),  # nothing can be misread
        (["03/04/2026", "31/02/2026"], False, ""),  # no date in either order
    ],
)
def test_file_written_the_other_way_round_is_noticed(
    values: list[str], day_first: bool, telling: str
) -> None:
    assert misread_order(values, day_first) == telling
