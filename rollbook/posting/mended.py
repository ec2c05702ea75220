"""Held rows that come back mended: each is posted once, or held once more, never both.

The clerk mends the workbook that lies beside the slip and drops it. Each of its rows names the
row first held by its number. Where that one no longer waits (a roster released it, a newer file
said the session anew, it was dropped mended before), the row is left out with a note. Where it
waits, the mended row takes its place: it is posted, or held again under the same number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rollbook.importers.contract import Extract
from rollbook.importers.mended_rows import NAME, NO_NUMBER, NUMBER
from rollbook.ledger import Connection
from rollbook.ledger import postings as book
from rollbook.posting.sheet import Held
from rollbook.problems import Problem, Severity, note

_OTHER_LISTS = ("contact-", "correction-")


def is_of_a_mark(held: Mapping[str, Any]) -> bool:
    """Say whether a held row is of a mark, so that it can be mended in a list of held rows.

    Contacts and corrections are mended in their own lists, which say more than a mark.
    """
    return not held["slug"].startswith(_OTHER_LISTS)


@dataclass(frozen=True)
class Mended:
    """The rows of a file that mend held rows: by row, the held row that waits, and its number."""

    waiting: Mapping[int, int] = field(default_factory=dict)  # row → id of the held row
    numbers: Mapping[int, int] = field(default_factory=dict)  # row → number it was given first

    def settle(self, connection: Connection, posting: int) -> None:
        """Let the held rows wait no longer: what the file says takes their place."""
        book.release(connection, sorted({*self.waiting.values()}), posting)

    def numbered(self, held: Sequence[Held]) -> list[Held]:
        """Return rows held anew with the numbers of the rows they stand for."""
        return [replace(row, stands_for=self.numbers.get(row.row)) for row in held]


def only_waiting(connection: Connection, extract: Extract) -> tuple[Extract, Mended]:
    """Return the extract with only the mended rows whose held row still waits.

    A row that cannot be read leaves its held row as it is. Other extracts come back unchanged.
    """
    if extract.importer != NAME:
        return extract, Mended()
    open_rows = {row["stands_for"] or row["id"]: row["id"] for row in book.held_rows(connection)}
    frame = extract.marks
    rows = [int(row) for row in frame["row"].tolist()]
    waiting = {
        row: open_rows[extract.mends[row]] for row in rows if extract.mends.get(row) in open_rows
    }
    ever = book.held_numbers(connection)
    problems = [_still_held(problem) for problem in extract.problems]
    problems += [
        _settled(row) if number in ever else _never_held(row, number)
        for row, number in sorted(extract.mends.items())
        if number not in open_rows
    ]
    kept = replace(extract, marks=frame[frame["row"].isin(list(waiting))], problems=problems)
    return kept, Mended(waiting, {row: extract.mends[row] for row in waiting})


def _still_held(problem: Problem) -> Problem:
    """Say that an unreadable row is held as it was: it is not to be held a second time."""
    if problem.severity is not Severity.HOLD or problem.slug == NO_NUMBER:
        return problem
    message = (
        f"{problem.message.rstrip('.')}. The row is held as before; mend it and drop it again."
    )
    return note(problem.slug, message, value=problem.value, place=problem.place)


def _settled(row: int) -> Problem:
    return note(
        "posted-since",
        f"Row {row} waits no longer: it was posted since, a newer file says the same session, or "
        "its file was taken back.",
    )


def _never_held(row: int, number: int) -> Problem:
    return note(
        "unknown-held-number",
        f"Row {row} has the number {number} in column “{NUMBER}”, and no held row ever had it. "
        "Nothing was posted for it; the row it mends is held as before. Put its number back and "
        "drop the list again.",
        value=str(number),
    )
