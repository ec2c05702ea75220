"""The life of a letter: prepared, approved, printed, mailed, returned, void. All steps are kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import NEXT, Event, Letter, State
from rollbook.ledger.postings import owe_again
from rollbook.office import Office
from rollbook.problems import NotAllowed

BY_HAND = "rollbook letters release"
"""Stands in the reason of a letter that a person holds: only a person lets it go on."""

_ORDER = tuple(State)


def step(
    office: Office,
    serials: Sequence[str],
    to: State,
    at: datetime,
    note: str = "",
    again: bool = False,
) -> list[Letter]:
    """Take letters one step on and return them as they are then.

    ``again`` goes with void: the letter may be prepared anew from the same evidence.
    Raises ``NotAllowed`` when a serial is unknown or the step cannot follow; nothing changes then.
    """
    if not serials:
        return []
    with office.ledger.write() as connection:
        found = named_letters(connection, serials)
        refuse_unless_allowed(found, to)
        method = "post" if to is State.MAILED else ""
        take(office, connection, found, to, at, note, again, method)
        return book.letters(connection, serials=serials)


def take(
    office: Office,
    connection: Connection,
    letters: Sequence[Letter],
    to: State,
    at: datetime,
    note: str = "",
    again: bool = False,
    method: str = "",
) -> None:
    """Enter a step that is allowed, and what follows from it. Call inside a write."""
    enter(office, connection, letters, to, at, note, again, method)
    if to is State.MAILED:
        _take_back(office, connection, letters, at)
    if to in (State.MAILED, State.VOID):  # rules of sequence ask for what has gone out
        owe_again(connection)


def hold(office: Office, serials: Sequence[str], reason: str, at: datetime) -> list[Letter]:
    """Hold letters that are not printed yet, for a reason of the clerk's own; say how they go on.

    Raises ``NotAllowed`` when no reason is said, or a letter cannot be held; nothing changes then.
    """
    if not reason.strip():
        raise NotAllowed("Say why; it stays in the log. Nothing was changed.")
    if not serials:
        return []
    with office.ledger.write() as connection:
        found = named_letters(connection, serials)
        refuse_unless_allowed(found, State.HELD)
        for letter in found:
            how = f"when it may go: {BY_HAND} {letter.serial}"
            enter(office, connection, [letter], State.HELD, at, f"{reason.strip()}; {how}")
        return book.letters(connection, serials=serials)


def _take_back(
    office: Office, connection: Connection, mailed: Sequence[Letter], at: datetime
) -> None:
    """Void the letters that letters now in the post take back; their evidence is free again."""
    by_first = {one.withdraws: one.serial for one in mailed if one.withdraws}
    for letter in book.letters(connection, serials=list(by_first)) if by_first else ():
        if State.VOID in NEXT[letter.state]:
            note = f"withdrawn by {by_first[letter.serial]}"
            enter(office, connection, [letter], State.VOID, at, note, again=True)


def named_letters(
    connection: Connection, serials: Sequence[str], words: bool = True
) -> list[Letter]:
    """Return the letters with these serials; ``NotAllowed`` names one that is not there."""
    found = book.letters(connection, serials=serials, words=words)
    known = {letter.serial for letter in found}
    unknown = [serial for serial in serials if serial not in known]
    if unknown:
        raise NotAllowed(
            f"There is no letter {unknown[0]}. See the serials with: rollbook letters list"
        )
    return found


def refuse_unless_allowed(letters: Iterable[Letter], to: State) -> None:
    """Raise ``NotAllowed`` for the first letter that cannot take this step now."""
    for letter in letters:
        if to not in NEXT[letter.state]:
            allowed = [state.value for state in _ORDER if state in NEXT[letter.state]]
            can = f"It can become {' or '.join(allowed)}" if allowed else "It stays in the log"
            raise NotAllowed(
                f"Letter {letter.serial} is {letter.state.value} and cannot become {to.value}. "
                f"{can}. Nothing was changed."
            )


def enter(
    office: Office,
    connection: Connection,
    letters: Iterable[Letter],
    state: State,
    at: datetime,
    note: str = "",
    again: bool = False,
    method: str = "",
) -> None:
    """Enter the step of each letter in the ledger; its file stays the one it has."""
    stamp = at.isoformat(timespec="seconds")
    clerk = office.settings.clerk
    book.save_events(
        connection,
        [
            Event(letter.serial, state, stamp, clerk, note, letter.file, again, method)
            for letter in letters
        ],
    )
