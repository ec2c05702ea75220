"""Approve letters: the prepared ones of the selected students, or of a letter log's rows."""

from addin.buttons import Press
from addin.jobs import Question, Told
from addin.letter_desk import (
    Meant,
    about_whom,
    ask,
    families,
    keep_logs,
    letter_log,
    meant,
    states_of,
    stopped_sentences,
    was_asked,
)
from rollbook.ledger.letters import State
from rollbook.letters import approve_letters
from rollbook.problems import counted

LABEL = "Approve"
SAYS = (
    "Approves the prepared letters of the selected rows for printing, after asking. What has come "
    "up since holds a letter instead. Held letters stay held."
)
ICON = "approve_letters"
READS = "sheet"


def press(at: Press) -> Told:
    """Approve the prepared letters of the selection; ask first."""
    found = meant(at)
    ready = found.those_in([State.PREPARED])
    if not ready:
        return Told(_nothing(found), "/letters", "See the letters")
    serials = [one.serial for one in ready]
    if not (at.is_confirmed and was_asked(at, "approve", serials)):
        several = families(ready, letter_log(at.office))
        held = len(found.those_in([State.HELD]))
        stays = f"{held:,} held {'stays' if held == 1 else 'stay'} held." if held else ""
        label = f"Approve {counted(len(ready), 'letter')}"
        sentence = " ".join(filter(None, [f"{label}?", several, stays]))
        confirm = Question("confirmed", label, "confirm", says=f"About {about_whom(ready)}.")
        return ask(at, "approve", serials, sentence, [confirm])
    at.tell(f"Looking at {counted(len(ready), 'letter')} once more")
    approved, stopped = approve_letters(at.office, serials, at.desk.now())
    logs = keep_logs(at)
    told = [*stopped_sentences(stopped), *logs.waiting]
    kept = f", {len(stopped):,} stopped: see why" if stopped else ""
    sentence = f"{counted(len(approved), 'letter')} approved{kept}.{logs.said}"
    return Told(sentence, "/letters?state=approved", "Print approved letters", told)


def _nothing(found: Meant) -> str:
    others = states_of(one for one in found.letters if one.state is not State.VOID)
    if not others:
        return "There are no letters about the selected rows yet: prepare them first."
    return f"None of the selected letters waits for approval: {others}."
