"""Contacts of students who are not known yet: kept whole, and entered when a roster names them.

A contacts file says nothing of students. When it comes before the roster, or names a child who
has just joined, its rows are held like marks of unknown students; nothing of them is lost.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rollbook.ledger import Connection, people
from rollbook.ledger import postings as book
from rollbook.posting.sheet import Held
from rollbook.register import Guardian

UNKNOWN = "contact-of-unknown-student"


def without_student(connection: Connection, guardians: Sequence[Guardian]) -> list[Held]:
    """Return a held row for each contact whose student the ledger does not know."""
    keys = people.student_keys(connection)
    return [_held(one) for one in guardians if one.student_id not in keys]


def waiting(connection: Connection) -> list[Mapping[str, Any]]:
    """Return the held rows that are contacts."""
    return [row for row in book.held_rows(connection) if row["slug"] == UNKNOWN]


def strike_off_older(connection: Connection, posting: int, guardians: Sequence[Guardian]) -> None:
    """Strike off contacts held earlier of students whose contacts this file says anew."""
    mentioned = {one.student_id for one in guardians}
    older = [row["id"] for row in waiting(connection) if row["student_id"] in mentioned]
    book.release(connection, older, posting)


def now_known(connection: Connection) -> list[Mapping[str, Any]]:
    """Return the held contacts whose student has become known."""
    keys = people.student_keys(connection)
    return [row for row in waiting(connection) if row["student_id"] in keys]


def enter(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter held contacts. Contacts that their student has by now are newer, and stay."""
    keys = people.student_keys(connection)
    settled = {keys[student_id] for student_id in people.guardians(connection)}
    still_wanted = [row for row in rows if keys[row["student_id"]] not in settled]
    people.save_guardians(
        connection, [Guardian(**json.loads(row["comment"])) for row in still_wanted]
    )


def _held(guardian: Guardian) -> Held:
    return Held(
        UNKNOWN,
        f"{guardian.name} is a contact of student “{guardian.student_id}”, whom no roster has. "
        "Drop the roster that has this student; the contact is entered then.",
        guardian.student_id,
        0,
        student_id=guardian.student_id,
        comment=json.dumps(asdict(guardian), ensure_ascii=False),
    )
