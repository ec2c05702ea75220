"""The last look at letters, right before they are printed or sent: what must not go is held.

The same for paper and for e-mail: judged once more against the newest register and roster, then the
pre-flight checks of each letter. A reason holds one letter; the others go on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rollbook.ledger import letters as book
from rollbook.ledger.letters import NEXT, Letter, State
from rollbook.letters.life import enter
from rollbook.letters.preflight import Flight, Reason, check_letter, letters_in_order, not_accepted
from rollbook.letters.preparing import accepted, judge_again, judged
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
    if not letters:
        return Looked((), (), ())
    with office.ledger.write() as connection:
        judge_again(office, connection, standing, at)
        log = book.letters(connection, words=False)
    looked = _look(office, standing, letters, log, at, tell)
    _hold(office, at, looked.held)
    return looked


def hold_found(
    office: Office, at: datetime, found: Mapping[str, Sequence[Reason]]
) -> list[tuple[Letter, str]]:
    """Hold letters for what was found when they were made, unless somebody has let it go.

    Returns those held. ``found`` is by serial.
    """
    if not found:
        return []
    with office.ledger.read() as connection:
        letters = book.letters(connection, serials=list(found), words=False)
        left = {
            one.serial: not_accepted(found[one.serial], accepted(connection, one.serial))
            for one in letters
        }
    held = [_held(one, left[one.serial]) for one in letters if left[one.serial]]
    _hold(office, at, held)
    return held


def preflight(
    office: Office,
    standing: Standing,
    letters: Sequence[Letter],
    at: datetime,
    tell: Tell = tell_nobody,
) -> Looked:
    """Return what a last look would find now; nothing is entered."""
    with office.ledger.read() as connection:
        events = {one.serial: one for one in judged(office, connection, standing, at)}
        log = [
            replace(one, state=events[one.serial].state, note=events[one.serial].note)
            if one.serial in events
            else one
            for one in book.letters(connection, words=False)
        ]
    return _look(office, standing, letters, log, at, tell)


def _look(
    office: Office,
    standing: Standing,
    letters: Sequence[Letter],
    log: Sequence[Letter],
    at: datetime,
    tell: Tell,
) -> Looked:
    """Part letters into those that go and those that do not; ``log`` is the log as it is now."""
    now = {one.serial: one for one in log}
    known = [now[letter.serial] for letter in letters]
    going = [one.serial for one in known if one.state not in _STOPPED]
    flight = Flight(office, standing, at.date(), log, frozenset(going))
    found, notes = _check(flight, going, tell)
    stopped = [(one, one.note) for one in known if one.state in _STOPPED]
    held = [_held(now[serial], reasons) for serial, reasons in found.items()]
    ready = [now[serial] for serial in going if serial not in found]
    return Looked(ready, (*stopped, *held), notes)


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


def _held(letter: Letter, reasons: Sequence[Reason]) -> tuple[Letter, str]:
    """Return a letter as it is held; one that was printed before stays printed."""
    why = "; ".join(map(str, reasons))
    if State.HELD in NEXT[letter.state]:
        letter = replace(letter, state=State.HELD, note=why)
    return letter, why


def _hold(office: Office, at: datetime, held: Iterable[tuple[Letter, str]]) -> None:
    """Enter what the checks found, of letters that stand as they stood."""
    found = {one.serial: why for one, why in held if one.state is State.HELD}
    if not found:
        return
    with office.ledger.write() as connection:
        for letter in book.letters(connection, serials=list(found), words=False):
            if State.HELD in NEXT[letter.state]:
                enter(office, connection, [letter], State.HELD, at, found[letter.serial])
