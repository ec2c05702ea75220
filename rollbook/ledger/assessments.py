"""What the findings on record were worked out from, and who has to be looked at again.

Findings of a student can change when their marks, letters or actions do; everything else they
depend on (rules, calendar, rosters, what was recorded) is in the *fingerprint*. While that and the
day are the same, only the students in newer pages, letter events and actions are assessed again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from rollbook.attendance import Attendance
from rollbook.ledger import schema
from rollbook.policy import Sure
from rollbook.register import Mark, Session
from rollbook.rules import Finding


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest posting, letter event and action that a reading of the ledger has seen."""

    posting: int = 0
    letter_event: int = 0
    action: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """What the findings on record were worked out from."""

    as_of: date
    fingerprint: str
    seen: Seen


def seen(connection: sa.Connection) -> Seen:
    """Return how far the ledger goes now."""
    tables = (schema.posting, schema.letter_event, schema.action)
    newest = [connection.execute(sa.select(sa.func.max(one.c.id))).scalar() for one in tables]
    return Seen(*(number or 0 for number in newest))


def basis(connection: sa.Connection) -> Basis | None:
    """Return what the findings on record were worked out from; None before the first time."""
    row = connection.execute(sa.select(schema.assessment)).first()
    if row is None:
        return None
    return Basis(row.as_of, row.fingerprint, Seen(row.posting, row.letter_event, row.action))


def save_basis(connection: sa.Connection, new: Basis) -> None:
    """Say what the findings saved in this transaction were worked out from."""
    connection.execute(sa.delete(schema.assessment))
    connection.execute(
        sa.insert(schema.assessment).values(
            id=1,
            as_of=new.as_of,
            fingerprint=new.fingerprint,
            posting=new.seen.posting,
            letter_event=new.seen.letter_event,
            action=new.seen.action,
        )
    )


def changed_since(connection: sa.Connection, seen: Seen) -> set[str]:
    """Return the students with newer marks, letter events or actions than ``seen``."""
    page, letter, event, action = schema.page, schema.letter, schema.letter_event, schema.action
    changed = sa.union(
        sa.select(page.c.student).where(page.c.posting > seen.posting),
        sa.select(letter.c.student)
        .join(event, event.c.serial == letter.c.serial)
        .where(event.c.id > seen.letter_event),
        sa.select(action.c.student).where(action.c.id > seen.action),
    )
    query = sa.select(schema.student.c.student_id).where(schema.student.c.key.in_(changed))
    return set(connection.execute(query).scalars())


def kept_findings(connection: sa.Connection) -> list[Finding]:
    """Return the findings on record that are not cleared, as they were worked out."""
    table = schema.finding
    query = sa.select(table.c.content).where(table.c.cleared.is_(None))
    return [finding_of(content) for content in connection.execute(query).scalars()]


def content_of(finding: Finding) -> dict[str, Any]:
    """Return a finding as the ledger keeps it: as JSON, and so that it can be read back whole."""
    figures = finding.attendance
    return finding.as_json() | {
        "attendance": [getattr(figures, name) for name in Attendance.__dataclass_fields__],
        "evidence": [
            [one.session.day.isoformat(), one.session.part, one.symbol, one.minutes_late,
             one.comment]
            for one in finding.evidence
        ],
        "unresolved_decides": finding.unresolved_decides,
        "repeats": finding.repeats,
    }  # fmt: skip


def finding_of(content: Mapping[str, Any]) -> Finding:
    """Return the finding that :func:`content_of` kept."""
    plain = {name: content[name] for name in Finding.__dataclass_fields__ if name not in _TYPED}
    days: dict[str, Any] = {name: date.fromisoformat(content[name]) for name in _DAYS}
    return Finding(
        **plain,
        **days,
        evidence=_marks(content["evidence"]),
        attendance=Attendance(*content["attendance"]),
        citations=tuple(content["citations"]),
        supersedes=tuple(content["supersedes"]),
        sure=Sure(content["sure"]),
    )


_DAYS = ("as_of", "crossed_on", "first", "last")

_TYPED = frozenset({*_DAYS, "evidence", "attendance", "citations", "supersedes", "sure"})


def _marks(rows: Iterable[Any]) -> tuple[Mark, ...]:
    return tuple(_mark(*row) for row in rows)


@lru_cache(maxsize=1 << 16)
def _mark(day: str, part: str, symbol: str, minutes: int, comment: str) -> Mark:
    """Return one mark; many students have the same one on the same day."""
    return Mark(Session(date.fromisoformat(day), part), symbol, minutes, comment)
