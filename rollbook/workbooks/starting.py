"""Workbooks to start from: a template of the state, filled with what Rollbook knows.

Each is a copy in the office's ``workbooks/``, never over a file that is there. The tracking
workbook is adopted at once and kept up to date; the others are the clerk's own from the start.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path

from rollbook.office import Office, save_workbook_map
from rollbook.package import write_whole
from rollbook.problems import NotAllowed
from rollbook.standing import Standing
from rollbook.workbooks.adopting import adopt
from rollbook.workbooks.book import Book
from rollbook.workbooks.mapping import Whom
from rollbook.workbooks.starting_lists import fill_change_form, fill_held, fill_requests, fill_staff
from rollbook.workbooks.starting_meeting import fill_meeting
from rollbook.workbooks.starting_tables import without_results
from rollbook.workbooks.starting_tracker import fill_tracker

STEMS: Mapping[str, str] = {
    "tracker": "attendance-tracker",
    "request-list": "request-list",
    "change-form": "attendance-change-form",
    "excuse-notes": "excuse-notes",
    "contact-list": "contact-list",
    "staff-list": "staff-list",
    "calendar": "calendar",
    "held-rows": "held-rows",
    "meeting-pack": "meeting-pack",
}
"""The kinds of workbook there are, and how their templates' files begin."""

_SHIPPED = "workbook_templates"
_BETWEEN_MEETINGS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the kind, and what it is about where that must be said.

    ``student`` and ``day`` are of a change form, ``since`` of a meeting pack.
    """

    kind: str
    student: str = ""
    day: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The workbook that was made, how many rows of what it has, and what to do next."""

    path: Path
    kind: str
    rows: int
    of: str
    then: str


def template_of(kind: str, jurisdiction: str) -> Path:
    """Return the template of a kind of workbook for a state; raises ``NotAllowed`` for no kind."""
    if kind not in STEMS:
        raise NotAllowed(f"There is no workbook “{kind}”. Name one of: {', '.join(STEMS)}.")
    folder = resources.files(_SHIPPED)
    own = Path(str(folder.joinpath(f"{STEMS[kind]}.{jurisdiction}.xlsx")))
    return own if own.is_file() else Path(str(folder.joinpath(f"{STEMS[kind]}.xlsx")))


def start(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, to: Path | None = None
) -> Started:
    """Make a workbook from its template and put in what Rollbook knows.

    ``to`` is where it shall lie; else it gets a good name in the office's ``workbooks/``. Raises
    ``NotAllowed`` when a file is there already, or when something is not said.
    """
    template = template_of(wanted.kind, office.policy.jurisdiction)
    path = _place(office, standing, wanted, now, to)
    book = without_results(Book(path, template.read_bytes()))
    rows, of, then = _fill(office, standing, wanted, now, book)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, book.changed()[0].to_bytes())
    return Started(path, wanted.kind, rows, of, then)


def take_over(office: Office, path: Path) -> None:
    """Adopt the tracking workbook that was made, so that newcomers are added to it too."""
    root, place = office.folders.root.resolve(), path.resolve()
    name = place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)
    mapping = replace(adopt(path), whom=Whom(add=True))
    save_workbook_map(root, mapping.to_dict() | {"file": name})


def _place(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, to: Path | None
) -> Path:
    if to is not None:
        place = to if to.suffix else to.with_suffix(".xlsx")
        if place.suffix.lower() != ".xlsx":
            raise NotAllowed(f"“{place.name}” must end with .xlsx.")
        if place.exists():
            raise NotAllowed(f"“{place}” is there already. Name another file with --to.")
        return place
    year = standing.calendar.year_of(standing.as_of)
    day = wanted.day or standing.as_of
    stem = {
        "tracker": f"Attendance tracker {year.name}" if year else "Attendance tracker",
        "request-list": "Document requests",
        "change-form": f"Change form {wanted.student} {day:%Y-%m-%d}".replace("  ", " "),
        "excuse-notes": f"Excuse notes {now:%Y-%m-%d}",
        "contact-list": f"Contacts {now:%Y-%m-%d}",
        "staff-list": f"Staff {now:%Y-%m-%d}",
        "calendar": "School calendar",
        "held-rows": f"Held rows {now:%Y-%m-%d}",
        "meeting-pack": f"Meeting pack {now:%Y-%m-%d}",
    }[wanted.kind]
    stem = "".join("-" if letter in '\\/:*?"<>|' else letter for letter in stem)
    folder, number = office.folders.workbooks, 2
    place = folder / f"{stem}.xlsx"
    while place.exists():
        place, number = folder / f"{stem} ({number}).xlsx", number + 1
    return place


def _fill(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, book: Book
) -> tuple[int, str, str]:
    """Put in what is known; return how many of what, and what to do next."""
    if wanted.kind == "tracker":
        return (
            fill_tracker(book, standing, office.settings.campus),
            "students",
            "It is adopted: Rollbook keeps it up to date after every posting. Its sheet Help says "
            "what is yours in it.",
        )
    if wanted.kind == "request-list":
        return (
            fill_requests(book, office.ledger, standing),
            "requests without a document",
            "Add a row for each request. To let Rollbook answer, save a copy with the rows that "
            "are not done into the drop folder.",
        )
    if wanted.kind == "held-rows":
        rows = fill_held(book, office.ledger)
        then = (
            "Put each right here and save a copy into the drop folder, or at its source and export "
            "again. What waits for a student or a day is tried again by itself."
        )
        return rows, "held rows", then if rows else "Nothing is held."
    if wanted.kind == "meeting-pack":
        since = wanted.since or standing.as_of - _BETWEEN_MEETINGS
        return (
            fill_meeting(book, standing, since, now.date()),
            f"students with something new since {since:%d %b %Y}",
            "Strike out whom you need not talk about. Give each action an owner and a day.",
        )
    if wanted.kind == "staff-list":
        return (
            fill_staff(book, standing),
            "rows",
            "Fill it in, and save a copy into the drop folder: the whole list each time.",
        )
    if wanted.kind in ("excuse-notes", "contact-list"):
        return 0, "rows", "Fill it in, and save a copy into the drop folder."
    if wanted.kind == "calendar":
        return 0, "rows", "Fill it in. Then: rollbook calendar adopt FILE"
    return _fill_form(office, standing, wanted, book)


def _fill_form(
    office: Office, standing: Standing, wanted: Wanted, book: Book
) -> tuple[int, str, str]:
    then = "Print it, and have it filled in and signed."
    if office.profile.absences_only:
        then += " Enter the change in your own system: lists dropped here must hold all absences."
    else:
        then += " With the new codes in it, a copy in the drop folder posts the change."
    if wanted.day and not wanted.student:
        raise NotAllowed("Say which student the form is for: --student ID.")
    if not wanted.student:
        return 0, "marks", then
    return fill_change_form(book, standing, wanted.student, wanted.day), "marks", then
