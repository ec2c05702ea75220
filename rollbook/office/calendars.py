"""``calendar.toml``: the school calendar as the office writes it, read strictly.

::

    checked = true                     # someone compared it with the school's own calendar
    [[year]]                           # name, first, last; extra_days, early_days = [2026-10-30]
    [[year.term]]                      # name, first, last: terms or semesters
    [[year.closure]]                   # name, first, last (one day: first alone)
    [[year.month]]                     # first, last: the school months (California)
    [[year.six_weeks]]                 # first, last: the reporting periods (Texas)
    [[year.track]]                     # name; extra_days: students with days of their own
    [[year.track.closure]]             # name, first, last: their own days off
    [[year.bell]]                      # name, band, minutes, days: minutes of instruction

A closure named half term inside a term divides it into half terms. Nothing else is read: a key
that is not known is refused, so that a slip of the keyboard cannot silently drop a holiday.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from rollbook.office.calendar_checks import Slip, Where, impossible
from rollbook.office.toml import office_source
from rollbook.policy.lines import Source
from rollbook.problems import OfficeError, Place, PolicyError, Problem, refuse
from rollbook.school_calendar import BellSchedule, SchoolCalendar, SchoolYear, Span, Track

CALENDAR_FILE = "calendar.toml"

_SLIPS_SHOWN = 3
_LONGEST_DAY = 900  # minutes
_Made = TypeVar("_Made")
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "": ("checked", "year"),
    "year": ("name", "first", "last", "extra_days", "early_days", "term", "closure", "month",
             "six_weeks", "track", "bell"),
    "track": ("name", "extra_days", "closure"),
    "bell": ("name", "band", "minutes", "days"),
    "span": ("name", "first", "last"),
}  # fmt: skip


def read_calendar(path: Path) -> SchoolCalendar:
    """Read ``calendar.toml``; an impossible calendar is an ``OfficeError`` with its lines."""
    if not path.is_file():
        raise OfficeError(f"The school calendar “{path.name}” is missing from the office folder.")
    calendar, problems = judge_calendar(calendar_text(path), path.name)
    if calendar is None:
        shown = " ".join(calendar_sentence(problem) for problem in problems[:_SLIPS_SHOWN])
        more = len(problems) - _SLIPS_SHOWN
        others = f" And {more} more: rollbook calendar check lists them." if more > 0 else ""
        raise OfficeError(f"{shown}{others}")
    return calendar


def judge_calendar(text: str, name: str) -> tuple[SchoolCalendar | None, list[Problem]]:
    """Read a calendar, or say everything that keeps it from being one, each with its line."""
    source = Source(f"“{name}”", text)
    try:
        data = source.read()
    except PolicyError as error:
        return None, [refuse("impossible-calendar", str(error))]
    reader = _Reader()
    years = reader.calendar(data)
    slips = reader.slips or impossible(years)
    if slips:
        return None, [_problem(slip, name, source.line(slip.where)) for slip in slips]
    ordered = tuple(sorted(years, key=lambda year: year.first))
    return SchoolCalendar(ordered, guessed=not data.get("checked", False)), []


def calendar_text(path: Path) -> str:
    """Return the text of a calendar file; one that is not UTF-8 is an ``OfficeError``."""
    return office_source(path).text


def _problem(slip: Slip, name: str, line: int) -> Problem:
    return refuse("impossible-calendar", slip.sentence, place=Place(file=name, row=line))


def calendar_sentence(problem: Problem) -> str:
    """Say what is wrong with a calendar file, and on which of its lines or rows."""
    place = problem.place
    if not place.file:
        return problem.message
    what = "line" if place.file.lower().endswith((".toml", ".ics")) else "row"
    where = f"“{place.file}”, {what} {place.row}" if place.row else f"“{place.file}”"
    return f"{where}: {problem.message}"


# Reading -----------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Turns the tables of a TOML file into school years and notes every slip on the way."""

    slips: list[Slip] = field(default_factory=list)

    def slip(self, where: Where, sentence: str) -> None:
        self.slips.append(Slip(where, sentence))

    def calendar(self, data: Mapping[str, Any]) -> list[SchoolYear]:
        self.known((), data, "")
        if not isinstance(data.get("checked", False), bool):
            self.slip(("checked",), "checked is either true or false, without quotation marks.")
        years = self.each((), data, "year", self.year)
        if not years and not self.slips:
            self.slip((), "There is no school year in it. Add one under [[year]].")
        return years

    def year(self, data: Mapping[str, Any], where: Where) -> SchoolYear:
        self.known(where, data, "year")
        return SchoolYear(
            name=self.name(data, where, "The school year"),
            first=self.day(data, where, "first"),
            last=self.day(data, where, "last"),
            terms=self.spans(where, data, "term"),
            closures=self.spans(where, data, "closure"),
            extra_days=self.days(data, where, "extra_days"),
            tracks=tuple(self.each(where, data, "track", self.track)),
            months=self.spans(where, data, "month"),
            six_weeks=self.spans(where, data, "six_weeks"),
            early_days=self.days(data, where, "early_days"),
            bells=tuple(self.each(where, data, "bell", self.bell)),
        )

    def track(self, data: Mapping[str, Any], where: Where) -> Track:
        self.known(where, data, "track")
        return Track(
            self.name(data, where, "The track"),
            self.spans(where, data, "closure"),
            self.days(data, where, "extra_days"),
        )

    def bell(self, data: Mapping[str, Any], where: Where) -> BellSchedule:
        self.known(where, data, "bell")
        band = data.get("band")
        if not isinstance(band, str) or not band.strip():
            self.slip((*where, "band"), 'A bell schedule needs its grades, as in band = "1-3".')
        return BellSchedule(
            self.name(data, where, "The bell schedule"),
            str(band),
            self.number(data, where, "minutes", 1, _LONGEST_DAY),
            self.number(data, where, "days", 0, 366),
        )

    def spans(self, where: Where, data: Mapping[str, Any], kind: str) -> tuple[Span, ...]:
        def span(table: Mapping[str, Any], place: Where) -> Span:
            self.known(place, table, "span")
            first = self.day(table, place, "first")
            one_day = kind == "closure" and "last" not in table
            last = first if one_day else self.day(table, place, "last")
            return Span(self.span_name(table, place, kind), first, last)

        return tuple(self.each(where, data, kind, span))

    def span_name(self, data: Mapping[str, Any], where: Where, kind: str) -> str:
        if "name" in data or kind == "term":
            return self.name(data, where, "The term" if kind == "term" else "It")
        number = int(where[-1]) + 1
        unnamed = {"closure": "Closed", "month": f"Month {number}"}
        return unnamed.get(kind, f"Six weeks {number}")

    # --- single values ---

    def known(self, where: Where, data: Mapping[str, Any], table: str) -> None:
        for key, value in data.items():
            if key not in _KNOWN[table]:
                first_table = (0,) if isinstance(value, list) else ()
                self.slip((*where, key, *first_table), _unknown(key, table))

    def each(
        self,
        where: Where,
        data: Mapping[str, Any],
        kind: str,
        read: Callable[[Mapping[str, Any], Where], _Made],
    ) -> list[_Made]:
        found = data.get(kind, [])
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return [read(one, (*where, kind, place)) for place, one in enumerate(found)]
        names = [str(part) for part in (*where, kind) if isinstance(part, str)]
        self.slip(
            (*where, kind), f"“{kind}” must stand in double brackets, as in [[{'.'.join(names)}]]."
        )
        return []

    def name(self, data: Mapping[str, Any], where: Where, what: str) -> str:
        said = data.get("name")
        if isinstance(said, str) and said.strip():
            return said.strip()
        self.slip((*where, "name"), f'{what} has no name. Add a line such as name = "Autumn".')
        return ""

    def day(self, data: Mapping[str, Any], where: Where, key: str) -> date:
        if key not in data:
            what = "begins" if key == "first" else "ends"
            said = f"“{data['name']}”" if data.get("name") else "This"
            self.slip(
                (*where, key),
                f"{said} does not say when it {what}. Add a line such as {key} = 2026-09-01.",
            )
            return date.min
        return self.one_day(data[key], (*where, key), f"{key} = ")

    def one_day(self, value: object, where: Where, before: str = "") -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, datetime):
            self.slip(where, f"“{value}” has a time of day. Write {before}{value:%Y-%m-%d}.")
        else:
            self.slip(
                where,
                f"“{value}” is no date as a calendar has them. Write it as {before}2026-09-01: "
                "year, month, day, without quotation marks.",
            )
        return date.min

    def days(self, data: Mapping[str, Any], where: Where, key: str) -> tuple[date, ...]:
        found = data.get(key, [])
        if not isinstance(found, list):
            self.slip((*where, key), f"Write {key} in square brackets: {key} = [2026-10-30].")
            return ()
        return tuple(self.one_day(one, (*where, key)) for one in found)

    def number(self, data: Mapping[str, Any], where: Where, key: str, low: int, high: int) -> int:
        value = data.get(key)
        if type(value) is int and low <= value <= high:
            return value
        self.slip(
            (*where, key),
            f"{key} must be a whole number from {low} to {high}, as in {key} = {min(high, 180)}.",
        )
        return 0


def _unknown(key: str, table: str) -> str:
    known = _KNOWN[table]
    if table and key in _KNOWN[""]:
        return f"“{key}” must stand at the top of the file, before the first [[year]]."
    if not table:
        return (
            f"“{key}” is nothing a calendar has. A school year must stand in double brackets, as "
            "in [[year]], and what belongs to it below, as in [[year.closure]]."
        )
    near = get_close_matches(key, known, n=1)
    meant = f" Did you mean “{near[0]}”?" if near else ""
    return f"“{key}” is nothing Rollbook knows here.{meant} Known are: {', '.join(known)}."
