"""What went out and what comes next: LAST_LETTER, NEXT_STEP."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlwings import arg, func

from addin.answers import Cell
from addin.custom_functions.students import IDS
from addin.desk import desk
from addin.lookups import Lookup, about_each, lookup, words_of
from addin.wizard import aside
from rollbook.ledger.letters import Letter, State
from rollbook.letters import due_letters
from rollbook.register import Student
from rollbook.reports.deadlines import due_now

_ASPECTS: Mapping[str, Sequence[str]] = {
    "letter": ("rule", "kind"),
    "day": ("date", "when"),
    "state": ("status",),
    "serial": ("number",),
    "to": ("guardian", "addressee"),
}


@func
@arg("ids", "raw", doc=IDS)
@arg(
    "what",
    "raw",
    doc="letter (if left out: the rule it is about), day (mailed, else prepared), state, serial, "
    "to. Several cells give several columns.",
)
@aside
def last_letter(ids: Any, what: Any = None) -> list[list[Cell]]:
    """Look up the newest letter about each student; empty when there is none."""
    aspects = words_of(what, _ASPECTS, "letter")
    return about_each(ids, lambda at, one: _aspects(at, one, aspects), len(aspects))


def _aspects(at: Lookup, student: Student, aspects: Sequence[str]) -> list[Cell]:
    letter = at.last_letters.get(student.student_id)
    return [_aspect(letter, name) if letter else "" for name in aspects]


def _aspect(letter: Letter, name: str) -> Cell:
    said: Mapping[str, Cell] = {
        "letter": letter.trigger,
        "day": letter.mailed or letter.prepared,
        "state": letter.state.value,
        "serial": letter.serial,
        "to": str(letter.guardian["name"]),
    }
    return said[name]


@func
@arg("ids", "raw", doc=IDS)
@aside
def next_step(ids: Any) -> list[list[Cell]]:
    """Say what the office has to do next about each student; empty when nothing waits."""
    here = lookup()
    steps = here.once("next steps", lambda: _steps(here))
    return about_each(ids, lambda at, one: [steps.get(one.student_id, "")])


_STEPS = {
    State.HELD: "look at {serial}: held, {note}",
    State.PREPARED: "approve {serial}",
    State.APPROVED: "print {serial}",
    State.PRINTED: "mail {serial}",
    State.RETURNED: "came back: {serial}, find the new address",
}


def _steps(at: Lookup) -> Mapping[str, str]:
    """Return the next step about each student: what is overdue, then letters, then what is due."""
    found: dict[str, str] = {}
    tasks = [one for one in due_now(at.standing) if one.is_task]
    for task in tasks:
        if task.is_overdue:
            found.setdefault(task.student_id, f"{task.says} ({task.when})")
    for letter in at.log:
        if letter.state in _STEPS:
            say = _STEPS[letter.state]
            found.setdefault(letter.student_id, say.format(serial=letter.serial, note=letter.note))
    today = desk().now().date()
    for due in due_letters(at.office, at.standing, at.log, today):
        what = f"prepare {due.trigger}" if due.ready else f"{due.trigger} held: {due.reasons[0]}"
        found.setdefault(due.student.student_id, what)
    for task in tasks:
        found.setdefault(task.student_id, f"{task.says} ({task.when})")
    return found
