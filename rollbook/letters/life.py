"""The life of a letter: prepared, approved, printed, mailed, returned, or void. Each step is kept.

Printing renders each approved letter from its frozen fields and the very template it was prepared
with, finds every value again in the finished text, and holds the letter when one is missing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rollbook.documents import Rendered, join, missing_values
from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import NEXT, Event, Letter, State
from rollbook.letters.due import DueLetter, due_letters
from rollbook.letters.fields import letter_fields
from rollbook.letters.templates import keep_template, kept_template
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, RollbookError
from rollbook.standing import Standing

LIVE = tuple(state for state in State if state is not State.VOID)

AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one printing made: the joined file, the letters in it, and the letters held."""

    joined: Path | None
    printed: Sequence[Letter]
    held: Sequence[tuple[Letter, str]]


def draft(office: Office, standing: Standing, at: datetime) -> tuple[list[Letter], list[DueLetter]]:
    """Prepare every letter that is due and ready; return those and the ones held back.

    Safe to repeat: a letter that stands already is not prepared again.
    """
    with office.ledger.write() as connection:
        live = book.letters(connection, states=LIVE)
        due = due_letters(office, standing, live)
        prepared = [_prepare(office, connection, one, at) for one in due if one.ready]
    return prepared, [one for one in due if not one.ready]


def _prepare(office: Office, connection: Connection, due: DueLetter, at: datetime) -> Letter:
    serial = book.new_letter_serial(connection, at.year)
    finding, guardian = due.finding, due.guardian
    year = office.calendar.year_of(finding.as_of)
    automatic = office.settings.letters.approval == AUTOMATIC
    letter = Letter(
        serial=serial,
        student_id=due.student.student_id,
        trigger=finding.trigger,
        part=finding.part,
        guardian={
            name: getattr(guardian, name)
            for name in ("name", "relation", "street", "city", "region", "postcode")
        },
        language=due.language,
        template=finding.letter,
        template_digest=keep_template(office, finding.letter, due.language),
        fields=letter_fields(
            office,
            finding,
            due.student,
            guardian,
            language=due.language,
            serial=serial,
            letter_date=at.date(),
        ),
        evidence=[
            (mark.session.day.isoformat(), mark.session.part, mark.symbol)
            for mark in finding.evidence
        ],
        school_year=year.name if year else "",
        as_of=finding.as_of,
        notes=due.notes,
        state=State.APPROVED if automatic else State.PREPARED,
    )
    stamp = at.isoformat(timespec="seconds")
    book.save_letter(connection, letter, stamp, office.settings.clerk)
    return letter


def step(
    office: Office, serials: Sequence[str], to: State, at: datetime, note: str = ""
) -> list[Letter]:
    """Take letters one step on and return them as they are then.

    Raises ``NotAllowed`` when a serial is unknown or the step cannot follow; nothing changes then.
    """
    with office.ledger.write() as connection:
        found = {letter.serial: letter for letter in book.letters(connection, serials=serials)}
        unknown = [serial for serial in serials if serial not in found]
        if unknown:
            raise NotAllowed(f"There is no letter {unknown[0]}.")
        for letter in found.values():
            if to not in NEXT[letter.state]:
                raise NotAllowed(_why_not(letter, to))
        _record(office, connection, found.values(), to, at, note)
        return book.letters(connection, serials=list(found)) if found else []


def _why_not(letter: Letter, to: State) -> str:
    allowed = ", ".join(sorted(NEXT[letter.state])) or "nothing: it stays in the log"
    return f"Letter {letter.serial} is {letter.state}; it cannot become {to}. Possible: {allowed}."


def _record(
    office: Office,
    connection: Connection,
    letters: Iterable[Letter],
    state: State,
    at: datetime,
    note: str = "",
    file: str = "",
) -> None:
    stamp = at.isoformat(timespec="seconds")
    clerk = office.settings.clerk
    book.save_events(
        connection,
        [
            Event(letter.serial, state, stamp, clerk, note, file or letter.file)
            for letter in letters
        ],
    )


def print_letters(
    office: Office,
    at: datetime,
    serials: Sequence[str] = (),
    on_letter: Callable[[], None] = lambda: None,
) -> Batch:
    """Print approved letters, or letters printed before when named: one joined file, single files.

    The files are written before the step is recorded, so that a crash leaves letters approved and
    the next printing makes them again. Raises ``NotAllowed`` for a letter not yet approved.
    """
    with office.ledger.read() as connection:
        letters = book.letters(
            connection, states=() if serials else (State.APPROVED,), serials=serials
        )
    _refuse_unapproved(letters, serials)
    if not letters:
        return Batch(None, (), ())
    folder = _batch_folder(office, at)
    good: list[tuple[Letter, Rendered]] = []
    held: list[tuple[Letter, str]] = []
    for letter in letters:
        rendered, reason = _render(office, letter)
        if rendered is None:
            held.append((letter, reason))
        else:
            good.append((letter, rendered))
            write_whole(folder / f"{letter.serial}.docx", rendered.to_bytes())
        on_letter()
    joined = folder / f"letters-{folder.name}.docx" if good else None
    if joined:
        write_whole(joined, join(rendered for _, rendered in good))
    with office.ledger.write() as connection:
        for letter, reason in held:
            _record(office, connection, [letter], State.HELD, at, reason)
        place = folder.relative_to(office.folders.root)
        for letter, _ in good:
            file = (place / f"{letter.serial}.docx").as_posix()
            _record(office, connection, [letter], State.PRINTED, at, file=file)
    return Batch(joined, [letter for letter, _ in good], held)


def _refuse_unapproved(letters: Sequence[Letter], serials: Sequence[str]) -> None:
    found = {letter.serial for letter in letters}
    unknown = [serial for serial in serials if serial not in found]
    if unknown:
        raise NotAllowed(f"There is no letter {unknown[0]}.")
    for letter in letters:
        if State.PRINTED not in NEXT[letter.state]:
            raise NotAllowed(_why_not(letter, State.PRINTED))


def _batch_folder(office: Office, at: datetime) -> Path:
    """Make and return a folder of its own for this printing: ``2026-11-20``, then ``…-2``."""
    number = 1
    while True:
        name = f"{at:%Y-%m-%d}" if number == 1 else f"{at:%Y-%m-%d}-{number}"
        folder = office.folders.letters / name
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _render(office: Office, letter: Letter) -> tuple[Rendered | None, str]:
    """Render one letter, or say why it must not be printed."""
    try:
        rendered = kept_template(office, letter.template_digest).render(letter.fields)
    except RollbookError as error:
        return None, str(error)
    missing = missing_values(rendered, letter.fields)
    if missing:
        names = ", ".join(missing)
        return None, f"these values are not in the finished letter: {names}. Check the template."
    return rendered, ""
