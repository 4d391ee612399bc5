"""Adds the account to a consent: in a direct chat it is given to one bot."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        # The empty account: every bot of a group.
        consents.add_column(sa.Column("account", sa.Text(), nullable=False, server_default=""))
        consents.drop_constraint("pk_consents", type_="primary")
        consents.create_primary_key(
            "pk_consents", ["person", "chat", "account", "purpose", "given_at"]
        )
    with op.batch_alter_table("consents") as consents:
        consents.alter_column("account", server_default=None)
    # The bot that a person agreed to in a direct chat is unknown, so they are asked again.
    op.execute(
        sa.text(
            "UPDATE consents SET withdrawn_at = :now WHERE chat > 0 AND withdrawn_at IS NULL"
        ).bindparams(sa.bindparam("now", time.time(), sa.Double()))
    )


def downgrade() -> None:
    op.execute(  # of those given to several bots at the same moment the first that ended remains
        "DELETE FROM consents WHERE EXISTS (SELECT 1 FROM consents AS other"
        " WHERE other.person = consents.person AND other.chat = consents.chat"
        " AND other.purpose = consents.purpose AND other.given_at = consents.given_at"
        " AND (COALESCE(other.withdrawn_at, 1e300) < COALESCE(consents.withdrawn_at, 1e300)"
        " OR (COALESCE(other.withdrawn_at, 1e300) = COALESCE(consents.withdrawn_at, 1e300)"
        " AND other.account < consents.account)))"
    )
    with op.batch_alter_table("consents") as consents:
        consents.drop_constraint("pk_consents", type_="primary")
        consents.create_primary_key("pk_consents", ["person", "chat", "purpose", "given_at"])
        consents.drop_column("account")
