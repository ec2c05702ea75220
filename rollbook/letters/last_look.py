"""The last look at letters, right before they are printed or sent: what must not go is held.

The same for paper and for e-mail: judged once more against the newest register and roster, then the
pre-flight checks of each letter. A reason holds one letter; the others go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import NEXT, Letter, State
from rollbook.letters.life import enter
from rollbook.letters.preflight import Flight, Reason, check_letter, letters_in_order, not_accepted
from rollbook.letters.preparing import accepted, judge_again
from rollbook.office import Office
from rollbook.standing import Standing

Tell = Callable[[str, int, int], None]
"""Told what is being done, how many letters are done, and of how many."""

_STOPPED = (State.VOID, State.HELD)


def tell_nobody(what: str, done: int, of: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a last look found: the letters that may go, in order; those held; what to know."""

    ready: Sequence[Letter]
    held: Sequence[tuple[Letter, str]]
    notes: Sequence[tuple[str, str]]  # of a serial


def last_look(
    office: Office,
    standing: Standing,
    letters: Sequence[Letter],
    at: datetime,
    tell: Tell = tell_nobody,
) -> Looked:
    """Look at letters once more, in their order, and enter what holds or withdraws them.

    ``letters`` may come without words, and those returned do.
    """
    serials = [letter.serial for letter in letters]
    if not serials:
        return Looked((), (), ())
    with office.ledger.write() as connection:
        judge_again(office, connection, standing, at)
        log = book.letters(connection, words=False)
    now = {one.serial: one for one in log}
    stopped = [now[serial] for serial in serials if now[serial].state in _STOPPED]
    going = [serial for serial in serials if now[serial].state not in _STOPPED]
    flight = Flight(office, standing, at.date(), log, frozenset(going))
    found, notes = _check(flight, going, tell)
    held = _hold(office, at, found)
    return Looked(
        [now[serial] for serial in going if serial not in found],
        (*((one, one.note) for one in stopped), *held),
        notes,
    )


def _check(
    flight: Flight, serials: Sequence[str], tell: Tell
) -> tuple[dict[str, list[Reason]], tuple[tuple[str, str], ...]]:
    """Return what holds letters, by serial, and what is to be told of letters."""
    found: dict[str, list[Reason]] = {}
    notes = []
    for number, letter in enumerate(letters_in_order(flight.office, serials), 1):
        checked = check_letter(flight, letter)
        notes += [(letter.serial, note) for note in checked.notes]
        if checked.reasons:
            with flight.office.ledger.read() as connection:
                reasons = not_accepted(checked.reasons, accepted(connection, letter.serial))
            if reasons:
                found[letter.serial] = reasons
        tell("Checking letter", number, len(serials))
    return found, tuple(notes)


def _hold(office: Office, at: datetime, found: dict[str, list[Reason]]) -> list[tuple[Letter, str]]:
    """Hold letters; one that was printed before stays printed, and is only told of."""
    if not found:
        return []
    why = {serial: "; ".join(map(str, reasons)) for serial, reasons in found.items()}
    with office.ledger.write() as connection:
        for letter in _named(connection, found):
            if State.HELD in NEXT[letter.state]:
                enter(office, connection, [letter], State.HELD, at, why[letter.serial])
        return [(letter, why[letter.serial]) for letter in _named(connection, found)]


def _named(connection: Connection, found: dict[str, list[Reason]]) -> list[Letter]:
    return book.letters(connection, serials=list(found), words=False)
