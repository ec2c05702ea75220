"""Printing: one joined file for the printer, a single file of each letter for the record.

Each letter is made from its frozen fields and the very template it was prepared with. Every value
is found again in the finished text; a letter in which one is missing is held, not printed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rollbook.documents import Rendered, join, missing_values
from rollbook.ledger import letters as book
from rollbook.ledger.letters import NEXT, Letter, State
from rollbook.letters.life import enter, named_letters, refuse_unless_allowed
from rollbook.letters.preparing import judge_again
from rollbook.letters.templates import ALWAYS_SHOWN, kept_template
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, RollbookError
from rollbook.standing import read_standing

UNFINISHED = "NOT FINISHED - do not print.txt"

_UNFINISHED_WORDS = (
    "Rollbook is making the letters in this folder, or was stopped while it made them.\r\n"
    "Do not print them. Run: rollbook letters print\r\n"
    "The letters are then made again here, and this note goes away.\r\n"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one printing made: the joined file, the letters in it, and the letters held."""

    joined: Path | None
    printed: Sequence[Letter]
    held: Sequence[tuple[Letter, str]]


def print_letters(
    office: Office,
    at: datetime,
    serials: Sequence[str] = (),
    on_letter: Callable[[], None] = lambda: None,
    again: bool = True,
) -> Batch:
    """Print approved letters, or letters printed before when named.

    The files are written before the step is entered, so that a crash leaves letters approved and
    the next printing makes them again, in the same folder. Without ``again`` a named letter that
    was printed meanwhile is left out: a second click must not make a second letter for the post.
    Raises ``NotAllowed`` for a letter that must not be printed, and while others are printed.
    """
    with _one_printing(office):
        return _print(office, at, serials, on_letter, again)


@contextmanager
def _one_printing(office: Office) -> Iterator[None]:
    lock = FileLock(office.folders.root / ".printing.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as busy:
        raise NotAllowed(
            "Letters are being printed just now. Wait until that is done, and look which are left. "
            "Nothing was done."
        ) from busy


def _print(
    office: Office,
    at: datetime,
    serials: Sequence[str],
    on_letter: Callable[[], None],
    again: bool,
) -> Batch:
    letters, held = _still_to_print(office, _to_print(office, serials, again), at)
    if not letters:
        return Batch(None, (), tuple(held))
    held_before = list(held)
    good: list[tuple[Letter, Rendered]] = []
    held = []
    for letter in letters:
        rendered, reason = _render(office, letter)
        if rendered is None:
            held.append((letter, reason))
        else:
            good.append((letter, rendered))
        on_letter()
    folder = _write_files(office, at, good) if good else None
    printed = _enter(office, at, folder, [letter for letter, _ in good], held)
    held = [*held_before, *held]
    if folder is None:
        return Batch(None, (), held)
    (folder / UNFINISHED).unlink(missing_ok=True)
    return Batch(_joined(folder), printed, held)


def as_printed(office: Office, letter: Letter) -> bytes:
    """Return a letter as the Word file it would be printed from; nothing is kept or entered.

    Raises ``NotAllowed`` when it could not be printed.
    """
    rendered, reason = _render(office, letter)
    if rendered is None:
        raise NotAllowed(f"{letter.serial} cannot be shown: {reason}")
    return rendered.to_bytes()


def joined_file(office: Office, letter: Letter) -> Path | None:
    """Return the joined file a letter was printed in; None while it has not been printed."""
    if not letter.file:
        return None
    return _joined((office.folders.root / letter.file).parent)


def _to_print(office: Office, serials: Sequence[str], again: bool) -> list[Letter]:
    with office.ledger.read() as connection:
        if not serials:
            return book.letters(connection, states=(State.APPROVED,))
        letters = named_letters(connection, serials)
    if not again:
        letters = [one for one in letters if one.state is not State.PRINTED]
    refuse_unless_allowed(letters, State.PRINTED)
    return letters


def _still_to_print(
    office: Office, letters: Sequence[Letter], at: datetime
) -> tuple[list[Letter], list[tuple[Letter, str]]]:
    """Judge letters once more against the newest register and roster, right before they print."""
    standing = read_standing(office)
    with office.ledger.write() as connection:
        judge_again(office, connection, standing, at)
        serials = [letter.serial for letter in letters]
        now = book.letters(connection, serials=serials) if serials else []
    stopped = (State.VOID, State.HELD)
    return (
        [letter for letter in now if letter.state not in stopped],
        [(letter, letter.note) for letter in now if letter.state in stopped],
    )


def _render(office: Office, letter: Letter) -> tuple[Rendered | None, str]:
    """Render one letter, or say why it must not be printed."""
    try:
        rendered = kept_template(office, letter.template_digest).render(letter.fields)
    except RollbookError as error:
        return None, str(error)
    missing = missing_values(rendered, letter.fields, ALWAYS_SHOWN)
    if missing:
        return None, (
            f"the finished letter does not show {' and '.join(missing)}. Mend the template "
            f"“{letter.template}.{letter.language}.docx”, void this letter, and prepare it again "
            "with: rollbook letters draft"
        )
    return rendered, ""


def _write_files(office: Office, at: datetime, letters: Sequence[tuple[Letter, Rendered]]) -> Path:
    folder = _batch_folder(office, at)
    write_whole(folder / UNFINISHED, _UNFINISHED_WORDS.encode())
    for letter, rendered in letters:
        write_whole(folder / f"{letter.serial}.docx", rendered.to_bytes())
    write_whole(_joined(folder), join(rendered for _, rendered in letters))
    return folder


def _batch_folder(office: Office, at: datetime) -> Path:
    """Make and return a folder of its own for this printing: ``2026-11-20``, then ``…-2``.

    One that a crash has left unfinished is taken again, so that no half-made letters lie about.
    """
    number = 1
    while True:
        name = f"{at:%Y-%m-%d}" if number == 1 else f"{at:%Y-%m-%d}-{number}"
        folder = office.folders.letters / name
        try:
            folder.mkdir()
        except FileExistsError:
            if (folder / UNFINISHED).exists():
                return folder
            number += 1
        else:
            return folder


def _joined(folder: Path) -> Path:
    return folder / f"letters-{folder.name}.docx"


def _enter(
    office: Office,
    at: datetime,
    folder: Path | None,
    printed: Sequence[Letter],
    held: Sequence[tuple[Letter, str]],
) -> list[Letter]:
    """Enter what was printed and what is held, unless a letter has changed in the meantime."""
    filed = [replace(letter, file=_place(office, folder, letter)) for letter in printed if folder]
    before = {letter.serial: letter.state for letter in (*printed, *(one for one, _ in held))}
    with office.ledger.write() as connection:
        for letter in book.letters(connection, serials=list(before)):
            if letter.state is not before[letter.serial]:
                raise NotAllowed(
                    f"Letter {letter.serial} became {letter.state.value} while the letters were "
                    "made. Nothing was printed. Run again: rollbook letters print"
                )
        for letter, reason in held:
            if State.HELD in NEXT[letter.state]:  # one printed before stays printed
                enter(office, connection, [letter], State.HELD, at, reason)
        enter(office, connection, filed, State.PRINTED, at)
        return (
            book.letters(connection, serials=[letter.serial for letter in filed]) if filed else []
        )


def _place(office: Office, folder: Path, letter: Letter) -> str:
    """Return where a letter's file is: from the office folder on, or in full if elsewhere."""
    path = folder / f"{letter.serial}.docx"
    root = office.folders.root
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
