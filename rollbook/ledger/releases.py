"""The release log: verification documents, and what became of each. It only grows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import chain, schema
from rollbook.ledger.serials import new_serial

ISSUED, HANDED_OVER, REISSUED, VOID = "issued", "handed over", "reissued", "void"
"""The steps of a document. Who may have it, and on what grounds, is the note of the first."""


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification document as it was released."""

    serial: str
    student_id: str
    kind: str
    purpose: str
    requested_by: str
    released_to: str
    consent: str
    issued: date
    expires: date | None
    by: str
    template_digest: str
    fields: Mapping[str, Any]
    file: str
    request: str


@dataclass(frozen=True, slots=True)
class ReleaseEvent:
    """One step of a document from its release on: one of the steps above."""

    serial: str
    step: str
    note: str = ""
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """A released document and its steps, oldest first."""

    document: Verification
    steps: Sequence[ReleaseEvent]

    @property
    def last(self) -> str:
        """The newest step that changed where the document stands."""
        return self.steps[-1].step if self.steps else ISSUED

    def is_waiting(self, day: date) -> bool:
        """Say whether it lies ready to be picked up: handed to nobody yet, and still good."""
        return self.last == ISSUED and not self.has_expired(day)

    def has_expired(self, day: date) -> bool:
        """Say whether its last day has passed."""
        return self.document.expires is not None and self.document.expires < day

    def state(self, day: date) -> str:
        """Return where it stands, in a word or two."""
        if self.last == ISSUED:
            return "expired" if self.has_expired(day) else "waiting for pick-up"
        return self.last


def new_verification_serial(connection: sa.Connection, year: int) -> str:
    """Return the next document's serial, such as ``V-2026-00003``. Call inside a write."""
    return new_serial(connection, schema.verification, "V", year)


def save_verification(connection: sa.Connection, document: Verification) -> None:
    """Enter a released document in the release log."""
    key = connection.execute(
        sa.select(schema.student.c.key).where(schema.student.c.student_id == document.student_id)
    ).scalar_one()
    values = {
        name: getattr(document, name)
        for name in Verification.__dataclass_fields__
        if name != "student_id"
    }
    connection.execute(sa.insert(schema.verification).values(student=key, **values))
    chain.link(connection, "verification", [document.serial])


def verifications(
    connection: sa.Connection, *, request: str = "", serial: str = ""
) -> list[Verification]:
    """Return the release log in order of serial: all of it, the release that answered one
    request, or the one with a serial."""
    table = schema.verification
    query = (
        sa.select(table, schema.student.c.student_id)
        .join(schema.student, schema.student.c.key == table.c.student)
        .order_by(table.c.serial)
    )
    if request:
        query = query.where(table.c.request == request)
    if serial:
        query = query.where(table.c.serial == serial)
    return [
        Verification(**{name: row._mapping[name] for name in Verification.__dataclass_fields__})
        for row in connection.execute(query)
    ]


def released(connection: sa.Connection) -> list[Released]:
    """Return every released document with its steps, in order of serial."""
    steps: dict[str, list[ReleaseEvent]] = defaultdict(list)
    for event in release_events(connection):
        steps[event.serial].append(event)
    return [Released(one, steps[one.serial]) for one in verifications(connection)]


def save_release_event(connection: sa.Connection, event: ReleaseEvent) -> None:
    """Enter one step of a released document."""
    values = {name: getattr(event, name) for name in ReleaseEvent.__dataclass_fields__}
    entered = connection.execute(sa.insert(schema.release_event).values(**values))
    key = entered.inserted_primary_key
    assert key is not None
    chain.link(connection, "release_event", [int(key[0])])


def release_events(connection: sa.Connection, serial: str = "") -> list[ReleaseEvent]:
    """Return the steps of one released document or of all, oldest first."""
    table = schema.release_event
    query = sa.select(table).order_by(table.c.id)
    if serial:
        query = query.where(table.c.serial == serial)
    names = ReleaseEvent.__dataclass_fields__
    return [
        ReleaseEvent(**{name: row._mapping[name] for name in names})
        for row in connection.execute(query)
    ]
