"""Students, guardians and enrolments in the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import schema
from rollbook.ledger.protection import still_protected
from rollbook.register import Enrolment, Guardian, Student

_TEXT_FIELDS = (
    "family_name",
    "given_name",
    "known_as",
    "state_id",
    "grade",
    "form",
    "campus",
    "language",
)


def student_keys(connection: sa.Connection) -> dict[str, int]:
    """Return the ledger's key of every student, by student id and by state id.

    A state id leads to its student unless two students have it, or it is another's student id.
    """
    table = schema.student
    rows = connection.execute(sa.select(table.c.key, table.c.student_id, table.c.state_id)).all()
    by_state: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.state_id:
            by_state[row.state_id].append(row.key)
    keys = {state_id: found[0] for state_id, found in by_state.items() if len(found) == 1}
    return keys | {row.student_id: row.key for row in rows}


def student_ids(connection: sa.Connection) -> dict[int, str]:
    """Return the student id of every key of the ledger."""
    table = schema.student
    rows = connection.execute(sa.select(table.c.key, table.c.student_id))
    return {row.key: row.student_id for row in rows}


def campuses(connection: sa.Connection) -> dict[int, str]:
    """Return the campus of every key of the ledger."""
    table = schema.student
    rows = connection.execute(sa.select(table.c.key, table.c.campus))
    return {row.key: row.campus for row in rows}


def has_roster(connection: sa.Connection) -> bool:
    """Say whether a roster was ever posted."""
    return bool(
        connection.execute(
            sa.select(sa.exists().where(schema.student.c.on_roster.is_(True)))
        ).scalar()
    )


def save_students(
    connection: sa.Connection,
    students: Iterable[Student],
    *,
    on_roster: bool,
    tells: Collection[str] = (),
) -> int:
    """Enter students or complete what is known of them; an empty field overwrites nothing.

    A roster is the whole truth about the flags it has a place for (``tells``). What else is on
    record stays: a file that cannot say *safeguarding* does not take it away.
    Returns how many students were not known before.
    """
    flags_told = frozenset(tells) if on_roster else None
    table = schema.student
    keys = student_keys(connection)
    known = {row.key: row._mapping for row in connection.execute(sa.select(table))}
    fresh: dict[str, dict[str, Any]] = {}
    changed: dict[int, dict[str, Any]] = {}
    for student in students:
        key = keys.get(student.student_id) or keys.get(student.state_id)
        if key is None:
            row = fresh.get(student.student_id) or _blank_row(student.student_id)
            fresh[student.student_id] = _completed(row, student, on_roster, flags_told)
        else:
            changed[key] = _completed(
                changed.get(key) or dict(known[key]), student, on_roster, flags_told
            )
    if fresh:
        connection.execute(sa.insert(table), list(fresh.values()))
    rows = [row for key, row in changed.items() if row != dict(known[key])]
    if rows:
        names = [column.name for column in table.c if column.name != "key"]
        connection.execute(
            sa.update(table)
            .where(table.c.key == sa.bindparam("the_key"))
            .values({name: sa.bindparam(f"the_{name}") for name in names}),
            [{f"the_{name}": value for name, value in row.items()} for row in rows],
        )
    return len(fresh)


def _blank_row(student_id: str) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(_TEXT_FIELDS, "")
    return blank | {
        "student_id": student_id,
        "birth_date": None,
        "flags": [],
        "facts": {},
        "on_roster": False,
    }


def _completed(
    row: dict[str, Any], student: Student, on_roster: bool, flags_told: frozenset[str] | None
) -> dict[str, Any]:
    row = dict(row)
    for name in _TEXT_FIELDS:
        row[name] = getattr(student, name) or row[name]
    row["birth_date"] = student.birth_date or row["birth_date"]
    row["facts"] = {**row["facts"], **student.facts}
    if flags_told is not None:  # a marks file says nothing of them
        row["flags"] = sorted({*row["flags"]} - flags_told | {*student.flags})
    row["on_roster"] = row["on_roster"] or on_roster
    return row


def save_guardians(
    connection: sa.Connection, named: Sequence[Guardian], *, tells: Collection[str] = ()
) -> None:
    """Replace the guardians of every student mentioned.

    What the export has no place for (not in ``tells``) stays: see ``still_protected``.
    """
    keys = student_keys(connection)
    earlier = {keys[known]: some for known, some in guardians(connection).items()}
    now: dict[int, list[Guardian]] = defaultdict(list)
    for guardian in named:
        if guardian.student_id in keys:
            now[keys[guardian.student_id]].append(guardian)
    protected = [
        one
        for key, some in now.items()
        for one in still_protected(some, earlier.get(key, ()), tells)
    ]
    _replace(connection, schema.guardian, protected)


def save_enrolments(connection: sa.Connection, enrolments: Sequence[Enrolment]) -> None:
    """Replace the enrolments of every student mentioned."""
    _replace(connection, schema.enrolment, enrolments)


def _replace(
    connection: sa.Connection, table: sa.Table, things: Sequence[Guardian] | Sequence[Enrolment]
) -> None:
    keys = student_keys(connection)
    rows: list[dict[str, Any]] = []
    for thing in things:
        key = keys.get(thing.student_id)
        if key is not None:
            rows.append({"student": key} | _fields(thing))
    mentioned = sorted({row["student"] for row in rows})
    for start in range(0, len(mentioned), 500):  # SQLite takes a limited number of parameters
        some = mentioned[start : start + 500]
        connection.execute(sa.delete(table).where(table.c.student.in_(some)))
    if rows:
        connection.execute(sa.insert(table), rows)


def _fields(thing: Guardian | Enrolment) -> dict[str, Any]:
    return {
        name: getattr(thing, name) for name in thing.__dataclass_fields__ if name != "student_id"
    }


def students(connection: sa.Connection) -> dict[str, Student]:
    """Return every student by student id, in the order of the register."""
    table = schema.student
    query = sa.select(table).order_by(table.c.family_name, table.c.given_name, table.c.student_id)
    return {row.student_id: _student(row._mapping) for row in connection.execute(query)}


def _student(row: Mapping[Any, Any]) -> Student:
    return Student(
        student_id=row["student_id"],
        birth_date=row["birth_date"],
        flags=frozenset(row["flags"]),
        facts=row["facts"],
        **{name: row[name] for name in _TEXT_FIELDS},
    )


def guardians(connection: sa.Connection) -> dict[str, list[Guardian]]:
    """Return the guardians of every student, in the order the school calls them."""
    table = schema.guardian
    found: dict[str, list[Guardian]] = defaultdict(list)
    for student_id, row in _with_student_id(connection, table, table.c.order):
        found[student_id].append(Guardian(student_id=student_id, **row))
    return found


def enrolments(connection: sa.Connection) -> list[Enrolment]:
    """Return all enrolments, a student's own in order of entry."""
    table = schema.enrolment
    rows = _with_student_id(connection, table, table.c.entry_date)
    return [Enrolment(student_id=student_id, **row) for student_id, row in rows]


def _with_student_id(
    connection: sa.Connection, table: sa.Table, order: sa.ColumnElement[Any]
) -> list[tuple[str, dict[str, Any]]]:
    columns = [column for column in table.c if column.name not in ("id", "student")]
    query = (
        sa.select(schema.student.c.student_id.label("the_student"), *columns)
        .join(schema.student, schema.student.c.key == table.c.student)
        .order_by(table.c.student, order, table.c.id)
    )
    return [
        (row.the_student, {column.name: row._mapping[column] for column in columns})
        for row in connection.execute(query)
    ]
