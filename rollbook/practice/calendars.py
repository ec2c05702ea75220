"""The practice calendars: two complete school years for each jurisdiction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rollbook.office.calendar_text import calendar_as_toml
from rollbook.school_calendar import BellSchedule, SchoolCalendar, SchoolYear, Span

__all__ = ["CALENDARS", "calendar_as_toml"]


def _span(name: str, first: str, last: str = "") -> Span:
    return Span(name, date.fromisoformat(first), date.fromisoformat(last or first))


_ENGLAND = SchoolCalendar(
    (
        SchoolYear(
            "2025-26",
            date(2025, 9, 3),
            date(2026, 7, 16),
            (
                _span("Autumn", "2025-09-03", "2025-12-19"),
                _span("Spring", "2026-01-06", "2026-03-27"),
                _span("Summer", "2026-04-13", "2026-07-16"),
            ),
            (
                _span("Half term", "2025-10-27", "2025-10-31"),
                _span("Christmas holidays", "2025-12-22", "2026-01-05"),
                _span("Half term", "2026-02-16", "2026-02-20"),
                _span("Easter holidays", "2026-03-30", "2026-04-10"),
                _span("Bank holiday", "2026-05-04"),
                _span("Half term", "2026-05-25", "2026-05-29"),
            ),
        ),
        SchoolYear(
            "2026-27",
            date(2026, 9, 2),
            date(2027, 7, 16),
            (
                _span("Autumn", "2026-09-02", "2026-12-18"),
                _span("Spring", "2027-01-05", "2027-03-25"),
                _span("Summer", "2027-04-12", "2027-07-16"),
            ),
            (
                _span("Half term", "2026-10-26", "2026-10-30"),
                _span("Christmas holidays", "2026-12-21", "2027-01-01"),
                _span("Staff training day", "2027-01-04"),
                _span("Half term", "2027-02-15", "2027-02-19"),
                _span("Easter holidays", "2027-03-26", "2027-04-09"),
                _span("Bank holiday", "2027-05-03"),
                _span("Half term", "2027-05-31", "2027-06-04"),
            ),
        ),
    )
)

_TEXAS = SchoolCalendar(
    (
        SchoolYear(
            "2025-26",
            date(2025, 8, 13),
            date(2026, 5, 28),
            (
                _span("Fall", "2025-08-13", "2025-12-19"),
                _span("Spring", "2026-01-07", "2026-05-28"),
            ),
            (
                _span("Labor Day", "2025-09-01"),
                _span("Staff development", "2025-10-13"),
                _span("Thanksgiving", "2025-11-24", "2025-11-28"),
                _span("Winter break", "2025-12-22", "2026-01-06"),
                _span("Martin Luther King Day", "2026-01-19"),
                _span("Presidents' Day", "2026-02-16"),
                _span("Spring break", "2026-03-16", "2026-03-20"),
                _span("Good Friday", "2026-04-03"),
            ),
        ),
        SchoolYear(
            "2026-27",
            date(2026, 8, 12),
            date(2027, 5, 27),
            (
                _span("Fall", "2026-08-12", "2026-12-18"),
                _span("Spring", "2027-01-06", "2027-05-27"),
            ),
            (
                _span("Labor Day", "2026-09-07"),
                _span("Staff development", "2026-10-12"),
                _span("Thanksgiving", "2026-11-23", "2026-11-27"),
                _span("Winter break", "2026-12-21", "2027-01-05"),
                _span("Martin Luther King Day", "2027-01-18"),
                _span("Presidents' Day", "2027-02-15"),
                _span("Spring break", "2027-03-15", "2027-03-19"),
                _span("Good Friday", "2027-03-26"),
            ),
        ),
    )
)

_CALIFORNIA = SchoolCalendar(
    (
        SchoolYear(
            "2025-26",
            date(2025, 8, 13),
            date(2026, 6, 3),
            (
                _span("Fall", "2025-08-13", "2025-12-19"),
                _span("Spring", "2026-01-12", "2026-06-03"),
            ),
            (
                _span("Labor Day", "2025-09-01"),
                _span("Veterans Day", "2025-11-11"),
                _span("Thanksgiving", "2025-11-24", "2025-11-28"),
                _span("Winter recess", "2025-12-22", "2026-01-09"),
                _span("Martin Luther King Jr. Day", "2026-01-19"),
                _span("Lincoln Day", "2026-02-09"),
                _span("Presidents' Day", "2026-02-16"),
                _span("Spring recess", "2026-03-30", "2026-04-03"),
                _span("Memorial Day", "2026-05-25"),
            ),
        ),
        SchoolYear(
            "2026-27",
            date(2026, 8, 12),
            date(2027, 6, 2),
            (
                _span("Fall", "2026-08-12", "2026-12-18"),
                _span("Spring", "2027-01-11", "2027-06-02"),
            ),
            (
                _span("Labor Day", "2026-09-07"),
                _span("Veterans Day", "2026-11-11"),
                _span("Thanksgiving", "2026-11-23", "2026-11-27"),
                _span("Winter recess", "2026-12-21", "2027-01-08"),
                _span("Martin Luther King Jr. Day", "2027-01-18"),
                _span("Lincoln Day", "2027-02-08"),
                _span("Presidents' Day", "2027-02-15"),
                _span("Spring recess", "2027-03-22", "2027-03-26"),
                _span("Memorial Day", "2027-05-31"),
            ),
        ),
    )
)

_SIX_WEEKS: Mapping[str, Sequence[Span]] = {
    "2025-26": (
        _span("1st six weeks", "2025-08-13", "2025-09-26"),
        _span("2nd six weeks", "2025-09-29", "2025-11-07"),
        _span("3rd six weeks", "2025-11-10", "2025-12-19"),
        _span("4th six weeks", "2026-01-07", "2026-02-20"),
        _span("5th six weeks", "2026-02-23", "2026-04-17"),
        _span("6th six weeks", "2026-04-20", "2026-05-28"),
    ),
    "2026-27": (
        _span("1st six weeks", "2026-08-12", "2026-09-25"),
        _span("2nd six weeks", "2026-09-28", "2026-11-06"),
        _span("3rd six weeks", "2026-11-09", "2026-12-18"),
        _span("4th six weeks", "2027-01-06", "2027-02-19"),
        _span("5th six weeks", "2027-02-22", "2027-04-16"),
        _span("6th six weeks", "2027-04-19", "2027-05-27"),
    ),
}

# Four weeks of five days each; this district counts the first week of winter recess to month 5.
_SCHOOL_MONTHS: Mapping[str, Sequence[Span]] = {
    "2025-26": (
        _span("Month 1", "2025-08-13", "2025-09-05"),
        _span("Month 2", "2025-09-08", "2025-10-03"),
        _span("Month 3", "2025-10-06", "2025-10-31"),
        _span("Month 4", "2025-11-03", "2025-11-28"),
        _span("Month 5", "2025-12-01", "2025-12-26"),
        _span("Month 6", "2026-01-12", "2026-02-06"),
        _span("Month 7", "2026-02-09", "2026-03-06"),
        _span("Month 8", "2026-03-09", "2026-04-03"),
        _span("Month 9", "2026-04-06", "2026-05-01"),
        _span("Month 10", "2026-05-04", "2026-05-29"),
        _span("Month 11", "2026-06-01", "2026-06-03"),
    ),
    "2026-27": (
        _span("Month 1", "2026-08-12", "2026-09-04"),
        _span("Month 2", "2026-09-07", "2026-10-02"),
        _span("Month 3", "2026-10-05", "2026-10-30"),
        _span("Month 4", "2026-11-02", "2026-11-27"),
        _span("Month 5", "2026-11-30", "2026-12-25"),
        _span("Month 6", "2027-01-11", "2027-02-05"),
        _span("Month 7", "2027-02-08", "2027-03-05"),
        _span("Month 8", "2027-03-08", "2027-04-02"),
        _span("Month 9", "2027-04-05", "2027-04-30"),
        _span("Month 10", "2027-05-03", "2027-05-28"),
        _span("Month 11", "2027-05-31", "2027-06-02"),
    ),
}

_EARLY_DAYS: Mapping[str, Sequence[str]] = {
    "us-tx 2025-26": ("2025-09-26", "2025-12-19", "2026-05-28"),
    "us-tx 2026-27": ("2026-09-25", "2026-12-18", "2027-05-27"),
    "us-ca 2025-26": ("2025-11-21", "2025-12-19", "2026-06-03"),
    "us-ca 2026-27": ("2026-11-20", "2026-12-18", "2027-06-02"),
    "gb-eng 2025-26": ("2025-12-19", "2026-07-16"),
    "gb-eng 2026-27": ("2026-12-18", "2027-07-16"),
}

_MINUTES = (("K", 205, 180), ("1-3", 290, 230), ("4-8", 310, 240), ("9-12", 368, 240))
"""Grades, minutes of an ordinary day, and of an early one."""


def _complete(jurisdiction: str, year: SchoolYear) -> SchoolYear:
    """Give a school year its reporting periods, early days and, in California, its bells."""
    early = tuple(map(date.fromisoformat, _EARLY_DAYS[f"{jurisdiction} {year.name}"]))
    year = replace(year, early_days=early)
    if jurisdiction == "us-tx":
        return replace(year, six_weeks=tuple(_SIX_WEEKS[year.name]))
    if jurisdiction == "us-ca":
        months = tuple(_SCHOOL_MONTHS[year.name])
        return replace(year, months=months, bells=tuple(_bells(year)))
    return year


def _bells(year: SchoolYear) -> Iterator[BellSchedule]:
    ordinary = len(year.school_days()) - len(year.early_days)
    for band, minutes, fewer in _MINUTES:
        yield BellSchedule("Regular day", band, minutes, ordinary)
        yield BellSchedule("Minimum day", band, fewer, len(year.early_days))


def _completed(jurisdiction: str, calendar: SchoolCalendar) -> SchoolCalendar:
    return SchoolCalendar(tuple(_complete(jurisdiction, year) for year in calendar.years))


CALENDARS: Mapping[str, SchoolCalendar] = {
    "us-tx": _completed("us-tx", _TEXAS),
    "us-ca": _completed("us-ca", _CALIFORNIA),
    "gb-eng": _completed("gb-eng", _ENGLAND),
}
