"""What exports looked like, and rows that clerks mended.

Revision 0006. Everything that 0005 holds stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of looks, and to held rows the row they stand for."""
    op.create_table(
        "export_look",
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("importer", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("posting"),
    )
    op.create_index(op.f("ix_export_look_importer"), "export_look", ["importer"], unique=False)
    op.add_column("held", sa.Column("stands_for", sa.Integer(), nullable=True))
