"""A calendar as other programs hand it on: an ``.ics`` file (RFC 5545).

An event of whole days ends on the day before its ``DTEND``. One with a time of day is on the day it
has where the school is: in its own zone or, written in world time, in the calendar's.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rollbook.importers.calendar_files.entries import Entry, kind_of
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem, hold
from rollbook.school_calendar import ONE_DAY

if TYPE_CHECKING:
    from icalendar import Component

MOST_REPEATS = 1000
MOST_YEARS = 3  # how far an event without an end is repeated

_BEGIN = re.compile(r"(?i)begin:vevent\s*$")


def events_of(upload: Upload) -> tuple[list[Entry], list[Problem]]:
    """Return the events of the file by the line they begin on, and those that cannot be read."""
    from icalendar import Calendar  # here: no command but this one should wait for it

    try:
        calendars = Calendar.from_ical(upload.text, multiple=True)
    except ValueError as error:
        raise upload.refused(
            "damaged", "is a calendar file that is not complete. Export it again."
        ) from error
    lines = [number for number, line in enumerate(upload.lines, 1) if _BEGIN.match(line)]
    entries: list[Entry] = []
    problems: list[Problem] = []
    places = iter(lines)
    for calendar in calendars:
        zone = _zone(str(calendar.get("X-WR-TIMEZONE", "")))
        for event in calendar.walk("VEVENT"):
            line = next(places, 0)
            try:
                entries += _entries(event, zone, line)
            except (ValueError, TypeError, AttributeError):  # what is no date, the library gives
                problems.append(_unreadable(upload, event, line))  # as something without one
    return entries, problems


def _entries(event: "Component", zone: tzinfo | None, line: int) -> Iterator[Entry]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    begins = _given(event, "DTSTART").dt
    first = _day(begins, zone)
    length = _last_day(event, begins, zone) - first
    name = " ".join(str(event.get("SUMMARY", "")).split())
    said = " ".join(str(one) for some in _several(event, "CATEGORIES") for one in some.cats)
    for start in _starts(event, first, zone):
        kind = kind_of(name, said, start, start + length)
        yield Entry(kind, name, start, start + length, line)


def _last_day(event: "Component", begins: date, zone: tzinfo | None) -> date:
    """Return the last day of an event: the end itself is the moment it is over."""
    if "DTEND" in event:
        ends = _given(event, "DTEND").dt
    elif "DURATION" in event:
        ends = begins + _given(event, "DURATION").dt
    else:
        return _day(begins, zone)
    is_midnight = not isinstance(ends, datetime) or ends.time() == datetime.min.time()
    last = _day(ends, zone) - (ONE_DAY if is_midnight else timedelta())
    return max(last, _day(begins, zone))


def _starts(event: "Component", first: date, zone: tzinfo | None) -> list[date]:
    """Return the first day of every repetition, without the days taken out."""
    from dateutil.rrule import rrulestr

    if "RRULE" not in event:
        return [first]
    rule = _given(event, "RRULE")
    limit = datetime(first.year + MOST_YEARS, first.month, 1)
    for until in rule.pop("UNTIL", []):  # compared as a day: zones do not matter to a school day
        limit = min(limit, datetime.combine(_day(until, zone), datetime.max.time()))
    out = {_day(one.dt, zone) for some in _several(event, "EXDATE") for one in some.dts}
    found: list[date] = []
    start = datetime.combine(first, datetime.min.time())
    for moment in rrulestr(rule.to_ical().decode(), dtstart=start):
        if moment > limit or len(found) >= MOST_REPEATS:
            break
        if moment.date() not in out:
            found.append(moment.date())
    return found


def _given(event: "Component", name: str) -> Any:
    """Return a property; what the library makes of it depends on the property."""
    return event[name]


def _several(event: "Component", name: str) -> list[Any]:
    """Return a property that may stand several times in an event."""
    given: Any = event.get(name, [])
    return given if isinstance(given, list) else [given]


def _day(value: date, zone: tzinfo | None) -> date:
    if not isinstance(value, datetime):
        return value
    if zone is not None and value.tzinfo is not None and value.utcoffset() == timedelta():
        value = value.astimezone(zone)
    return value.date()


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _unreadable(upload: Upload, event: "Component", line: int) -> Problem:
    name = str(event.get("SUMMARY", "")) or "without a name"
    return hold(
        "unreadable-date",
        f"The event “{name}” has no date that can be read. Correct it in the "
        "calendar program, export it and adopt the file again.",
        place=Place(upload.name, "", line),
    )
