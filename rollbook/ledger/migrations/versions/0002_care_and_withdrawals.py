"""What the office did, reasons for care, letters that withdraw letters, what was assessed.

Revision 0002. Everything that 0001 holds stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GROWING = ("action", "hold_back")


def upgrade() -> None:
    """Add the tables, the column, and the triggers that let rows only grow."""
    op.add_column("letter", sa.Column("withdraws", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("guardian", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["strikes"], ["action.id"]),
        sa.ForeignKeyConstraint(["student"], ["student.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_action_student"), "action", ["student"], unique=False)
    op.create_table(
        "hold_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ends"], ["hold_back.id"]),
        sa.ForeignKeyConstraint(["student"], ["student.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_hold_back_student"), "hold_back", ["student"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("letter_event", sa.Integer(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in GROWING:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_only_grows_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger only grows: {table}'); END"
            )
