"""Adds what bots remember about people."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "memories",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("recalled_at", sa.Double(), nullable=False),
        sa.Column("recalls", sa.BigInteger(), nullable=False),
        sa.Column("meaning", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_memories"),
    )
    op.create_index("ix_memories_person", "memories", ["person", "account"])


def downgrade() -> None:
    op.drop_table("memories")
