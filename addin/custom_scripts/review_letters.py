"""Review letters: the page on which letters are read, approved and printed."""

from addin.buttons import Press
from addin.jobs import Told
from addin.letter_desk import letter_log, states_of
from rollbook.ledger.letters import State

LABEL = "Review"
SAYS = "Opens the page with all letters: read them, see why, approve, print, and note the mailing."
ICON = "review_letters"
READS = "nothing"

_WAITING = (State.PREPARED, State.HELD, State.APPROVED, State.PRINTED)


def press(at: Press) -> Told:
    """Lead to the page of letters."""
    waiting = states_of(one for one in letter_log(at.office) if one.state in _WAITING)
    sentence = f"Letters that wait: {waiting}." if waiting else "No letter waits for anything."
    return Told(sentence, "/letters", "Open the letters")
