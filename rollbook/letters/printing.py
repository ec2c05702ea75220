"""Printing: one joined file for the printer, a single file of each letter for the record.

Each letter is made from its frozen fields and the very template it was prepared with, so that it is
the same bytes for ever. All letters are looked at first (:mod:`rollbook.letters.preflight`). Then
they are read a few at a time, filled, written and joined as they come: memory does not grow with
the batch.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rollbook.documents import missing_values
from rollbook.documents.conversion import needed_converter
from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Event, Letter, State
from rollbook.letters.batches import (
    UNFINISHED,
    UNFINISHED_WORDS,
    batch_folder,
    finish_entered,
    joined_in,
    write_listing,
)
from rollbook.letters.last_look import Tell, hold_found, last_look, tell_nobody
from rollbook.letters.life import named_letters, refuse_unless_allowed
from rollbook.letters.making import Making
from rollbook.letters.ordering import in_order
from rollbook.letters.preflight import render
from rollbook.letters.templates import ALWAYS_SHOWN
from rollbook.letters.ways import Ways
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import NotAllowed
from rollbook.standing import Standing, read_standing


@dataclass(frozen=True, slots=True)
class Batch:
    """What one printing made: the joined file, the letters in it, and the letters held.

    ``notes`` tell things of letters that hold nothing. ``finished`` are joined files of an earlier
    printing that was ended after its letters were entered, and before it could say so.
    """

    joined: Path | None
    printed: Sequence[Letter]
    held: Sequence[tuple[Letter, str]]
    notes: Sequence[tuple[str, str]] = ()
    finished: Sequence[Path] = ()

    @property
    def pdf(self) -> Path | None:
        """The joined file as PDF; None where none was made."""
        path = self.joined.with_suffix(".pdf") if self.joined else None
        return path if path and path.is_file() else None


def print_letters(
    office: Office,
    at: datetime,
    serials: Sequence[str] = (),
    tell: Tell = tell_nobody,
    again: bool = True,
    *,
    order: str = "",
    both_sides: bool = True,
    pdf: bool | None = None,
) -> Batch:
    """Print the approved letters that go by post, or those named, also if printed before.

    The files are written before the step is entered, so that a crash leaves letters approved and
    the next printing makes them again, in the same folder. Without ``again`` a named letter that
    was printed meanwhile is left out: a second click must not make a second letter for the post.
    ``tell`` is told what is done, how far, and of how many; it may raise to stop the printing.
    With ``pdf``, as the office has it unless said, each letter is made as PDF too, and one whose
    message does not fit on its page is held.
    Raises ``NotAllowed`` for a letter that must not be printed, and while others are printed;
    ``ConverterMissing`` when PDF needs LibreOffice and it is not there.
    """
    settings = office.settings.letters
    as_pdf = settings.pdf if pdf is None else pdf
    with one_printing(office):
        if as_pdf:
            needed_converter()
        finished = finish_entered(office)
        standing = read_standing(office)
        letters = _to_print(office, standing, serials, again)
        letters = in_order(letters, order or settings.order, standing.students)
        looked = last_look(office, standing, letters, at, tell)
        if not looked.ready:
            return Batch(None, (), looked.held, looked.notes, finished)
        folder = batch_folder(office, at)
        write_whole(folder / UNFINISHED, UNFINISHED_WORDS.encode())
        making = Making(office, folder, looked.ready, tell)
        held, notes = tuple(looked.held), (*looked.notes, NOT_COUNTED)
        if as_pdf:
            found = hold_found(office, at, making.as_pdf())
            making.leave_out([letter.serial for letter, _ in found])
            held, notes = (*held, *found), tuple(looked.notes)
        if not making.ready:
            return Batch(None, (), held, notes, finished)
        joined = making.join(both_sides=both_sides)
        printed = _enter(office, at, making)
        (folder / UNFINISHED).unlink(missing_ok=True)
        return Batch(joined, printed, held, notes, finished)


NOT_COUNTED = ("", "whether each message fits on its page was not looked at: that needs --pdf")
"""Told of a batch that is not made as PDF."""


@contextmanager
def one_printing(office: Office) -> Iterator[None]:
    """Let nobody else print or send letters of this office meanwhile."""
    lock = FileLock(office.folders.root / ".printing.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as busy:
        raise NotAllowed(
            "Letters are being printed or sent just now. Wait until that is done, and look which "
            "are left. Nothing was done."
        ) from busy


def _to_print(
    office: Office, standing: Standing, serials: Sequence[str], again: bool
) -> list[Letter]:
    with office.ledger.read() as connection:
        if not serials:
            approved = book.letters(connection, states=(State.APPROVED,), words=False)
            return Ways.read(office, standing, connection).by_post(approved)
        letters = named_letters(connection, serials, words=False)
    if not again:
        letters = [one for one in letters if one.state is not State.PRINTED]
    refuse_unless_allowed(letters, State.PRINTED)
    return letters


def _enter(office: Office, at: datetime, making: Making) -> list[Letter]:
    """Enter what was printed, unless a letter has changed in the meantime.

    The list of the batch is written just before the entries are kept: it holds their digest.
    """
    before = {letter.serial: letter.state for letter in making.ready}
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    with office.ledger.write() as connection:
        for letter in book.letters(connection, serials=list(before), words=False):
            if letter.state is not before[letter.serial]:
                raise NotAllowed(
                    f"Letter {letter.serial} became {letter.state.value} while the letters were "
                    "made. Nothing was printed. Run again: rollbook letters print"
                )
        book.save_events(
            connection,
            [
                Event(
                    letter.serial,
                    State.PRINTED,
                    stamp,
                    clerk,
                    file=place_of(office, making.path(letter.serial)),
                    digest=making.digests[letter.serial],
                )
                for letter in making.ready
            ],
        )
        write_listing(connection, making.folder, making.ready, making.digests, making.pages)
        return book.letters(connection, serials=list(before), words=False)


def place_of(office: Office, path: Path) -> str:
    """Return where a letter's file is: from the office folder on, or in full if elsewhere."""
    root = office.folders.root
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


# --- a letter once more ---------------------------------------------------------------------------


def as_printed(office: Office, letter: Letter) -> bytes:
    """Return a letter as the Word file it would be printed from; nothing is kept or entered.

    Raises ``NotAllowed`` when it could not be printed.
    """
    rendered, why = render(office, letter)
    if rendered is not None:
        missing = missing_values(rendered, letter.fields, ALWAYS_SHOWN)
        if not missing:
            return rendered.to_bytes()
        why = f"the finished letter does not show {' and '.join(missing)}"
    raise NotAllowed(f"{letter.serial} cannot be shown: {why}")


def joined_file(office: Office, letter: Letter) -> Path | None:
    """Return the joined file a letter was printed in; None while it has not been printed."""
    if not letter.file:
        return None
    return joined_in((office.folders.root / letter.file).parent)


@dataclass(frozen=True, slots=True)
class Reprint:
    """A letter made once more: its bytes, and whether they are those it was first printed as.

    ``is_same`` is None for a letter that was not printed yet, or whose digest nobody noted.
    """

    letter: Letter
    content: bytes
    digest: str
    printed_at: str
    is_same: bool | None


def reprint(office: Office, serial: str) -> Reprint:
    """Make a letter once more from its frozen fields and template; nothing is entered.

    Raises ``NotAllowed`` when there is no such letter, or the copy of its template is gone.
    """
    with office.ledger.read() as connection:
        [letter] = named_letters(connection, [serial])
        first = _first_printed(connection, serial)
    rendered, why = render(office, letter)
    if rendered is None:
        raise NotAllowed(f"{serial} cannot be made again: {why}")
    content = rendered.to_bytes()
    digest = hashlib.sha256(content).hexdigest()
    noted = first.digest if first else ""
    return Reprint(
        letter, content, digest, first.at if first else "", digest == noted if noted else None
    )


def _first_printed(connection: Connection, serial: str) -> Event | None:
    printed = (one for one in book.events(connection, serial) if one.state is State.PRINTED)
    return next(printed, None)
