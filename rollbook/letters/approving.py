"""Approving letters, after a last look: what has come up since they were prepared holds them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters.life import enter, named_letters, refuse_unless_allowed
from rollbook.letters.preparing import NOT_PRINTED, judge_again
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing

STOPPED = (State.HELD, State.VOID)

FOR_REVIEW = (State.PREPARED, State.HELD)
"""What a clerk approves. A letter whose e-mail could not go is approved again by the sending."""


def approve_letters(
    office: Office, serials: Sequence[str], at: datetime, note: str = ""
) -> tuple[list[Letter], list[Letter]]:
    """Approve letters; return those, and the ones that are held or withdrawn instead.

    A letter that was held before and is named again is approved: whoever names it has seen why.
    Letters about other students are not looked at.
    Raises ``NotAllowed`` when a serial is unknown or a letter cannot be approved; nothing changes.
    """
    if not serials:
        return [], []
    standing = read_standing(office)
    with office.ledger.write() as connection:
        before = {one.serial: one for one in named_letters(connection, serials)}
        refuse_unless_allowed(before.values(), State.APPROVED)
        _refuse_what_went_out(before.values())
        about = {one.student_id for one in before.values()}
        judge_again(office, connection, standing, at, about)
        stopped = [
            one
            for one in book.letters(connection, serials=list(before))
            if one.state in STOPPED
            and (one.state, one.note) != (before[one.serial].state, before[one.serial].note)
        ]
        names = {one.serial for one in stopped}
        good = [one for one in before.values() if one.serial not in names]
        enter(office, connection, good, State.APPROVED, at, note)
        approved = [one.serial for one in good]
        return (book.letters(connection, serials=approved) if approved else []), stopped


def _refuse_what_went_out(letters: Iterable[Letter]) -> None:
    for letter in letters:
        if letter.state not in FOR_REVIEW:
            raise NotAllowed(
                f"Letter {letter.serial} is {letter.state.value} and was approved before. "
                "Nothing was changed."
            )


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
