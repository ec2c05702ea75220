"""Approving and releasing letters, after a last look at each.

What has come up since a letter was prepared holds it. A held letter is looked at again: when what
held it is mended it goes on; when not, it goes only as it is, by a person who has read why, says
so, and may. Some letters may never: to whom a court order keeps letters from, or without a value.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters.due import reasons_now
from rollbook.letters.life import enter, named_letters, refuse_unless_allowed
from rollbook.letters.preflight import (
    Flight,
    Reason,
    check_letter,
    flight_of,
    not_accepted,
)
from rollbook.letters.preparing import AS_IS, NOT_PRINTED, accepted, judge_again
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing

STOPPED = (State.HELD, State.VOID)


def approve_letters(
    office: Office, serials: Sequence[str], at: datetime, note: str = "", *, as_is: bool = False
) -> tuple[list[Letter], list[Letter]]:
    """Approve letters; return those, and the ones that are held or withdrawn instead.

    ``as_is`` lets a held letter go although what held it is as it was; ``note`` then says why.
    Letters about other students are not looked at.
    Raises ``NotAllowed`` when a serial is unknown or a letter cannot be approved; nothing changes.
    """
    if as_is and not note.strip():
        raise NotAllowed("Say why it may go as it is, with a note. Nothing was changed.")
    said = f"{AS_IS}: {note}" if as_is else note
    waiting = (State.PREPARED, State.HELD)
    return _let_go(office, serials, at, State.APPROVED, waiting, said, as_is)


def release_letters(
    office: Office, serials: Sequence[str], at: datetime, note: str = ""
) -> tuple[list[Letter], list[Letter]]:
    """Take the hold off letters, so that they wait for approval; return those and the others.

    A letter for which there still is a reason to hold stays held, and says it.
    """
    return _let_go(office, serials, at, State.PREPARED, (State.HELD,), note or "released", False)


def _let_go(
    office: Office,
    serials: Sequence[str],
    at: datetime,
    to: State,
    waiting: Sequence[State],
    note: str,
    as_is: bool,
) -> tuple[list[Letter], list[Letter]]:
    """Take the letters one step on that nothing holds; return those, and the others."""
    if not serials:
        return [], []
    standing = read_standing(office)
    with office.ledger.write() as connection:
        before = {one.serial: one for one in named_letters(connection, serials)}
        _refuse_unless(before.values(), waiting, to)
        judge_again(office, connection, standing, at, {one.student_id for one in before.values()})
        flight = flight_of(office, standing, at.date(), book.letters(connection, words=False))
        good = []
        for letter in book.letters(connection, serials=list(before)):
            if letter.state in STOPPED and _has_changed(before[letter.serial], letter):
                continue  # nobody has read this reason yet
            why = ""
            if letter.state is State.HELD:
                why = "; ".join(map(str, _what_holds(connection, flight, letter, as_is)))
            if not why:
                good.append(letter)
            elif why != letter.note:
                enter(office, connection, [letter], State.HELD, at, why)
        enter(office, connection, good, to, at, note)
        now = book.letters(connection, serials=list(before))
    gone_on = {one.serial for one in good}
    return (
        [one for one in now if one.serial in gone_on],
        [one for one in now if one.serial not in gone_on],
    )


def _refuse_unless(letters: Collection[Letter], waiting: Sequence[State], to: State) -> None:
    if to is State.APPROVED:
        refuse_unless_allowed(letters, to)
    for letter in letters:
        if letter.state not in waiting:
            why = "was approved before" if to is State.APPROVED else "is not held"
            raise NotAllowed(
                f"Letter {letter.serial} is {letter.state.value} and {why}. Nothing was changed."
            )


def _has_changed(before: Letter, now: Letter) -> bool:
    return (before.state, before.note) != (now.state, now.note)


def _what_holds(
    connection: Connection, flight: Flight, letter: Letter, as_is: bool
) -> list[Reason]:
    """Return what still holds a held letter; when it goes as it is, what no person may let go."""
    reasons = [Reason(why) for why in reasons_now(flight.desk, letter)]
    reasons += check_letter(flight, letter).reasons
    if as_is:
        return [one for one in reasons if not one.may_go]
    return not_accepted(reasons, accepted(connection, letter.serial))


def judge_waiting(office: Office, student_id: str, at: datetime) -> list[Letter]:
    """Judge letters not printed yet at once, when something about one student was noted.

    Returns the letters about the student that stand otherwise than before.
    """
    with office.ledger.read() as connection:
        before = {one.serial: one for one in book.letters(connection, student_id=student_id)}
    if not any(one.state in NOT_PRINTED for one in before.values()):
        return []
    standing = read_standing(office)
    with office.ledger.write() as connection:
        judge_again(office, connection, standing, at)
        now = book.letters(connection, student_id=student_id)
    return [
        one
        for one in now
        if (one.state, one.note) != (before[one.serial].state, before[one.serial].note)
    ]
