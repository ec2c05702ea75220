"""What posted exports looked like, so that the next of the same kind can be held against it."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import schema


def save_look(
    connection: sa.Connection, posting: int, importer: str, content: Mapping[str, Any]
) -> None:
    """Keep what the export of a posting looked like."""
    connection.execute(
        sa.insert(schema.export_look).values(
            posting=posting, importer=importer, content=dict(content)
        )
    )


def looks(connection: sa.Connection, importer: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return what exports of one importer looked like, by posting, the newest first.

    Postings that were taken back are left out: they are no measure.
    """
    table = schema.export_look
    gone = sa.select(schema.taken_back.c.posting)
    query = (
        sa.select(table.c.posting, table.c.content)
        .where(table.c.importer == importer, table.c.posting.not_in(gone))
        .order_by(table.c.posting.desc())
    )
    return [(row.posting, row.content) for row in connection.execute(query)]
