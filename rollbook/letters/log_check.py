"""Whether the logs are as they were written: the chain of digests, and the files of letters.

Whoever edits the ledger with another tool changes an entry and not its digest. Who cuts off the
newest entries leaves a chain that fits, but not the lists of the batches, which note how far the
chain went. A letter's file must have the digest that was entered when it was printed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollbook.ledger import Connection, chain
from rollbook.ledger import letters as book
from rollbook.ledger.chain import Break, Head
from rollbook.ledger.letters import Event, State
from rollbook.letters.batches import LISTING, UNFINISHED, joined_faults, noted_head
from rollbook.office import Office

WORDS: Mapping[str, str] = {
    "letter": "letter",
    "letter_event": "step of a letter",
    "delivery": "e-mail or message of a letter",
    "verification": "verification document",
    "release_event": "step of a verification document",
    "action": "action",
    "hold_back": "reason for care",
    "": "entry",
}
"""The logs in the chain, in the words of the office."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit: the number of the entry, which one it is, and what is wrong with it."""

    number: int
    which: str
    what: str


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was looked at, and what does not fit: nothing when all is as it was written.

    A file that is ``missing`` is no fault: the letter can be made again, the very same.
    """

    head: Head
    lists: int
    files: int
    missing: int
    faults: Sequence[Fault]


def check_log(office: Office, noted: Head | None = None, *, files: bool = True) -> LogReport:
    """Hold the logs against their chain, against the lists of the batches, and the files.

    ``noted`` is a head the office wrote down elsewhere. Nothing is entered or mended.
    """
    heads = _noted(office)
    held_against = heads | ({"what you wrote down": noted} if noted else {})
    with office.ledger.read() as connection:
        report = chain.examine(connection, held_against)
        faults = [_fault(connection, one) for one in report.breaks]
        kept = _files(office, connection) if files else {}
    changed = [Fault(0, f"file of {one}", what) for one, what in kept.items() if what]
    changed += _joined(office) if files else []
    missing = sum(what is None for what in kept.values())
    return LogReport(report.head, len(heads), len(kept) - missing, missing, [*faults, *changed])


def _noted(office: Office) -> dict[str, Head]:
    """Return how far the log went by each list of a batch, by the list's name.

    A list is written just before its letters are entered: in a folder that says that it is not
    finished it may name entries that were never kept.
    """
    found = {}
    for listing in sorted(office.folders.letters.glob(f"*/{LISTING}")):
        head = noted_head(listing.parent)
        if head and not (listing.parent / UNFINISHED).exists():
            found[f"the list of batch {listing.parent.name}"] = head
    return found


def _joined(office: Office) -> list[Fault]:
    """Hold the joined files against the lists of their batches."""
    return [
        Fault(0, f"joined file of batch {listing.parent.name}", what)
        for listing in sorted(office.folders.letters.glob(f"*/{LISTING}"))
        for what in joined_faults(listing.parent)
    ]


def _fault(connection: Connection, one: Break) -> Fault:
    says = chain.entry(connection, one.log, one.key) if one.log else None
    if says is not None:
        return Fault(one.number, f"{WORDS[one.log]} {_which(says)}", one.what)
    before = chain.entry_linked(connection, one.number - 1)
    after = chain.entry_linked(connection, one.number + 1)
    sides = [f"{side} {_which(row)}" for side, row in (("after", before), ("before", after)) if row]
    where = f" ({', '.join(sides)})" if sides else ""
    key = f" {one.key}" if one.log in ("letter", "verification") else ""
    return Fault(one.number, f"{WORDS[one.log]}{key}{where}", one.what)


def _which(says: Mapping[str, Any]) -> str:
    """Say which entry it is: its serial, its step, and when it was entered by whom."""
    what = says.get("state") or says.get("step") or says.get("kind") or says.get("reason") or ""
    when = str(says.get("at") or says.get("day") or says.get("issued") or "")[:16]
    parts = (says.get("serial") or "", what, when.replace("T", " "), says.get("by") or "")
    return ", ".join(str(part) for part in parts if part)


def _files(office: Office, connection: Connection) -> dict[str, str | None]:
    """Compare the files of printed letters with the digests entered.

    Returns by letter what is wrong with one of its files: nothing, or None when it is not there.
    """
    found: dict[str, str | None] = {}
    for letter in book.letters(connection, words=False):
        if letter.file:
            for event in book.events(connection, letter.serial):
                if event.state is State.PRINTED and event.digest:
                    found[letter.serial] = found.get(letter.serial) or _file_fault(office, event)
    return found


def _file_fault(office: Office, event: Event) -> str | None:
    try:
        content = (office.folders.root / event.file).read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        return f"“{event.file}” cannot be read now"
    if hashlib.sha256(content).hexdigest() != event.digest:
        return f"“{event.file}” is not as it was printed: it was changed or replaced"
    return ""
