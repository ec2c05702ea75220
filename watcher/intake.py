"""One file's whole story: claim, recognise, read, post, file away.

The order makes a crash at any instant harmless. The file is moved only after its posting is
committed, and its digest is in the ledger from then on: a file found in ``received/`` at the next
start is either posted already, and only moved, or done from the beginning. Never twice, never lost.
"""

import os
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
from rollbook.problems import Problem, RefusedFile, refuse
from watcher import filing


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


def take_in(office: Office, path: Path, *, accept_drift: bool = False) -> Outcome | None:
    """Take one dropped file in; None when another watcher was quicker or it was taken away."""
    try:
        claimed = filing.claim(path, office.folders.received)
    except FileNotFoundError:
        return None
    return work_off(office, claimed, accept_drift=accept_drift)


def left_over(office: Office) -> list[Path]:
    """Return files that an earlier run claimed and did not finish."""
    return sorted(
        path
        for path in office.folders.received.iterdir()
        if path.is_file() and not path.name.startswith(".")
    )


def work_off(office: Office, claimed: Path, *, accept_drift: bool = False) -> Outcome:
    """Post a claimed file and file it away."""
    now = datetime.now().astimezone()
    digest = filing.digest_of(claimed)
    with office.ledger.read() as connection:
        known = book.posting_of(connection, digest)
    if known:
        filed = filing.file_posted(claimed, office.folders.posted, now)
        return Outcome(claimed.name, Result.DUPLICATE, filed, known)
    try:
        posting = _post(office, claimed, digest, now, accept_drift)
    except RefusedFile as refusal:
        filed = filing.file_refused(claimed, office.folders.refused, now, refusal.problems)
        return Outcome(claimed.name, Result.REFUSED, filed, problems=refusal.problems)
    filed = filing.file_posted(claimed, office.folders.posted, now, _held_lines(office, posting.id))
    return Outcome(claimed.name, Result.POSTED, filed, posting)


def _post(office: Office, claimed: Path, digest: str, now: datetime, accept_drift: bool) -> Posting:
    if os.path.getsize(claimed) == 0:
        raise RefusedFile(
            [refuse("empty", "the file is empty. Export it again and drop the new file.")]
        )
    upload = Upload(claimed)
    extract = importers.extract(upload, office.profile)
    return post(
        office, extract, digest=digest, file=claimed.name, at=now, accept_drift=accept_drift
    )


def _held_lines(office: Office, posting: int) -> list[str]:
    with office.ledger.read() as connection:
        rows = book.held_rows(connection, posting)
    return [f"row {row['row']}: {row['message']}" if row["row"] else row["message"] for row in rows]
