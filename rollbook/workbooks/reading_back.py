"""What the clerk typed in the logs of a workbook, read back into the ledger.

Each thing is read once. What can follow in a letter's life is entered, a call or a meeting is
logged; whatever speaks against the ledger is a conflict, which a person settles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from rollbook.ledger import Connection
from rollbook.ledger import letters as letter_book
from rollbook.ledger import sheet_entries as log
from rollbook.ledger.letters import Letter, State
from rollbook.ledger.sheet_entries import SheetEntry
from rollbook.office import Office
from rollbook.problems import counted
from rollbook.workbooks.book import Book
from rollbook.workbooks.entering import Entering
from rollbook.workbooks.mapping import WorkbookMap
from rollbook.workbooks.typed import STATUS, Typed, saved_by, typed_in

GONE_OUT = (State.MAILED, State.RETURNED)
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one workbook: what was entered, conflicts, and rows that must wait."""

    workbook: str
    entries: Sequence[SheetEntry] = ()
    waiting: Sequence[str] = ()

    @property
    def conflicts(self) -> list[SheetEntry]:
        """What a person has to settle."""
        return [entry for entry in self.entries if entry.did == log.CONFLICT]

    def line(self) -> str:
        """Return one line for the clerk, nothing when nothing was read."""
        parts = []
        for did, word in (
            (log.STEP, "letter"),
            (log.ACTION, "contact"),
            (log.CONFLICT, "conflict"),
        ):
            count = sum(entry.did == did for entry in self.entries)
            parts += [counted(count, word)] if count else []
        if not parts:
            return ""
        then = ". See: rollbook workbook conflicts" if self.conflicts else ""
        return f"“{Path(self.workbook).name}”: read from its logs {', '.join(parts)}{then}."

    @property
    def done(self) -> list[SheetEntry]:
        """What was entered in the logs."""
        return [entry for entry in self.entries if entry.did in (log.ACTION, log.STEP)]


def read_back(
    office: Office, data: Mapping[str, Any], book: Book, at: datetime, *, keep: bool = True
) -> Reading:
    """Read what the clerk typed in an adopted workbook since it was read last, and enter it.

    All of it is entered in one transaction, or, without ``keep``, nothing: it only says what would
    be. Calling it again reads nothing twice.
    """
    mapping = WorkbookMap.from_dict(data)
    name = str(data["file"])
    typed = list(typed_in(book, mapping))
    with office.ledger.read() as connection:
        known = log.sheet_entries(connection, name)
        new = _news(connection, _not_read(typed, known))
    gone = _no_more_there(typed, known) if mapping.contacts else []
    if not new and not gone:
        return Reading(name)
    try:
        with office.ledger.write() as connection:
            entering = Entering(office, connection, name, at, saved_by(book), known)
            reading = Reading(name, entering.enter(new, gone), entering.waiting)
            if not keep:
                raise _OnlyLooked(reading)
    except _OnlyLooked as looked:
        return looked.reading
    return reading


class _OnlyLooked(Exception):
    """Ends a transaction of which nothing is to stay."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading


def _not_read(typed: Sequence[Typed], known: Sequence[SheetEntry]) -> list[Typed]:
    """Return what stands in the workbook and was not read, or said something else then."""
    newest = {entry.key: entry for entry in known if entry.did != log.SETTLED}
    return [
        one
        for one in typed
        if (seen := newest.get(one.key)) is None
        or seen.did == log.GONE
        or dict(seen.said) != dict(one.said)
    ]


def _news(connection: Connection, typed: Sequence[Typed]) -> list[Typed]:
    """Leave out what Rollbook wrote itself: a state the letter has now, or had before."""
    serials = [one.serial for one in typed if one.kind == STATUS]
    if not serials:
        return list(typed)
    found = letter_book.letters(connection, serials=serials, words=False)
    letters = {letter.serial: letter for letter in found}
    return [
        one
        for one in typed
        if one.kind != STATUS
        or one.serial not in letters
        or not _has_been(connection, letters[one.serial], one)
    ]


def _has_been(connection: Connection, letter: Letter, typed: Typed) -> bool:
    if typed.said.get("student_id", letter.student_id) != letter.student_id:
        return False
    words = typed.said[STATUS].casefold()
    return words == letter.state.value or any(
        words == event.state.value for event in letter_book.events(connection, letter.serial)
    )


def _no_more_there(typed: Sequence[Typed], known: Sequence[SheetEntry]) -> list[SheetEntry]:
    """Return the contacts that were entered and whose row is not in the workbook any more."""
    there = {one.key for one in typed}
    newest = {entry.key: entry for entry in known if entry.did != log.SETTLED}
    return [
        entry
        for key, entry in newest.items()
        if entry.did == log.ACTION and key not in there and "date" in entry.said
    ]
