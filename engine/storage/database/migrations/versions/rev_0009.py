"""Adds the database's mark, which distinguishes a restored one from the one last in use."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "lineage",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("told_before", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lineage"),
    )


def downgrade() -> None:
    op.drop_table("lineage")
