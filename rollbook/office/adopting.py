"""Taking over a calendar the office already has: what would be written, and writing it.

Two steps, so that a clerk sees the terms, closures and counts before anything changes; the calendar
there was is kept beside the new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import tomlkit

from rollbook.importers.calendar_files import CalendarFile, read_calendar_file
from rollbook.office.calendar_checks import Slip, impossible
from rollbook.office.calendar_text import calendar_as_toml
from rollbook.office.calendars import CALENDAR_FILE, calendar_text, judge_calendar
from rollbook.package import write_whole
from rollbook.problems import OfficeError, Place, Problem, RefusedFile, Severity, refuse
from rollbook.school_calendar import SchoolCalendar, SchoolYear

_CARRIED = {
    "months": "school months",
    "six_weeks": "six weeks",
    "tracks": "tracks",
    "bells": "bell schedules",
}


@dataclass(frozen=True)
class Proposal:
    """The calendar a file would give, as text to be written, and what to tell the clerk.

    ``kept`` says what of the present calendar stays, ``lost`` what goes.
    """

    calendar: SchoolCalendar
    text: str
    found: CalendarFile
    kept: Sequence[str] = ()
    lost: Sequence[str] = ()


def propose_calendar(path: Path, root: Path, day_first: bool, encoding: str = "") -> Proposal:
    """Read a calendar file for the office in ``root``; nothing is written.

    A ``.toml`` replaces the whole calendar; any other file brings its school years, and the others
    stay. Raises ``RefusedFile`` with the row of everything that cannot be in a calendar.
    """
    if not path.is_file():
        raise OfficeError(f"There is no file “{path}”.")
    if path.suffix.lower() == ".toml":
        return _from_toml(path)
    found = read_calendar_file(path, day_first, encoding)
    unreadable = [one for one in found.problems if one.severity is not Severity.NOTE]
    if unreadable:  # it may be a closure, and a closure that is not there makes days of absence
        raise RefusedFile(unreadable)
    slips = impossible(found.years)
    if slips:
        raise RefusedFile([_with_row(slip, found, path.name) for slip in slips])
    present = _present(root)
    years, kept, lost = _joined(found.years, present)
    slips = impossible(years)
    if slips:
        raise RefusedFile([_with_present(slip, path.name) for slip in slips])
    calendar = SchoolCalendar(years)
    comment = (f"The school calendar, taken from “{path.name}”.",)
    return Proposal(calendar, calendar_as_toml(calendar, comment), found, kept, lost)


def adopt_calendar(proposal: Proposal, root: Path, today: date) -> Path | None:
    """Write the proposed calendar; return where the one before it is kept, None when none was."""
    place = root / CALENDAR_FILE
    kept = None
    if place.is_file():
        kept = _free_name(root, f"{place.stem}.before-{today}")
        write_whole(kept, place.read_bytes())
    write_whole(place, proposal.text.encode("utf-8"))
    return kept


def _from_toml(path: Path) -> Proposal:
    text = calendar_text(path)
    calendar, problems = judge_calendar(text, path.name)
    if calendar is None:
        raise RefusedFile(problems)
    document = tomlkit.parse(text)
    if "checked" in document:
        document["checked"] = True
        text = tomlkit.dumps(document)
    else:
        text = f"checked = true\n{text}"
    return Proposal(SchoolCalendar(calendar.years), text, CalendarFile(calendar.years))


def _present(root: Path) -> SchoolCalendar | None:
    """Return the calendar the office has; None when it cannot be used anyway."""
    place = root / CALENDAR_FILE
    if not place.is_file():
        return None
    return judge_calendar(calendar_text(place), place.name)[0]


def _joined(
    new: Sequence[SchoolYear], present: SchoolCalendar | None
) -> tuple[tuple[SchoolYear, ...], list[str], list[str]]:
    """Put the new years beside those there are; what was only guessed goes."""
    kept: list[str] = []
    lost: list[str] = []
    if present is None:
        return tuple(new), kept, lost
    others = [one for one in present.years if not any(_touch(one, year) for year in new)]
    if present.guessed:
        lost += [f"The school year {one.name}, which was only a guess." for one in others]
        return tuple(new), kept, lost
    kept += [f"The school year {one.name}." for one in others]
    years = list(others)
    for year in new:
        before = next((one for one in present.years if _touch(one, year)), None)
        if before is not None:
            for name, said in _CARRIED.items():
                if getattr(before, name) and not getattr(year, name):
                    year = replace(year, **{name: getattr(before, name)})
                    kept.append(f"The {said} of {year.name}: the file says nothing of them.")
        years.append(year)
    return tuple(sorted(years, key=lambda one: one.first)), kept, lost


def _touch(one: SchoolYear, other: SchoolYear) -> bool:
    return one.first <= other.last and other.first <= one.last


def _with_row(slip: Slip, found: CalendarFile, file: str) -> Problem:
    where = slip.where
    while where and where not in found.rows:
        where = where[:-1]
    place = Place(file=file, row=found.rows.get(where, 0))
    return refuse("impossible-calendar", slip.sentence, place=place)


def _with_present(slip: Slip, file: str) -> Problem:
    sentence = (
        f"“{file}” does not go together with what {CALENDAR_FILE} has. {slip.sentence} Or take "
        f"that out of {CALENDAR_FILE} first."
    )
    return refuse("impossible-calendar", sentence)


def _free_name(root: Path, stem: str) -> Path:
    """Return a name nothing has yet: a calendar that was kept is never written over."""
    number = 1
    while True:
        place = root / f"{stem}{'' if number == 1 else f'-{number}'}.toml"
        if not place.exists():
            return place
        number += 1
