"""The practice calendars: two school years for each jurisdiction, and how an office writes them."""

from collections.abc import Mapping
from datetime import date

from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span


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

CALENDARS: Mapping[str, SchoolCalendar] = {
    "us-tx": _TEXAS,
    "us-ca": _CALIFORNIA,
    "gb-eng": _ENGLAND,
}


def calendar_as_toml(calendar: SchoolCalendar) -> str:
    """Write a calendar as an office keeps it, so that a clerk can read and change it."""
    lines = ["checked = true"]
    for year in calendar.years:
        lines += ["", "[[year]]", *_span_lines(Span(year.name, year.first, year.last))]
        for kind, spans in (("term", year.terms), ("closure", year.closures)):
            for span in spans:
                lines += ["", f"[[year.{kind}]]", *_span_lines(span)]
    return "\n".join(lines) + "\n"


def _span_lines(span: Span) -> list[str]:
    return [
        f'name = "{span.name}"',
        f"first = {span.first.isoformat()}",
        f"last = {span.last.isoformat()}",
    ]
