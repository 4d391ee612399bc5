"""Adds a message's group title and sender's language, which a restart used to lose."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # Without a default, neither database touches the rows.
    op.add_column("incoming", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("incoming", sa.Column("language", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("incoming", "language")
    op.drop_column("incoming", "title")
