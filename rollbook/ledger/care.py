"""What the office did about students, and the reasons for care it noted.

Both only grow. A reason for care that ends gets a further row with its last day, and an action
entered by mistake one that strikes it off, so that the trail shows who entered what, and when.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import chain, schema
from rollbook.register import Action, HoldBack


def save_action(connection: sa.Connection, action: Action) -> Action:
    """Enter what the office did about a student, and return it with its number in the log."""
    student = _key(connection, action.student_id)
    number = _enter(connection, schema.action, {"student": student, **_values(action)})
    return replace(action, number=number)


def actions(connection: sa.Connection, student_id: str = "") -> list[Action]:
    """Return what was done about one student or about all, in order of the day.

    Entries that were struck off are not among them.
    """
    table = schema.action
    found = _with_student(connection, table, student_id, (table.c.day, table.c.id))
    struck = {row["strikes"] for row in found}
    return [_action(row) for row in found if row["strikes"] is None and row["id"] not in struck]


def strike_action(
    connection: sa.Connection, number: int, reason: str, by: str, at: str
) -> Action | None:
    """Take an action entered by mistake off the log; the trail keeps it, with the reason.

    Return it, or None when no such action stands.
    """
    found = next((one for one in actions(connection) if one.number == number), None)
    if found:
        values = _values(found) | {"note": reason, "by": by, "at": at, "strikes": number}
        key = _key(connection, found.student_id)
        _enter(connection, schema.action, {"student": key, **values})
    return found


def _action(row: Mapping[Any, Any]) -> Action:
    names = [name for name in Action.__dataclass_fields__ if name != "number"]
    return Action(**{name: row[name] for name in names}, number=row["id"])


def save_hold_back(connection: sa.Connection, hold_back: HoldBack, at: str) -> None:
    """Enter a reason for care."""
    student = _key(connection, hold_back.student_id)
    _enter(connection, schema.hold_back, {"student": student, "at": at, **_values(hold_back)})


def end_hold_back(
    connection: sa.Connection, student_id: str, reason: str, last: date, by: str, at: str
) -> int:
    """Let a reason for care end: it no longer holds after ``last``. Return how many were open.

    Nothing is entered when none stands after ``last``.
    """
    found = [
        row
        for row in _hold_back_rows(connection, student_id)
        if row["reason"] == reason and (row["last"] is None or row["last"] > last)
    ]
    for row in found:
        about = {"student": row["student"], "reason": reason, "first": row["first"]}
        ending = {"last": last, "note": "", "by": by, "at": at, "ends": row["id"]}
        _enter(connection, schema.hold_back, about | ending)
    return len(found)


def hold_backs(connection: sa.Connection, student_id: str = "") -> dict[str, list[HoldBack]]:
    """Return the reasons for care of every student, or of one, oldest first, ended ones too."""
    found: dict[str, list[HoldBack]] = defaultdict(list)
    for row in _hold_back_rows(connection, student_id):
        values = {name: row[name] for name in HoldBack.__dataclass_fields__}
        found[row["student_id"]].append(HoldBack(**values))
    return dict(found)


def _hold_back_rows(connection: sa.Connection, student_id: str) -> list[dict[str, Any]]:
    """Return the reasons for care as they stand: each with the last day that was settled last."""
    table = schema.hold_back
    standing: dict[int, dict[str, Any]] = {}
    for row in _with_student(connection, table, student_id, (table.c.id,)):
        if row["ends"] is None:
            standing[row["id"]] = dict(row)
        else:
            standing[row["ends"]]["last"] = row["last"]
    return list(standing.values())


def _with_student(
    connection: sa.Connection,
    table: sa.Table,
    student_id: str,
    order: tuple[sa.ColumnElement[Any], ...],
) -> list[Mapping[Any, Any]]:
    query = (
        sa.select(table, schema.student.c.student_id)
        .join(schema.student, schema.student.c.key == table.c.student)
        .order_by(*order)
    )
    if student_id:
        query = query.where(schema.student.c.student_id == student_id)
    return [row._mapping for row in connection.execute(query)]


def _enter(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """Enter a row and its link in the chain; return its number."""
    key = connection.execute(sa.insert(table).values(**values)).inserted_primary_key
    assert key is not None
    chain.link(connection, table.name, [int(key[0])])
    return int(key[0])


def _key(connection: sa.Connection, student_id: str) -> int:
    query = sa.select(schema.student.c.key).where(schema.student.c.student_id == student_id)
    return int(connection.execute(query).scalar_one())


def _values(thing: Action | HoldBack) -> dict[str, Any]:
    names = [name for name in thing.__dataclass_fields__ if name not in ("student_id", "number")]
    return {name: getattr(thing, name) for name in names}
