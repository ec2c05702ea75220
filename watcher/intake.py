"""One file's whole story: claim, recognise, read, post, file away.

The order makes a crash at any instant harmless. The file is moved only after its posting is
committed, and its digest is in the ledger from then on: a file found in ``received/`` at the next
start is either posted already, and only moved, or done from the beginning. Never twice, never lost.
"""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from rollbook import importers
from rollbook.importers.upload import Upload
from rollbook.ledger import postings as book
from rollbook.ledger.postings import Posting
from rollbook.office import Office
from rollbook.posting import post
from rollbook.problems import NotAllowed, Problem, RefusedFile, RollbookError, refuse, where_in_code
from watcher import filing

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


def take_in(office: Office, path: Path) -> Outcome | None:
    """Take one dropped file in; None when another watcher was quicker or it was taken away."""
    try:
        claimed = filing.claim(path, office.folders.received, claims_of(office))
    except FileNotFoundError:
        if path.exists():
            raise
        return None
    return work_off(office, claimed)


def claims_of(office: Office) -> Path:
    """Return this office's own folder in a drop folder on another disk.

    Other offices leave it alone, also those of other computers.
    """
    owner = f"{platform.node()} {office.folders.root.resolve()}"
    return office.folders.drop / f".rollbook-{hashlib.sha256(owner.encode()).hexdigest()[:8]}"


def left_over(office: Office) -> list[Path]:
    """Return files in ``received`` that an earlier run did not finish."""
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


def work_off(office: Office, claimed: Path, *, accept_drift: bool = False) -> Outcome:
    """Post a claimed file and file it away.

    A file that ended the whole program several times is refused unread, so that it cannot do so
    for ever.
    """
    now = datetime.now().astimezone()
    with filing.counted_try(claimed) as tries:
        try:
            if tries >= MOST_TRIES:
                raise _stopped_us(claimed, tries)
            posting, known = _posted(office, claimed, now, accept_drift)
        except RefusedFile as refusal:
            filed, problems = filing.file_refused(
                claimed, office.folders.refused, now, refusal.problems
            )
            return Outcome(claimed.name, Result.REFUSED, filed, problems=problems)
        held = _held_lines(office, posting.id)
        filed = filing.file_posted(claimed, office.folders.posted, now, held)
        ours = tries and posting.file == claimed.name  # cut short after its posting
        result = Result.DUPLICATE if known and not ours else Result.POSTED
        return Outcome(claimed.name, result, filed, posting)


def _posted(
    office: Office, claimed: Path, now: datetime, accept_drift: bool
) -> tuple[Posting, bool]:
    """Return the file's posting, and whether its bytes were posted before."""
    seen = claimed.stat()
    digest = filing.digest_of(claimed)
    with office.ledger.read() as connection:
        known = book.posting_of(connection, digest)
    if known:
        return known, True
    try:
        extract = importers.extract(Upload(claimed), office.profile)
        _refuse_to_hurry(claimed, seen.st_size, seen.st_mtime_ns)
        name = claimed.name
        posting = post(office, extract, digest=digest, file=name, at=now, accept_drift=accept_drift)
    except (RollbookError, OSError):
        raise
    except Exception as fault:
        raise _at_fault(claimed, fault) from fault
    return posting, False


def _refuse_to_hurry(claimed: Path, size: int, modified: int) -> None:
    """Put a file off that somebody still writes in, though it stood still when it was taken."""
    now = claimed.stat()
    if (now.st_size, now.st_mtime_ns) != (size, modified):
        raise NotAllowed("another program is still writing it.")


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


def _held_lines(office: Office, posting: int) -> list[str]:
    with office.ledger.read() as connection:
        rows = book.held_rows(connection, posting)
    return [_held_line(row["row"], row["message"]) for row in rows]


def _held_line(row: int, message: str) -> str:
    """Say where and why; most importers say the row themselves."""
    return f"Row {row}: {message}" if row and not message.startswith("Row ") else message
