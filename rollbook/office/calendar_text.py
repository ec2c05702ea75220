"""``calendar.toml`` as Rollbook writes it: from a calendar, or as a guess for a new office."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from rollbook.office.calendar_checks import spans_of
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span


def calendar_as_toml(calendar: SchoolCalendar, comment: Sequence[str] = ()) -> str:
    """Write a calendar as an office keeps it, so that a clerk can read and change it."""
    lines = [*(f"# {line}" for line in comment)]
    lines += [f"checked = {'false' if calendar.guessed else 'true'}"]
    for year in calendar.years:
        lines += ["", *_year_lines(year)]
    return "\n".join(lines) + "\n"


def _year_lines(year: SchoolYear) -> list[str]:
    lines = ["[[year]]", *_span_lines(Span(year.name, year.first, year.last))]
    lines += _days_line("extra_days", year.extra_days)
    lines += _days_line("early_days", year.early_days)
    for kind in ("term", "closure", "month", "six_weeks"):
        for span in spans_of(year, kind):
            lines += ["", f"[[year.{kind}]]", *_span_lines(span)]
    for track in year.tracks:
        lines += ["", "[[year.track]]", f"name = {_quoted(track.name)}"]
        lines += _days_line("extra_days", track.extra_days)
        for span in track.closures:
            lines += ["", "[[year.track.closure]]", *_span_lines(span)]
    for bell in year.bells:
        lines += ["", "[[year.bell]]", f"name = {_quoted(bell.name)}"]
        lines += [
            f"band = {_quoted(bell.band)}",
            f"minutes = {bell.minutes}",
            f"days = {bell.days}",
        ]
    return lines


def _span_lines(span: Span) -> list[str]:
    return [f"name = {_quoted(span.name)}", f"first = {span.first}", f"last = {span.last}"]


def _days_line(key: str, days: Sequence[date]) -> list[str]:
    return [f"{key} = [{', '.join(map(str, days))}]"] if days else []


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# Guessing ----------------------------------------------------------------------------------------


def guessed_calendar(jurisdiction: str, today: date) -> str:
    """Return a calendar for last, this and next school year that still has to be checked."""
    this_year = today.year - 1 if today.month < 7 else today.year
    years = (_guessed_year(jurisdiction, year) for year in range(this_year - 1, this_year + 2))
    return calendar_as_toml(
        SchoolCalendar(tuple(years), guessed=True),
        (
            "The school calendar. Rollbook guessed it: put in your own terms and closures, then",
            "set checked = true, or take it from a file you have: rollbook calendar adopt FILE",
            "Every figure and every window is counted on these days.",
        ),
    )


def _guessed_year(jurisdiction: str, start: int) -> SchoolYear:
    english = jurisdiction.startswith("gb")
    first = date(start, 9, 1) if english else date(start, 8, 1)
    last = date(start + 1, 7, 31) if english else date(start + 1, 6, 30)
    middle = date(start, 12, 31)
    terms: tuple[Span, ...]
    if english:
        terms = (
            Span("Autumn", first, middle),
            Span("Spring", middle + timedelta(days=1), date(start + 1, 4, 15)),
            Span("Summer", date(start + 1, 4, 16), last),
        )
    else:
        terms = (Span("Fall", first, middle), Span("Spring", middle + timedelta(days=1), last))
    winter = Span("Winter holiday", date(start, 12, 24), date(start + 1, 1, 1))
    return SchoolYear(f"{start}-{(start + 1) % 100:02d}", first, last, terms, (winter,))
