"""One file's whole story: claim, recognise, read, post, file away.

The order makes a crash at any instant harmless. The file is moved only after its posting is
committed, and its digest is in the ledger from then on: a file found in ``received/`` at the next
start is either posted already, changes nothing more, and is only moved, or it is done from the
beginning. Never twice, never lost.
"""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Any

from rollbook import importers
from rollbook.importers.contract import Extract
from rollbook.importers.upload import Upload
from rollbook.ledger import people
from rollbook.ledger import postings as book
from rollbook.ledger.postings import Posting
from rollbook.office import Office
from rollbook.posting import DRIFTED, post
from rollbook.problems import NotAllowed, Problem, RefusedFile, RollbookError, refuse, where_in_code
from watcher import filing
from watcher.calendars_dropped import told_as_calendar
from watcher.held_book import held_book

MOST_TRIES = 3


class Result(StrEnum):
    """How a file's story ended."""

    POSTED = "posted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one dropped file."""

    file: str
    result: Result
    filed: Path
    posting: Posting | None = None
    problems: Sequence[Problem] = ()
    contacts: int = 0  # read in the file

    @property
    def waits(self) -> bool:
        """Say whether the file is posted as soon as somebody says yes."""
        return self.result is Result.REFUSED and any(one.slug == DRIFTED for one in self.problems)


class RosterMayFollow(RollbookError):
    """Without a roster this register would bring its own students, but other files still wait."""

    def __init__(self, claimed: Path) -> None:
        self.claimed = claimed
        super().__init__("The roster may be among the files that still wait.")


def take_in(office: Office, path: Path) -> Outcome | None:
    """Take one dropped file in; None when another watcher was quicker or it was taken away."""
    claimed = take(office, path)
    return work_off(office, claimed) if claimed else None


def take(office: Office, path: Path) -> Path | None:
    """Claim a dropped file and return where it is now; None when somebody else has it."""
    try:
        return filing.claim(path, office.folders.received, claims_of(office))
    except FileNotFoundError:
        if path.exists():
            raise
        return None


def turn_of(claimed: Path) -> int:
    """Return when a claimed file is to be worked off: those that bring students come first.

    A file at which Rollbook stopped dead before is not looked into here, so that its tries are
    counted on; should it come too early, it is tried again behind its roster.
    """
    if filing.was_tried(claimed):
        return 0
    with filing.counted_try(claimed):
        return importers.turn_of(Upload(claimed))


def claims_of(office: Office) -> Path:
    """Return this office's own folder in a drop folder on another disk.

    Other offices leave it alone, also those of other computers.
    """
    owner = f"{platform.node()} {office.folders.root.resolve()}"
    return office.folders.drop / f".rollbook-{hashlib.sha256(owner.encode()).hexdigest()[:8]}"


def left_over(office: Office) -> list[Path]:
    """Return files in ``received`` that an earlier run did not finish."""
    filing.sweep(office.folders.received)
    return _files_in(office.folders.received)


def half_claimed(office: Office) -> list[Path]:
    """Return files that an earlier run claimed on another disk and did not bring over."""
    try:
        return _files_in(claims_of(office))
    except OSError:
        return []


def _files_in(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")
    )


def work_off(
    office: Office, claimed: Path, *, accept_drift: bool = False, others_wait: bool = False
) -> Outcome:
    """Post a claimed file and file it away.

    A file that ended the whole program several times is refused unread, so that it cannot do so
    for ever.
    """
    now = datetime.now().astimezone()
    with filing.counted_try(claimed) as tries:
        try:
            if tries >= MOST_TRIES:
                raise _stopped_us(claimed, tries)
            digest = filing.digest_of(claimed)
            known = _posting_of(office, digest)
            posting, contacts = _post(office, claimed, digest, now, accept_drift, others_wait)
        except RefusedFile as refusal:
            filed, problems = filing.file_refused(
                claimed, office.folders.refused, now, refusal.problems
            )
            return Outcome(claimed.name, Result.REFUSED, filed, problems=problems)
        rows = _held_rows(office, posting.id)
        held = [_held_line(row["row"], row["message"]) for row in rows]
        mend = held_book(rows, office.policy.paper)
        filed = filing.file_posted(claimed, office.folders.posted, now, held, mend)
        ours = tries and posting.file == claimed.name  # cut short after its posting
        is_old = known is not None and known.id == posting.id and not ours
        result = Result.DUPLICATE if is_old else Result.POSTED
        return Outcome(claimed.name, result, filed, posting, contacts=contacts)


def _posting_of(office: Office, digest: str) -> Posting | None:
    with office.ledger.read() as connection:
        return book.posting_of(connection, digest)


def _post(
    office: Office,
    claimed: Path,
    digest: str,
    now: datetime,
    accept_drift: bool,
    others_wait: bool,
) -> tuple[Posting, int]:
    """Read the file and post it; return how many contacts it had too.

    A fault of ours refuses the file, so that it ends nothing else."""
    try:
        extract = _extracted(office, claimed)
        if filing.digest_of(claimed) != digest:
            raise NotAllowed("another program is still writing it.")
        if others_wait and _lacks_roster(office, extract):
            raise RosterMayFollow(claimed)
        name = claimed.name
        posting = post(office, extract, digest=digest, file=name, at=now, accept_drift=accept_drift)
        return posting, len(extract.guardians)
    except (RollbookError, OSError):
        raise
    except Exception as fault:
        raise _at_fault(claimed, fault) from fault


def _extracted(office: Office, claimed: Path) -> Extract:
    try:
        return importers.extract(Upload(claimed), office.profile)
    except RefusedFile as refused:
        unknown = refused.problems[0].slug == "unknown-export"
        raise (told_as_calendar(office, claimed) if unknown else None) or refused from None


def _lacks_roster(office: Office, extract: Extract) -> bool:
    if extract.is_roster or not len(extract.marks):
        return False
    with office.ledger.read() as connection:
        return not people.has_roster(connection)


def _at_fault(claimed: Path, fault: Exception) -> RefusedFile:
    """Refuse a file at which Rollbook itself fails; nothing of the file is told: it is private."""
    return RefusedFile(
        [
            refuse(
                "rollbook-at-fault",
                f"“{claimed.name}” met a fault in Rollbook itself ({where_in_code(fault)}). "
                "Nothing was posted, and the file need not be changed. Send this sentence to "
                "whoever looks after Rollbook, and drop the file again when it is mended.",
            )
        ]
    )


def _stopped_us(claimed: Path, tries: int) -> RefusedFile:
    return RefusedFile(
        [
            refuse(
                "stopped-rollbook",
                f"Rollbook stopped {tries} times while reading “{claimed.name}”, so the file was "
                "set aside unread. Open it in Excel, save it under a new name as .csv, and drop "
                "that file.",
            )
        ]
    )


def _held_rows(office: Office, posting: int) -> list[Mapping[str, Any]]:
    with office.ledger.read() as connection:
        return sorted(book.held_rows(connection, posting), key=itemgetter("row"))


def _held_line(row: int, message: str) -> str:
    """Say where and why; most importers say the row themselves."""
    return f"Row {row}: {message}" if row and not message.startswith("Row ") else message
