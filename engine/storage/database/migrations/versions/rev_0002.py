"""Adds subscriptions, the history of consents, and senders of messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("peer_type", sa.Text(), nullable=False),
        sa.Column("peer_id", sa.BigInteger(), nullable=False),
        sa.Column("peer_hash", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.Double(), nullable=False),
        sa.Column("confirmed_at", sa.Double(), nullable=True),
        sa.Column("paused_at", sa.Double(), nullable=True),
        sa.Column("last_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index(
        "uq_subscriptions_open",
        "subscriptions",
        ["account", "chat", "purpose"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "announcement_rounds",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=True),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_announcement_rounds"),
    )
    # Before this revision, nothing wrote subscriptions into `chats`.
    with op.batch_alter_table("chats") as chats:
        chats.drop_column("subscribed_by")
        chats.drop_column("subscribed_at")
        chats.add_column(sa.Column("moved_to", sa.BigInteger(), nullable=True))
    _key_consents("person", "chat", "purpose", "given_at")
    op.add_column("outgoing", sa.Column("purpose", sa.Text(), nullable=True))
    op.create_index("ix_outgoing_incoming", "outgoing", ["incoming"])
    op.create_index("ix_incoming_sender", "incoming", ["sender"])


def downgrade() -> None:
    op.drop_index("ix_incoming_sender", "incoming")
    op.drop_index("ix_outgoing_incoming", "outgoing")
    with op.batch_alter_table("outgoing") as outgoing:
        outgoing.drop_column("purpose")
    op.execute(  # of each person's consents, only the last one remains
        "DELETE FROM consents WHERE EXISTS (SELECT 1 FROM consents AS later"
        " WHERE later.person = consents.person AND later.chat = consents.chat"
        " AND later.purpose = consents.purpose AND later.given_at > consents.given_at)"
    )
    _key_consents("person", "chat", "purpose")
    with op.batch_alter_table("chats") as chats:
        chats.drop_column("moved_to")
        chats.add_column(sa.Column("subscribed_by", sa.BigInteger(), nullable=True))
        chats.add_column(sa.Column("subscribed_at", sa.Double(), nullable=True))
    op.drop_table("announcement_rounds")
    op.drop_table("subscriptions")


def _key_consents(*columns: str) -> None:
    with op.batch_alter_table("consents", recreate="auto") as consents:
        consents.drop_constraint("pk_consents", type_="primary")
        consents.create_primary_key("pk_consents", list(columns))
