"""Undo a posting: what a file changed is put back, and the trail says so."""

from addin.buttons import Press
from addin.desk import Done
from addin.jobs import Cancelled, Question, Told
from rollbook.ledger import postings as book
from rollbook.ledger import taking_back
from rollbook.ledger.postings import Posting
from rollbook.posting.undo import IMPORTER, Undone, undo
from rollbook.problems import NotAllowed, RollbookError, counted
from rollbook.reports.changes import when_of
from rollbook.reports.since import Moment, since

LABEL = "Undo a posting"
SAYS = (
    "Takes one of the last postings back: its marks become what they were, flags and letters "
    "follow, and the trail shows what was done, when, why and by whom. Asks which one, and why."
)
ICON = "undo"
READS = "nothing"

OFFERED = 10
LEFT_SHOWN = 20


def press(at: Press) -> Told:
    """Ask which posting and why, then whether to, and take it back."""
    offered = _offered(at)
    chosen = next((one for one in offered if str(one.id) == at.answers.get("posting")), None)
    reason = at.answers.get("reason", "").strip()
    if chosen is None or not reason:
        return Told("Which posting is to be taken back, and why?", asks=_questions(offered))
    if not at.is_confirmed:
        ask = Question(
            "confirmed",
            f"Take posting {chosen.id} back",
            "confirm",
            says=f"Take back {_said(chosen)}? Marks that a later file changed stay as they are.",
        )
        return Told(f"Posting {chosen.id} is chosen.", asks=[ask])
    return _take_back(at, chosen, reason)


def _offered(at: Press) -> list[Posting]:
    """Return the newest postings that entered or changed marks and still stand."""
    with at.office.ledger.read() as connection:
        gone = taking_back.taken_back(connection)
        found = [
            one
            for one in book.postings(connection)
            if one.id not in gone
            and one.importer != IMPORTER
            and (one.new or one.amended or book.coverage(connection, one.id))
        ]
    if not found:
        raise NotAllowed("There is no posting of marks that could be taken back.")
    return found[: -OFFERED - 1 : -1]


def _questions(offered: list[Posting]) -> list[Question]:
    choices = [(str(one.id), _said(one)) for one in offered]
    return [
        Question("posting", "Posting", "choice", choices),
        Question("reason", "Why", says="It stays on record with every mark."),
    ]


def _said(posting: Posting) -> str:
    changed = f", {posting.amended:,} changed" if posting.amended else ""
    return (
        f"{posting.id}: “{posting.file}”, {when_of(posting)}, "
        f"{counted(posting.new, 'new mark')}{changed}"
    )


def _take_back(at: Press, posting: Posting, reason: str) -> Told:
    at.tell(f"Taking posting {posting.id} back")
    before = Moment.read(at.office)
    undone = undo(at.office, posting.id, at.desk.now(), reason)
    later = "Flags, letters and workbooks follow with the next round"
    try:
        done, follows = at.desk.hands.round(at.office, at.tell), ""
    except Cancelled:
        done, follows = Done(), f"You stopped there. {later}."
    except RollbookError as error:
        done, follows = Done(), f"{later}; just now: {error}"
    follows = follows or since(before, at.office).sentence
    return Told(
        f"{undone.sentence} {follows}",
        "pane:letters",
        "See the letters",
        [*undone.problems(), *_left(undone), *done.problems],
    )


def _left(undone: Undone) -> list[str]:
    lines = [
        f"{one.student_id}, {one.day:%d %b %Y} {one.part}: stays {one.symbol or 'without a mark'}, "
        f"posting {one.posting} changed it."
        for one in undone.left[:LEFT_SHOWN]
    ]
    if len(undone.left) > LEFT_SHOWN:
        lines.append(f"… and {len(undone.left) - LEFT_SHOWN:,} more marks.")
    return lines
