"""The chain through the logs: whoever changes or removes an entry later breaks it visibly.

Each entry of a log is followed by a *link*: a digest (SHA-256) over the digest before it, the name
of the log, the entry's key and all it says. Links are numbered without a gap. A log that only grows
by this program always fits its chain; one edited with another tool does not, and
:func:`examine` names the entry. Cutting off the newest entries together with their links leaves a
shorter chain that fits: that shows when a :class:`Head` noted elsewhere, as on the list of a
printed batch, is no longer in it.

What an entry says is hashed without its empty columns, so that a column added to a table by a later
version changes no digest.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import schema

LOGS: Mapping[str, str] = {
    "letter": "serial",
    "letter_event": "id",
    "delivery": "id",
    "verification": "serial",
    "release_event": "id",
    "action": "id",
    "hold_back": "id",
}
"""The logs that are chained, and the column that names an entry of each."""

_START = "rollbook"  # what stands before the first link
_AT_ONCE = 500  # a database takes only so many values in one question


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link of the chain: how many there are, and its digest; 0 and "" for none."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest[:32]}"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not fit: which link, which entry, and what is wrong."""

    number: int
    log: str
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What an examination found: the head, and the breaks in order."""

    head: Head
    breaks: Sequence[Break]

    @property
    def whole(self) -> bool:
        """Say whether everything fits."""
        return not self.breaks


def link(connection: sa.Connection, log: str, keys: Sequence[object]) -> None:
    """Add the links of entries just made, in their order. Call inside the write that made them."""
    if not keys:
        return
    said: dict[str, str] = {}
    for some in _in_groups(keys):
        said |= dict(_entries(connection, _tables()[log], log, some))
    number, before = _newest(connection)
    links = []
    for key in map(str, keys):
        number += 1
        before = _digest(before, log, key, said[key])
        links.append({"id": number, "log": log, "key": key, "digest": before})
    connection.execute(sa.insert(schema.log_link), links)


def link_all(connection: sa.Connection, tables: Mapping[str, sa.Table]) -> None:
    """Chain what stood in the logs before there was a chain, log by log."""
    links: list[dict[str, object]] = []
    before = _START
    for log, table in tables.items():
        for key, said in _entries(connection, table, log):
            before = _digest(before, log, key, said)
            links.append({"id": len(links) + 1, "log": log, "key": key, "digest": before})
    if links:
        connection.execute(sa.insert(schema.log_link), links)


def head(connection: sa.Connection) -> Head:
    """Return the newest link."""
    number, digest = _newest(connection)
    return Head(number, digest if number else "")


def examine(connection: sa.Connection, noted: Mapping[str, Head] | None = None) -> ChainReport:
    """Hold every entry of the logs against the chain.

    ``noted`` are heads taken down earlier, by where they were; a digest may be only the beginning
    of one. Every one is held against the chain: a chain made anew would fit those written since.
    """
    said = {
        (log, key): content
        for log, table in _tables().items()
        for key, content in _entries(connection, table, log)
    }
    breaks: list[Break] = []
    before, number = _START, 0
    for row in connection.execute(sa.select(schema.log_link).order_by(schema.log_link.c.id)):
        if row.id != number + 1:
            breaks.append(Break(number + 1, "", "", _gone(row.id - number - 1)))
            before = ""
        content = said.pop((row.log, row.key), None)
        if content is None:
            breaks.append(Break(row.id, row.log, row.key, "the entry is no longer there"))
        elif before and _digest(before, row.log, row.key, content) != row.digest:
            breaks.append(Break(row.id, row.log, row.key, "the entry says something else now"))
        breaks += [
            Break(row.id, row.log, row.key, f"its digest is not the one taken down in {where}")
            for where, head in (noted or {}).items()
            if row.id == head.number and not row.digest.startswith(head.digest)
        ]
        number, before = row.id, row.digest
    furthest = max((head.number for head in (noted or {}).values()), default=0)
    if furthest > number:
        breaks.append(Break(number + 1, "", "", _gone(furthest - number)))
    breaks += [Break(0, log, key, "the entry was made past the log") for log, key in said]
    return ChainReport(Head(number, before if number else ""), breaks)


def entry(connection: sa.Connection, log: str, key: str) -> Mapping[str, Any] | None:
    """Return what an entry of a log says now, by column; None when it is not there."""
    table = _tables()[log]
    name = table.c[LOGS[log]]
    value = int(key) if isinstance(name.type, sa.Integer) else key
    row = connection.execute(sa.select(table).where(name == value)).first()
    return {str(column): content for column, content in row._mapping.items()} if row else None


def entry_linked(connection: sa.Connection, number: int) -> Mapping[str, Any] | None:
    """Return what the entry of a link says now; None when the link or the entry is not there."""
    table = schema.log_link
    query = sa.select(table.c.log, table.c.key).where(table.c.id == number)
    row = connection.execute(query).first()
    return entry(connection, row.log, row.key) if row else None


def _gone(count: int) -> str:
    return "1 entry is gone" if count == 1 else f"{count:,} entries are gone"


def _tables() -> dict[str, sa.Table]:
    return {log: schema.metadata.tables[log] for log in LOGS}


def _newest(connection: sa.Connection) -> tuple[int, str]:
    table = schema.log_link
    query = sa.select(table.c.id, table.c.digest).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return (row.id, row.digest) if row else (0, _START)


def _entries(
    connection: sa.Connection, table: sa.Table, log: str, keys: Sequence[object] | None = None
) -> Iterator[tuple[str, str]]:
    """Give the key of each entry, and the digest of what it says, in order of the key."""
    name = table.c[LOGS[log]]
    query = sa.select(table).order_by(name)
    if keys is not None:
        query = query.where(name.in_(keys))
    for row in connection.execute(query):
        yield str(row._mapping[name]), _said(row._mapping)


def _said(row: Mapping[Any, Any]) -> str:
    full = {str(name): value for name, value in row.items() if not _is_empty(value)}
    text = json.dumps(full, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _is_empty(value: object) -> bool:
    return value is None or value is False or value == ""


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a log holds {type(value).__name__}, which the chain cannot take")


def _digest(before: str, log: str, key: str, said: str) -> str:
    return hashlib.sha256("\n".join((before, log, key, said)).encode("utf-8")).hexdigest()


def _in_groups(keys: Sequence[object]) -> Iterable[Sequence[object]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
