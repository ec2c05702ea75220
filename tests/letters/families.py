"""Small schools with a family or two, posted through the real code."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import docx
from docx.oxml.ns import qn

from rollbook.importers.contract import Coverage
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Event, Letter
from rollbook.letters import DueLetter, due_letters
from rollbook.letters import draft as draft_letters
from rollbook.letters.templates import template_path
from rollbook.office import Office, open_office, save_settings
from rollbook.register import Enrolment, Guardian, Student
from rollbook.standing import read_standing
from tests.offices import NOW, marks, post_extract, roster, small_office

ANA = Student("000123", "García", "Ana", grade="9")
ROSA = Guardian("000123", "Rosa García", "mother", "12 Elm St", "Waco", "TX", "76701")
LUIS = replace(ROSA, name="Luis O’Neil", relation="father", street="5 Oak & Ash Rd", order=2)

FIRST_DAY = date(2026, 9, 1)
SEPTEMBER = ("2026-09-08", "2026-09-10", "2026-09-15")
OCTOBER = ("2026-10-06", "2026-10-08", "2026-10-13")

_files = itertools.count(1)


def school(root: Path, jurisdiction: str = "us-tx", **settings: object) -> Office:
    """Return a school with nothing posted; ``settings`` go into ``office.toml``."""
    small_office(root / "office", jurisdiction).ledger.close()
    save_settings(root / "office", settings)
    return open_office(root / "office")


def enrol(
    office: Office,
    student: Student = ANA,
    guardians: Sequence[Guardian] = (ROSA,),
    left: date | None = None,
) -> None:
    """Post the roster line of one student, in membership from the first day."""
    stretch = Enrolment(student.student_id, FIRST_DAY, left)
    post_extract(office, roster([student], guardians, [stretch]), f"roster {next(_files)}")


def absences(
    office: Office,
    days: Sequence[str] | Sequence[tuple[str, str]],
    parts: Sequence[str] = ("P2",),
    *,
    symbol: str = "U",
    student: Student = ANA,
    last: str = "2026-11-20",
) -> None:
    """Post a file of absences from the first day on: who is not in it was there.

    ``days`` are days, missed in all ``parts``, or pairs of a day and a part.
    """
    missed = [
        pair
        for day in days
        for pair in ([day] if isinstance(day, tuple) else [(day, part) for part in parts])
    ]
    rows = [(student.student_id, day, part, symbol) for day, part in missed]
    covered = Coverage("", FIRST_DAY, date.fromisoformat(last), tuple(f"P{n}" for n in range(1, 8)))
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), f"f {next(_files)}")


def register(office: Office, weeks: int, missed: Mapping[int, str], student: Student = ANA) -> None:
    """Post an English register from 7 September: ``missed`` maps the n-th session to its code."""
    monday = date(2026, 9, 7)
    sessions = [
        (monday + timedelta(days=7 * week + day), part)
        for week in range(weeks)
        for day in range(5)
        for part in ("AM", "PM")
    ]
    rows = [
        (
            student.student_id,
            day.isoformat(),
            part,
            missed.get(number, "/" if part == "AM" else "\\"),
        )
        for number, (day, part) in enumerate(sessions)
    ]
    post_extract(office, marks(rows), f"register {next(_files)}")


def due(office: Office, trigger: str = "") -> list[DueLetter]:
    """Return the letters due, of one trigger if named."""
    with office.ledger.read() as connection:
        live = book.letters(connection)
    found = due_letters(office, read_standing(office), live)
    return [one for one in found if trigger in ("", one.trigger)]


def reasons(office: Office, trigger: str) -> list[str]:
    """Return why the one letter of a trigger is held."""
    [one] = due(office, trigger)
    return list(one.reasons)


def draft(office: Office, trigger: str = "") -> list[Letter]:
    """Prepare the letters that are due and ready; return them, or those of one trigger."""
    prepared, _ = draft_letters(office, read_standing(office), NOW)
    return [letter for letter in prepared if trigger in ("", letter.trigger)]


def log(office: Office) -> list[Letter]:
    """Return all letters as they are now."""
    with office.ledger.read() as connection:
        return book.letters(connection)


def steps(office: Office, serial: str) -> list[Event]:
    """Return the life of one letter."""
    with office.ledger.read() as connection:
        return book.events(connection, serial)


def edit_template(office: Office, stem: str, was: str, becomes: str) -> None:
    """Edit a copy of a template in the office's own folder, as a clerk does in Word."""
    path = template_path(office, stem, "en")
    assert path
    document = docx.Document(str(path))
    for text in document.element.body.iter(qn("w:t")):
        text.text = str(text.text).replace(was, becomes)
    document.save(str(office.folders.templates / f"{stem}.en.docx"))
