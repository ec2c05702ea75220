"""Work owed after a posting: flags, letters, workbooks, documents. Taken from the ledger, retried.

Each kind of work is safe to repeat and is struck off only when it is done. What cannot be done now
(a workbook open in Excel) stays owed with the reason and blocks nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from rollbook.ledger import assessments
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger.letters import Letter
from rollbook.ledger.postings import ASSESS, DOCUMENTS, LETTERS, WORKBOOKS
from rollbook.letters import DueLetter, draft, overtaken
from rollbook.office import Office
from rollbook.problems import RollbookError, where_in_code, why_not_now
from rollbook.standing import Standing, read_standing
from rollbook.verification.issue import Answer, answer_requests
from rollbook.workbooks import Receipt
from rollbook.workbooks.content import GONE_OUT
from rollbook.workbooks.keeping import read_workbooks, update_workbooks
from rollbook.workbooks.reading_back import Reading
from watcher.reassessing import brought_up_to_date, keep_findings

_NAMES = {
    ASSESS: "Working out the flags",
    LETTERS: "Preparing letters",
    WORKBOOKS: "Updating the workbooks",
    DOCUMENTS: "Making documents",
}


@dataclass
class Followed:
    """What the follow-ups of one run did."""

    new_findings: int = 0
    cleared_findings: int = 0
    letters: Sequence[Letter] = ()
    held_letters: Sequence[DueLetter] = ()
    corrected_since: Sequence[Letter] = ()
    readings: Sequence[Reading] = ()
    receipts: Sequence[Receipt] = ()
    answers: Sequence[Answer] = ()
    waiting: list[str] = field(default_factory=list)


@dataclass
class _Run:
    office: Office
    at: datetime
    done: Followed

    @cached_property
    def standing(self) -> Standing:
        """The register as it stands, read once for all work of this run."""
        return brought_up_to_date(self.office, read_standing(self.office))

    def read_workbooks(self) -> None:
        """Read what clerks typed in the logs of the adopted workbooks, before all other work."""
        self.done.readings = read_workbooks(self.office, self.at)

    def assess(self) -> None:
        """Work out the flags again and keep them."""
        new, cleared = keep_findings(self.office, self.standing)
        self.done.new_findings += new
        self.done.cleared_findings += cleared

    def prepare_letters(self) -> None:
        """Prepare the letters that are due."""
        prepared, held = draft(self.office, self.standing, self.at)
        self.done.letters, self.done.held_letters = prepared, held
        with self.office.ledger.read() as connection:
            log = letter_book.letters(connection)
            seen = assessments.seen(connection)
        out = [letter for letter in log if letter.state in GONE_OUT]
        self.done.corrected_since = [letter for letter, _ in overtaken(self.standing, out)]
        now = self.standing.with_letters(log, seen.letter_event)
        if now is not self.standing:  # rules of sequence ask for the letters that stand
            self.standing = brought_up_to_date(self.office, now)
            self.assess()

    def update_workbooks(self) -> None:
        """Write figures and log rows into the adopted workbooks."""
        receipts: list[Receipt] = []
        self.done.receipts = receipts  # also of those written although another one waits
        update_workbooks(self.office, self.standing, done=receipts.append)

    def answer_requests(self) -> None:
        """Make the documents that were asked for."""
        self.done.answers = answer_requests(self.office, self.standing, self.at)


def do_followups(
    office: Office,
    at: datetime,
    on_work: Callable[[str], None] = lambda work: None,
    only: Sequence[str] = (ASSESS, LETTERS, WORKBOOKS, DOCUMENTS),
) -> Followed:
    """Do the work owed, in order, and return what it did; ``only`` leaves other work owed."""
    run = _Run(office, at, Followed())
    works = {
        ASSESS: run.assess,
        LETTERS: run.prepare_letters,
        WORKBOOKS: run.update_workbooks,
        DOCUMENTS: run.answer_requests,
    }
    stamp = at.isoformat(timespec="seconds")
    if WORKBOOKS in only and _upto(office, WORKBOOKS):
        reason = _tried(WORKBOOKS, run.read_workbooks)
        run.done.waiting += [reason] if reason else []
    for work, do in works.items():
        if work not in only:
            continue
        upto = _upto(office, work)
        if not upto:
            continue
        on_work(work)
        reason = _tried(work, do)
        with office.ledger.write() as connection:
            if reason:
                run.done.waiting.append(reason)
                book.put_off(connection, work, upto, reason)
            else:
                book.strike_off(connection, work, upto, stamp)
    return run.done


def _upto(office: Office, work: str) -> int:
    """Return up to which number one kind of work is owed; 0 when it is not."""
    with office.ledger.read() as connection:
        numbers = [row["id"] for row in book.owed(connection) if row["work"] == work]
    return max(numbers, default=0)


def _tried(work: str, do: Callable[[], None]) -> str:
    """Do one kind of work; return why it could not be done, in a sentence, or nothing."""
    try:
        do()
    except RollbookError as error:
        return str(error)
    except OSError as error:
        return f"{_NAMES[work]} must wait: {why_not_now(error)}. It is tried again by itself."
    except Exception as fault:  # a fault of ours in one duty must not end the watch
        return (
            f"{_NAMES[work]} met a fault in Rollbook itself ({where_in_code(fault)}). What was "
            "posted is safe. Send this sentence to whoever looks after Rollbook."
        )
    return ""
