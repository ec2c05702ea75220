"""Letters due: who is due a letter, ready or held back, on a sheet of its own."""

from addin.buttons import Press
from addin.jobs import Told
from addin.letter_desk import (
    corrected_now,
    letter_log,
    say_language,
    states_of,
    title_of_rule,
)
from addin.sheet import write_table
from rollbook.ledger.letters import State
from rollbook.letters import DueLetter, due_letters
from rollbook.letters.due import WITHDRAWAL
from rollbook.office import Office
from rollbook.problems import counted
from rollbook.reports import Column, Table

LABEL = "Letters due"
SAYS = (
    "Lists on a new sheet who is due a letter that is not prepared yet, and which of them are held "
    "back and why."
)
ICON = "letters_due"
READS = "nothing"

SHEET = "Letters due"
COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Letter"),
    Column("To"),
    Column("Language"),
    Column("State"),
    Column("Why held"),
    Column("Note"),
)
_WAITING = (State.PREPARED, State.HELD, State.APPROVED, State.PRINTED)


def press(at: Press) -> Told:
    """List the letters that are due."""
    at.tell("Looking who is due a letter")
    office, standing = at.office, at.desk.standing
    log = letter_log(office)
    due = due_letters(office, standing, log, at.desk.now().date())
    waiting = states_of(one for one in log if one.state in _WAITING)
    known = f" In the letter log: {waiting}." if waiting else ""
    now = corrected_now(office, standing, log, log)
    corrected = [f"{serial}: {says}" for serial, says in now.items()]
    if not due:
        sentence = f"No letter is due that is not prepared already.{known}"
        return Told(sentence, "/letters", "See the letters", corrected)
    title = f"Letters due as of {standing.as_of:%d %b %Y}"
    rows = [_row(office, one) for one in due]
    at.tell("Writing the list")
    name = write_table(at, Table("letters-due", title, COLUMNS, rows), SHEET)
    ready = sum(one.ready for one in due)
    held = len(due) - ready
    sentence = (
        f"{counted(len(due), 'letter')} due, listed on the sheet “{name}”: "
        f"{ready:,} ready to prepare, {held:,} held.{known}"
    )
    return Told(sentence, "/letters", "Review letters", corrected)


def _row(office: Office, one: DueLetter) -> tuple[str, ...]:
    title = one.notes[0] if one.trigger == WITHDRAWAL else title_of_rule(office, one.trigger)
    return (
        one.student.student_id,
        one.student.sort_name,
        title,
        one.guardian.name,
        say_language(office, one.language),
        "ready" if one.ready else "held",
        "; ".join(one.reasons),
        "; ".join(one.notes),
    )
