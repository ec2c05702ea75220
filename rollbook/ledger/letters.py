"""Letters and findings in the ledger.

A letter is written once and never changed; what happens to it is a chain of events, and its state
is the newest of them. Nothing is deleted: a letter that should not go is void, with the reason.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import chain, schema
from rollbook.ledger.postings import owe_for_letters
from rollbook.ledger.serials import new_serial


class State(StrEnum):
    """The life of a letter."""

    PREPARED = "prepared"
    APPROVED = "approved"
    HELD = "held"
    PRINTED = "printed"
    MAILED = "mailed"
    RETURNED = "returned"
    VOID = "void"


NEXT: Mapping[State, frozenset[State]] = {
    State.PREPARED: frozenset({State.APPROVED, State.HELD, State.VOID}),
    State.HELD: frozenset({State.APPROVED, State.VOID}),
    State.APPROVED: frozenset({State.PRINTED, State.HELD, State.VOID}),
    State.PRINTED: frozenset({State.APPROVED, State.PRINTED, State.MAILED, State.VOID}),
    State.MAILED: frozenset({State.RETURNED, State.VOID}),
    State.RETURNED: frozenset({State.PRINTED, State.MAILED, State.VOID}),
    State.VOID: frozenset(),
}
"""Which step may follow which. An e-mail that could not go is approved again, to be printed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one guardian, as it was prepared, and where it stands now."""

    serial: str
    student_id: str
    trigger: str
    part: str
    guardian: Mapping[str, Any]
    language: str
    template: str
    template_digest: str
    fields: Mapping[str, Any]
    evidence: Sequence[Sequence[str]]  # (ISO date, part, symbol) of each mark relied on
    school_year: str
    as_of: date
    notes: Sequence[str] = ()
    withdraws: str = ""  # the serial of the letter that this one takes back
    state: State = State.PREPARED
    at: str = ""
    by: str = ""
    note: str = ""
    file: str = ""
    again: bool = False
    prepared_at: str = ""
    mailed_at: str = ""  # when it last went out; "" while it has not

    @property
    def holds_evidence(self) -> bool:
        """Say whether no further letter may rest on the same evidence.

        A letter that stands holds it; so does one the clerk voided because it must not go. One that
        was voided to be written anew does not.
        """
        return self.state is not State.VOID or not self.again

    @property
    def prepared(self) -> date:
        """The day the letter was prepared."""
        return date.fromisoformat(self.prepared_at[:10])

    @property
    def mailed(self) -> date | None:
        """The day the letter last went out; None while it has not."""
        return date.fromisoformat(self.mailed_at[:10]) if self.mailed_at else None


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the life of a letter."""

    serial: str
    state: State
    at: str
    by: str
    note: str = ""
    file: str = ""
    again: bool = False
    method: str = ""  # how it went out: post, e-mail, text, by hand
    digest: str = ""  # SHA-256 of the file it was printed as


def new_letter_serial(connection: sa.Connection, year: int) -> str:
    """Return the next letter's serial, such as ``L-2026-00017``. Call inside a write."""
    return new_serial(connection, schema.letter, "L", year)


def save_letter(connection: sa.Connection, letter: Letter, at: str, by: str) -> None:
    """Enter a letter and its first event."""
    names = [column.name for column in schema.letter.c if column.name != "student"]
    values = {name: getattr(letter, name) for name in names}
    key = connection.execute(
        sa.select(schema.student.c.key).where(schema.student.c.student_id == letter.student_id)
    ).scalar_one()
    connection.execute(sa.insert(schema.letter).values(student=key, **values))
    chain.link(connection, "letter", [letter.serial])
    save_events(connection, [Event(letter.serial, letter.state, at, by, letter.note)])


def save_events(connection: sa.Connection, events: Sequence[Event]) -> None:
    """Enter steps in the life of letters."""
    if not events:
        return
    owe_for_letters(connection)
    table = schema.letter_event
    newest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
    names = Event.__dataclass_fields__
    rows = [{name: getattr(event, name) for name in names} for event in events]
    connection.execute(sa.insert(table), rows)
    entered = sa.select(table.c.id).where(table.c.id > newest).order_by(table.c.id)
    chain.link(connection, "letter_event", list(connection.execute(entered).scalars()))


_NAMED_AT_ONCE = 500  # a database takes only so many values in one question


def letters(
    connection: sa.Connection,
    *,
    states: Sequence[State] = (),
    serials: Sequence[str] = (),
    student_id: str = "",
    words: bool = True,
) -> list[Letter]:
    """Return letters in order of serial, all of them or those in some states.

    Without ``words`` their fields stay empty: who goes through a long log needs little memory.
    """
    event = schema.letter_event
    mailed = sa.case((event.c.state == State.MAILED.value, event.c.at), else_="")
    lives = sa.select(
        sa.func.max(event.c.id).label("newest"),
        sa.func.min(event.c.at).label("prepared_at"),
        sa.func.max(mailed).label("mailed_at"),
    ).group_by(event.c.serial)
    wanted = set(serials)
    if 0 < len(wanted) <= _NAMED_AT_ONCE:  # of a long log, only these letters' steps are read
        lives = lives.where(event.c.serial.in_(wanted))
    life = lives.subquery()
    query = (
        sa.select(
            *(column for column in schema.letter.c if words or column.name != "fields"),
            schema.student.c.student_id,
            event.c.state,
            event.c.at,
            event.c.by,
            event.c.note,
            event.c.file,
            event.c.again,
            life.c.prepared_at,
            life.c.mailed_at,
        )
        .select_from(life)
        .join(event, event.c.id == life.c.newest)
        .join(schema.letter, schema.letter.c.serial == event.c.serial)
        .join(schema.student, schema.student.c.key == schema.letter.c.student)
    )
    if states:
        query = query.where(event.c.state.in_([state.value for state in states]))
    if student_id:
        query = query.where(schema.student.c.student_id == student_id)
    found = [_letter(row._mapping) for row in connection.execute(query)]
    chosen = (letter for letter in found if not wanted or letter.serial in wanted)
    return sorted(chosen, key=lambda letter: letter.serial)


def standing(letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters to families that stand: not void, and not being taken back by another."""
    return [one for one in _not_taken_back(letters) if one.state is not State.VOID]


def telling(letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters whose evidence no further letter to the same person may rest on."""
    return [one for one in _not_taken_back(letters) if one.holds_evidence]


def _not_taken_back(letters: Sequence[Letter]) -> list[Letter]:
    taken_back = {one.withdraws for one in letters if one.state is not State.VOID}
    return [one for one in letters if not one.withdraws and one.serial not in taken_back]


def _letter(row: Mapping[Any, Any]) -> Letter:
    values = {name: row[name] for name in Letter.__dataclass_fields__ if name in row}
    return Letter(**({"fields": {}} | values | {"state": State(row["state"])}))


def events(connection: sa.Connection, serial: str) -> list[Event]:
    """Return the life of one letter, oldest step first."""
    table = schema.letter_event
    query = sa.select(table).where(table.c.serial == serial).order_by(table.c.id)
    return [_event(row._mapping) for row in connection.execute(query)]


def _event(row: Mapping[Any, Any]) -> Event:
    values = {name: row[name] for name in Event.__dataclass_fields__}
    return Event(**(values | {"state": State(row["state"])}))


def save_findings(
    connection: sa.Connection,
    findings: Mapping[tuple[str, str, str], Mapping[str, Any]],
    as_of: date,
    only: Collection[str] | None = None,
) -> tuple[int, int]:
    """Bring the findings on record up to date; return how many are new and how many cleared.

    ``findings`` maps (student id, trigger, part) to the finding as JSON. One that is on record and
    no longer found is cleared with the date; it stays readable. With ``only`` the findings are
    those of these students alone, and nobody else's are touched.
    """
    table = schema.finding
    keys = {
        row.student_id: row.key
        for row in connection.execute(sa.select(schema.student.c.student_id, schema.student.c.key))
    }
    query = (
        sa.select(table, schema.student.c.student_id)
        .join(schema.student, schema.student.c.key == table.c.student)
        .where(table.c.cleared.is_(None))
    )
    standing = {
        (row.student_id, row.trigger, row.part): row.id
        for row in connection.execute(query)
        if only is None or row.student_id in only
    }
    fresh = [
        {
            "student": keys[student_id],
            "trigger": trigger,
            "part": part,
            "since": as_of,
            "as_of": as_of,
            "cleared": None,
            "content": content,
        }
        for (student_id, trigger, part), content in findings.items()
        if (student_id, trigger, part) not in standing
    ]
    again = [
        {"the_id": standing[name], "the_content": content}
        for name, content in findings.items()
        if name in standing
    ]
    cleared = [{"the_id": number} for name, number in standing.items() if name not in findings]
    this = table.c.id == sa.bindparam("the_id")
    if fresh:
        connection.execute(sa.insert(table), fresh)
    if again:
        content = sa.bindparam("the_content", type_=sa.JSON)
        connection.execute(sa.update(table).where(this).values(as_of=as_of, content=content), again)
    if cleared:
        connection.execute(sa.update(table).where(this).values(cleared=as_of), cleared)
    return len(fresh), len(cleared)
