"""Prepare letters: those that are due, for the students of the selected rows."""

from collections.abc import Collection

from addin.buttons import Press
from addin.jobs import Cancelled, Question, Told
from addin.letter_desk import (
    Stoppable,
    are,
    due_now,
    keep_logs,
    letter_log,
    states_of,
)
from addin.sheet import NobodySelected, selected_students
from rollbook.ledger.letters import State
from rollbook.letters import DueLetter, draft
from rollbook.problems import counted

LABEL = "Prepare for selected"
SAYS = (
    "Prepares the letters that are due for the students of the selected rows. Nothing is printed: "
    "you review and approve them first."
)
ICON = "prepare_letters"
READS = "sheet"

_WAITING = (State.PREPARED, State.HELD, State.APPROVED, State.PRINTED)


def press(at: Press) -> Told:
    """Prepare what is due for the selected students, or for all when the clerk says so."""
    try:
        students = selected_students(at)
    except NobodySelected:
        if not at.is_confirmed:
            return _ask_for_all(at)
        return _prepare(at, None)
    return _prepare(at, students)


def _ask_for_all(at: Press) -> Told:
    ready, held = due_now(at.office, at.desk)
    if not ready and not held:
        return Told("No students are selected, and no letter is due for anybody.")
    if not ready:
        return Told(
            f"No students are selected. {counted(held, 'letter')} due for others {are(held)} held, "
            "so none can be prepared now: press “Letters due” to see why."
        )
    sentence = (
        f"No students are selected. Prepare all {counted(ready, 'letter')} due in the whole school?"
        if ready > 1
        else "No students are selected. Prepare the 1 letter due in the whole school?"
    )
    label = f"Prepare {counted(ready, 'letter')}"
    return Told(sentence, asks=[Question("confirmed", label, "confirm")])


def _prepare(at: Press, students: Collection[str] | None) -> Told:
    at.tell("Looking who is due a letter")
    office, desk = at.office, at.desk
    before = {one.serial for one in letter_log(office) if one.state is not State.VOID}
    go_on = Stoppable(at, "Preparing letter")
    prepared, held = draft(office, desk.standing, desk.now(), only=students, go_on=go_on)
    now = letter_log(office)
    withdrawn = [one for one in now if one.state is State.VOID and one.serial in before]
    told = [f"{one.serial} is void, {one.note}" for one in withdrawn]
    told += [_why(one) for one in held]
    logs = keep_logs(at)
    told += logs.waiting
    if go_on.stopped:
        at.job.says = (
            f"{counted(len(prepared), 'letter')} {are(len(prepared))} prepared and stay so; "
            "the others are still due."
        )
        raise Cancelled
    if not prepared and not held:
        mine = [one for one in now if students is None or one.student_id in students]
        waiting = states_of(one for one in mine if one.state in _WAITING)
        known = f" Prepared before: {waiting}." if waiting else ""
        return Told(f"No letter is due that is not prepared already.{known}", "/letters",
                    "See the letters", told)  # fmt: skip
    kept = f", {len(held):,} held: see why" if held else ""
    sentence = f"{counted(len(prepared), 'letter')} prepared{kept}.{logs.said}"
    return Told(sentence, "/letters", "Review and approve", told)


def _why(one: DueLetter) -> str:
    reasons = "; ".join(one.reasons)
    return f"Held: {one.student.name} ({one.student.student_id}): {reasons}"
