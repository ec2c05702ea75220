"""Postings that were taken back, and by which posting.

Revision 0003. Everything that 0002 holds stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the triggers that let it only grow."""
    op.create_table(
        "taken_back",
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("by_posting", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.ForeignKeyConstraint(["by_posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("posting"),
        sa.UniqueConstraint("by_posting"),
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER taken_back_only_grows_{change.lower()} BEFORE {change} ON taken_back "
            "BEGIN SELECT RAISE(ABORT, 'the ledger only grows: taken_back'); END"
        )
