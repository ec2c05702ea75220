"""`rollbook serve`: the add-in, its pages and the watched folder in one process."""

from collections.abc import Sequence

from addin.desk import Done, Filed, Tell
from rollbook.cli.rounds import WORK_WORDS, sentences
from rollbook.cli.show import counted
from rollbook.office import Office
from watcher import rounds
from watcher.intake import Outcome, Result
from watcher.rounds import Progress, Round

SEE_LETTERS = "Letters → Due"  # where the ribbon has what `rollbook letters due` prints


class OfficeHands:
    """The watched folder's work, done for a button of the add-in."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        """Post what lies in the drop folder and do the follow-ups."""
        return done_of(office, rounds.once(office, accept=accept, progress=_Told(tell)))

    def keep_up(self, office: Office) -> Done:
        """Bring the logs in the adopted workbooks up to date after a letter took a step."""
        followed = rounds.update_logs(office)
        says = [receipt.line() for receipt in followed.receipts]
        return Done(says, list(followed.waiting))


def done_of(office: Office, done: Round) -> Done:
    """Return what a round did as the add-in shows it: the sentences `rollbook once` prints."""
    told = list(sentences(office, done, SEE_LETTERS))
    return Done(
        says=[one.text for one in told if not one.is_problem],
        problems=[one.text for one in told if one.is_problem],
        files=[_filed(outcome) for outcome in done.outcomes],
    )


def _filed(outcome: Outcome) -> Filed:
    posting = outcome.posting
    if outcome.result is Result.REFUSED or posting is None:
        why = outcome.problems[0].message if outcome.problems else "It was refused."
        return Filed(outcome.file, False, why)
    if outcome.result is Result.DUPLICATE:
        return Filed(outcome.file, True, "Posted before; nothing changed.", posting.id)
    parts = [counted(posting.new, "new mark"), f"{posting.amended:,} amended"]
    parts += [counted(posting.students, "student")] if posting.students else []
    parts += [f"{posting.held:,} held"] if posting.held else []
    return Filed(outcome.file, True, f"Posted: {', '.join(parts)}.", posting.id)


class _Told(Progress):
    """A round's progress as sentences: a step a file, then one for each kind of follow-up."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._done = self._of = 0
        tell("Looking at the drop folder", 0, 0)

    def files(self, count: int) -> None:
        self._of = count + len(WORK_WORDS)

    def file(self, name: str) -> None:
        self._step(f"Posting {name}")

    def work(self, name: str) -> None:
        self._step(WORK_WORDS.get(name, name).capitalize())

    def _step(self, says: str) -> None:
        self._tell(says, self._done, self._of)
        self._done += 1
