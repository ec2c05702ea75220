"""Void letters: those of the selected rows must not go. They stay in the log with the reason."""

from addin.buttons import Press
from addin.jobs import Question, Told
from addin.letter_desk import about_whom, ask, keep_logs, meant, states_of, was_asked
from rollbook.ledger.letters import NEXT, Letter, State
from rollbook.letters import step
from rollbook.problems import counted

LABEL = "Void"
SAYS = (
    "Voids letters of the selected rows that must not go, after asking why. They stay in the log "
    "with the reason. A letter that is in the post is voided only from its row in a letter log."
)
ICON = "void_letters"
READS = "sheet"

AGAIN = (
    ("no", "No: there must be no letter about these absences"),
    ("yes", "Yes: prepare it anew, corrected, if it is still called for"),
)
_NOT_MAILED = (State.PREPARED, State.HELD, State.APPROVED, State.PRINTED)


def press(at: Press) -> Told:
    """Void letters; ask for the reason first."""
    found = meant(at)
    states = [one for one in State if State.VOID in NEXT[one]] if found.by_serial else _NOT_MAILED
    ready = found.those_in(states)
    if not ready:
        others = states_of(found.letters)
        known = f": {others}" if others else ""
        return Told(f"The selected rows have no letter that can be voided here{known}.",
                    "/letters", "See the letters")  # fmt: skip
    serials = [one.serial for one in ready]
    reason, again = at.answers.get("reason", "").strip(), at.answers.get("again", "")
    asked = was_asked(at, "void", serials)
    if not (asked and reason and again in ("yes", "no")):
        return ask(at, "void", serials, _sentence(ready), _questions(ready))
    at.tell(f"Voiding {counted(len(ready), 'letter')}")
    void = step(at.office, serials, State.VOID, at.desk.now(), reason, again == "yes")
    then = "They are not prepared again from the same absences."
    if again == "yes":
        then = "What still calls for a letter is due again: Letters → Prepare for selected."
    logs = keep_logs(at)
    sentence = f"{counted(len(void), 'letter')} void now. {then}{logs.said}"
    return Told(sentence, "/letters?state=void", "See the void letters", logs.waiting)


def _sentence(ready: list[Letter]) -> str:
    mailed = sum(one.state is State.MAILED for one in ready)
    post = f" {counted(mailed, 'letter')} in the post cannot be called back." if mailed else ""
    return f"Void {counted(len(ready), 'letter')} ({states_of(ready)})?{post}"


def _questions(ready: list[Letter]) -> list[Question]:
    return [
        Question("reason", "Why must they not go?", says=f"About {about_whom(ready)}. The reason "
                 "stays in the log."),
        Question("again", "May they be prepared again?", "choice", AGAIN),
    ]  # fmt: skip
