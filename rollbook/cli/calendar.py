"""`rollbook calendar show | check | adopt`: the school calendar every window is counted on."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.importers.calendar_files import Entry
from rollbook.office import read_calendar, read_settings
from rollbook.office.adopting import Proposal, adopt_calendar, propose_calendar
from rollbook.office.calendar_checks import worth_a_look
from rollbook.office.calendars import (
    CALENDAR_FILE,
    calendar_sentence,
    calendar_text,
    judge_calendar,
)
from rollbook.policy import load_pack
from rollbook.problems import OfficeError, Problem, RefusedFile, counted
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

calendar = typer.Typer(no_args_is_help=True, help="Terms, closures and the days of school.")

MOST_LINES = 40


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(calendar, name="calendar")


@calendar.command()
def show(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """The school years with their terms, months, six weeks and tracks, and the days of each."""
    found = read_calendar(office / CALENDAR_FILE)
    if json:
        show_json(
            {"checked": not found.guessed, "years": [_as_data(found, one) for one in found.years]}
        )
        return
    for year in found.years:
        _show_year(found, year)
    if found.guessed:
        say("This calendar is a guess. Correct it and set checked = true, or: calendar adopt FILE")


@calendar.command()
def check(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Say what calendar.toml cannot be, line by line, and what deserves a second look."""
    read_settings(office)  # says when this is no office
    place = office / CALENDAR_FILE
    if not place.is_file():
        raise OfficeError(
            f"The school calendar “{CALENDAR_FILE}” is missing from the office folder."
        )
    found, problems = judge_calendar(calendar_text(place), CALENDAR_FILE)
    notes = worth_a_look(found) if found else []
    if found and found.guessed:
        notes.append("It is a guess so far: correct it, then set checked = true.")
    if json:
        show_json({"problems": [_problem(one) for one in problems], "notes": notes})
    else:
        for one in problems:
            complain(calendar_sentence(one))
        for note in notes:
            say(note)
        if found:
            days = sum(len(year.school_days()) for year in found.years)
            years = counted(len(found.years), "school year")
            say(f"{CALENDAR_FILE} can be used: {years}, {counted(days, 'school day')}.")
    if problems:
        raise typer.Exit(1)


@calendar.command()
def adopt(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .toml, .xlsx, .csv or .ics calendar.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Take the calendar from a file the office has; the one before is kept beside it."""
    proposal = _proposal(file, office)
    if json:
        show_json(_proposal_as_data(proposal) | {"written": yes})
    else:
        _show_proposal(proposal, file.name)
    if not yes:
        asked = not json and sys.stdin.isatty()
        if not asked or not typer.confirm("Is this the calendar of the school?"):
            if not json:
                say(f'Nothing was written. To take it: rollbook calendar adopt "{file}" --yes')
            return
    kept = adopt_calendar(proposal, office, date.today())
    if not json:
        say(f"Written to {CALENDAR_FILE}." + (f" The old one is {kept.name}." if kept else ""))


def _proposal(file: Path, root: Path) -> Proposal:
    settings = read_settings(root)
    exports = settings.exports
    day_first = exports.day_first
    if day_first is None:
        pack = load_pack(settings.jurisdiction, root, settings.codes)
        day_first = not pack.locale.endswith("US")
    try:
        return propose_calendar(file, root, day_first, exports.encoding)
    except RefusedFile as refusal:
        for problem in refusal.problems:
            complain(calendar_sentence(problem))
        complain("Nothing was written.")
        raise typer.Exit(1) from refusal


# What a clerk sees -------------------------------------------------------------------------------


def _show_proposal(proposal: Proposal, name: str) -> None:
    say(f"Found in {name}:")
    for year in proposal.found.years:
        _show_year(proposal.calendar, year)
    for title, lines in (
        ("Worked out, not said by the file", proposal.found.notes),
        ("Kept from the calendar there is", proposal.kept),
        ("Left out of the calendar there is", proposal.lost),
        ("Worth a second look", worth_a_look(SchoolCalendar(proposal.found.years))),
    ):
        _show_lines(title, list(lines))
    _show_lines("Passed over", [calendar_sentence(one) for one in proposal.found.problems])
    what = "line" if name.lower().endswith(".ics") else "row"
    unclear = [_entry(one, what) for one in proposal.found.unclear]
    _show_lines("Not taken, because the words do not say what they are for school days", unclear)
    _show_lines("Not taken, because they are outside the school years",
                [_entry(one, what) for one in proposal.found.left_out])  # fmt: skip


def _show_lines(title: str, lines: list[str]) -> None:
    if lines:
        say(f"\n{title}:")
        for line in lines[:MOST_LINES]:
            say(f"  {line}")
        if len(lines) > MOST_LINES:
            say(f"  … and {len(lines) - MOST_LINES} more.")


def _entry(one: Entry, what: str) -> str:
    last = f" to {one.last}" if one.last != one.first else ""
    return f"{what} {one.row}: {one.name or 'without a name'}, {one.first}{last}"


def _show_year(found: SchoolCalendar, year: SchoolYear) -> None:
    title = f"{year.name}: {len(year.school_days())} school days"
    show_rows(title, ("", "name", "first", "last", "days"), list(_rows(found, year)))


def _rows(found: SchoolCalendar, year: SchoolYear) -> Iterator[tuple[object, ...]]:
    yield "year", year.name, year.first, year.last, len(year.school_days())
    halves = year.half_terms() if len(year.half_terms()) > len(year.terms) else ()
    months = found.months_of(year)
    for kind, spans in (
        ("term", year.terms),
        ("half term", halves),
        ("school month" if year.months else "month", months),
        ("six weeks", year.six_weeks),
    ):
        for span in spans:
            yield kind, span.name, span.first, span.last, _days_in(year, span)
    for closure in year.closures:
        yield "closed", closure.name, closure.first, closure.last, 0
    for word, days in (("early", year.early_days), ("extra", year.extra_days)):
        for day in days:
            yield word, f"{day:%A}", day, day, 1
    for track in year.tracks:
        yield "track", track.name, year.first, year.last, len(year.school_days(track.name))
    for bell in year.bells:
        minutes = f"{bell.name}, {bell.band}: {bell.minutes} minutes"
        yield "bells", minutes, "", "", bell.days


def _days_in(year: SchoolYear, span: Span, track: str = "") -> int:
    return sum(day in span for day in year.school_days(track))


# What a program sees -----------------------------------------------------------------------------


def _as_data(found: SchoolCalendar, year: SchoolYear) -> dict[str, Any]:
    by_month = Counter(f"{day:%Y-%m}" for day in year.school_days())
    return {
        "name": year.name,
        "first": year.first,
        "last": year.last,
        "school_days": len(year.school_days()),
        "terms": [_span(year, one) for one in year.terms],
        "half_terms": [_span(year, one) for one in year.half_terms()],
        "closures": [_span(year, one) for one in year.closures],
        "calendar_months": dict(by_month),
        "months": [_span(year, one) for one in year.months],
        "six_weeks": [_span(year, one) for one in year.six_weeks],
        "early_days": list(year.early_days),
        "extra_days": list(year.extra_days),
        "tracks": [
            {"name": one.name, "school_days": len(year.school_days(one.name))}
            for one in year.tracks
        ],
        "bells": [
            {"name": one.name, "band": one.band, "minutes": one.minutes, "days": one.days}
            for one in year.bells
        ],
    }


def _span(year: SchoolYear, span: Span) -> dict[str, Any]:
    return {
        "name": span.name,
        "first": span.first,
        "last": span.last,
        "school_days": _days_in(year, span),
    }


def _proposal_as_data(proposal: Proposal) -> dict[str, Any]:
    found = proposal.found
    return {
        "years": [_as_data(proposal.calendar, one) for one in proposal.calendar.years],
        "worked_out": list(found.notes),
        "kept": list(proposal.kept),
        "lost": list(proposal.lost),
        "unread": [_problem(one) for one in found.problems],
        "unclear": [_entry_as_data(one) for one in found.unclear],
        "left_out": [_entry_as_data(one) for one in found.left_out],
    }


def _entry_as_data(one: Entry) -> dict[str, Any]:
    return {"row": one.row, "name": one.name, "first": one.first, "last": one.last}


def _problem(one: Problem) -> dict[str, Any]:
    return {"slug": one.slug, "line": one.place.row, "message": one.message}
