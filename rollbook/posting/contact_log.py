"""Contacts of a dropped list, entered in the log of actions: once each, and taken back whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rollbook.ledger import Connection, care, people
from rollbook.ledger.postings import Posting
from rollbook.office import Office
from rollbook.problems import Problem, counted, hold, note
from rollbook.register import Action

ENTERED = "contacts-entered"
"""The slug of the note that names, in its value, the numbers of the entries a posting made."""

THERE = "contacts-there"
"""The slug of the note that some contacts were in the log already."""


@dataclass(frozen=True)
class Logged:
    """What became of the contacts of a list: the numbers of the entries, and what is to be said."""

    numbers: Sequence[int] = ()
    problems: Sequence[Problem] = ()


def enter_contacts(
    connection: Connection, office: Office, contacts: Mapping[int, Action], at: datetime
) -> Logged:
    """Enter contacts, by the row of each; one that is in the log already is left out."""
    if not contacts:
        return Logged()
    known = {*people.student_ids(connection).values()}
    there = {_same(one) for one in care.actions(connection)}
    numbers: list[int] = []
    problems: list[Problem] = []
    before = 0
    for row, contact in contacts.items():
        if contact.student_id not in known:
            problems.append(_unknown(row, contact))
            continue
        if contact.day > at.date():
            problems.append(_to_come(row, contact))
            continue
        by = contact.by or office.settings.clerk
        entry = replace(contact, by=by, at=at.isoformat(timespec="seconds"))
        if _same(entry) in there:
            before += 1
        else:
            numbers.append(care.save_action(connection, entry).number)
            there.add(_same(entry))
    if numbers:
        said = f"{counted(len(numbers), 'contact')} entered in the log of actions."
        problems.append(note(ENTERED, said, value=" ".join(map(str, numbers))))
    if before:
        said = f"{counted(before, 'contact')} stood in the log of actions already."
        problems.append(note(THERE, said))
    return Logged(numbers, problems)


def entered_by(posting: Posting) -> list[int]:
    """Return the numbers of the entries of the log of actions that a posting made."""
    values = [one["value"] for one in posting.problems if one["slug"] == ENTERED]
    return [int(number) for value in values for number in value.split()]


def found_contacts(posting: Posting) -> bool:
    """Say whether a list named contacts that were in the log already, by another posting."""
    return any(one["slug"] == THERE for one in posting.problems)


def strike_contacts(
    connection: Connection, office: Office, posting: Posting, reason: str, at: datetime
) -> int:
    """Strike the contacts that a posting entered off the log; return how many stood there."""
    stamp = at.isoformat(timespec="seconds")
    struck = [
        care.strike_action(connection, number, reason, office.settings.clerk, stamp)
        for number in entered_by(posting)
    ]
    return sum(one is not None for one in struck)


def _same(contact: Action) -> tuple[str, ...]:
    """Return what tells two contacts apart: two adults, or two calls by two clerks, are two."""
    about = contact.student_id, contact.day.isoformat(), contact.kind
    return *about, contact.guardian, contact.note, contact.by


def _unknown(row: int, contact: Action) -> Problem:
    return hold(
        "contact-unreadable",
        f"Row {row}: no student has the id “{contact.student_id}”. Nothing was entered for it. "
        "Correct the id, or drop the roster that has this student first, and drop the list again.",
        value=contact.student_id,
    )


def _to_come(row: int, contact: Action) -> Problem:
    return hold(
        "contact-unreadable",
        f"Row {row}: {contact.day:%d %B %Y} is still to come. Nothing was entered for it. Enter "
        "what was done, on the day it was done.",
        value=contact.day.isoformat(),
    )
