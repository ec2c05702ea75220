"""What clerks typed in their workbooks, and what was made of it. It only grows.

Each cell or row is read once: its newest entry says what it said then. The actions and steps that
came of it stand in the logs, which are chained; this is only how they came there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import schema

ACTION, STEP, SEEN, CONFLICT, SETTLED, GONE = (
    "action", "step", "seen", "conflict", "settled", "gone",
)  # fmt: skip
"""What was made of an entry: an action, a step of a letter; nothing; a conflict that a person must
settle, one that is settled; a row that was read and is not there any more."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One thing read from a workbook.

    ``workbook`` is as ``office.toml`` names it, ``place`` where it stood (``Letter log!G14``),
    ``key`` which cell or row it is wherever it stands; ``said`` its words by Rollbook's names of
    columns. ``about`` is the letter's serial or the student's id. ``settles`` is the number of the
    conflict that is settled by it.
    """

    workbook: str
    place: str
    key: str
    said: Mapping[str, Any]
    did: str
    about: str = ""
    number: int = 0
    note: str = ""
    at: str = ""
    by: str = ""
    settles: int | None = None
    id: int = field(default=0, compare=False)


def save_sheet_entry(connection: sa.Connection, entry: SheetEntry) -> SheetEntry:
    """Enter what was read, and return it with its number."""
    values = {
        name: getattr(entry, name) for name in SheetEntry.__dataclass_fields__ if name != "id"
    }
    entered = connection.execute(sa.insert(schema.sheet_entry).values(**values))
    key = entered.inserted_primary_key
    assert key is not None
    return replace(entry, id=int(key[0]))


def sheet_entries(connection: sa.Connection, workbook: str = "") -> list[SheetEntry]:
    """Return what was read from one workbook or from all, oldest first."""
    table = schema.sheet_entry
    query = sa.select(table).order_by(table.c.id)
    if workbook:
        query = query.where(table.c.workbook == workbook)
    names = SheetEntry.__dataclass_fields__
    return [
        SheetEntry(**{name: row._mapping[name] for name in names})
        for row in connection.execute(query)
    ]


def open_conflicts(connection: sa.Connection, workbook: str = "") -> list[SheetEntry]:
    """Return the conflicts nobody has settled yet, oldest first."""
    found = sheet_entries(connection, workbook)
    settled = {entry.settles for entry in found}
    return [entry for entry in found if entry.did == CONFLICT and entry.id not in settled]
