"""How letters went out otherwise than by post: every attempt, and how it went. It only grows."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from rollbook.ledger import chain, schema


@dataclass(frozen=True, slots=True)
class Delivery:
    """One step in sending a letter: to which address, what state it is in then, and why.

    ``number`` is its place in the log; 0 while it is not entered.
    """

    serial: str
    method: str
    address: str
    state: str
    reason: str = ""
    message_id: str = ""
    at: str = ""
    by: str = ""
    number: int = 0


def save_deliveries(connection: sa.Connection, found: Sequence[Delivery]) -> None:
    """Enter steps in sending letters."""
    table = schema.delivery
    names = [name for name in Delivery.__dataclass_fields__ if name != "number"]
    numbers = []
    for one in found:
        values = {name: getattr(one, name) for name in names}
        key = connection.execute(sa.insert(table).values(**values)).inserted_primary_key
        assert key is not None
        numbers.append(int(key[0]))
    chain.link(connection, "delivery", numbers)


def deliveries(connection: sa.Connection, serials: Sequence[str] = ()) -> list[Delivery]:
    """Return what was sent, oldest first: of all letters, or of those named."""
    table = schema.delivery
    wanted = set(serials)
    names = [name for name in Delivery.__dataclass_fields__ if name != "number"]
    return [
        Delivery(**{name: row._mapping[name] for name in names}, number=row.id)
        for row in connection.execute(sa.select(table).order_by(table.c.id))
        if not wanted or row.serial in wanted
    ]
