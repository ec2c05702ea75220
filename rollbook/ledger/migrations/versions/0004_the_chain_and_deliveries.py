"""Deliveries, steps of released documents, and the chain of digests through the logs.

Revision 0004. Everything that 0003 holds stays as it is; what stands in the logs is chained now.
"""

import sqlalchemy as sa
from alembic import op

from rollbook.ledger.chain import link_all

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LOGS = (
    "letter", "letter_event", "delivery", "verification", "release_event", "action", "hold_back",
)  # fmt: skip
"""The logs that were chained then; one that is added later is chained by its own revision."""

GROWING = ("delivery", "release_event", "log_link")


def upgrade() -> None:
    """Add the tables and columns, let the tables only grow, and chain the logs."""
    for name in ("method", "digest"):
        op.add_column("letter_event", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["letter.serial"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_delivery_serial"), "delivery", ["serial"], unique=False)
    op.create_table(
        "release_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["verification.serial"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_release_event_serial"), "release_event", ["serial"], unique=False)
    op.create_table(
        "log_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("log", "key"),
    )
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=list(LOGS))
    link_all(connection, {log: tables.tables[log] for log in LOGS})
    for table in GROWING:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_only_grows_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger only grows: {table}'); END"
            )
