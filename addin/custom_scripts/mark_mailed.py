"""Mark mailed: printed letters of the selected rows are in the post."""

from dataclasses import replace

from addin.buttons import Press
from addin.jobs import Question, Told
from addin.letter_desk import (
    about_whom,
    ask,
    by_email,
    corrected_now,
    keep_logs,
    letter_log,
    meant,
    states_of,
    was_asked,
)
from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.problems import counted

LABEL = "Mark mailed"
SAYS = "Notes that the printed letters of the selected rows were mailed today, after asking."
ICON = "mark_mailed"
READS = "sheet"


def press(at: Press) -> Told:
    """Note printed letters as mailed; ask first."""
    found = meant(at)
    ready = found.those_in([State.PRINTED])
    if not found.by_serial:  # of which nobody knows whether its e-mail went: only by name
        doubtful = by_email(at.office, at.desk.standing, ready).doubtful
        ready = [one for one in ready if one.serial not in doubtful]
    if not ready:
        others = states_of(one for one in found.letters if one.state is not State.VOID)
        known = f": {others}" if others else ""
        return Told(f"None of the selected letters is printed and not mailed{known}.", "/letters",
                    "See the letters")  # fmt: skip
    serials = [one.serial for one in ready]
    if not (at.is_confirmed and was_asked(at, "mail", serials)):
        others = states_of(one for one in found.letters if one not in ready)
        stays = f" Not printed, and left as they are: {others}." if others else ""
        label = f"Note {counted(len(ready), 'letter')} as mailed"
        confirm = Question("confirmed", label, "confirm", says=f"About {about_whom(ready)}.")
        told = ask(at, "mail", serials, f"{label} today?{stays}", [confirm])
        corrected = corrected_now(at.office, at.desk.standing, letter_log(at.office), ready)
        return replace(told, problems=[f"{one}: {says}" for one, says in corrected.items()])
    at.tell(f"Noting {counted(len(ready), 'letter')} as mailed")
    mailed = step(at.office, serials, State.MAILED, at.desk.now())
    logs = keep_logs(at)
    sentence = f"{counted(len(mailed), 'letter')} noted as mailed.{logs.said}"
    return Told(sentence, "/letters?state=mailed", "See what was mailed", logs.waiting)
