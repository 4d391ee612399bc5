"""Adds what decides whose consent counts.

A consent gets the message it was given by, a message whether its words are another person's, and a
memory the chat and message it was told in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        consents.add_column(sa.Column("given_message", sa.BigInteger()))
        consents.add_column(sa.Column("withdrawn_message", sa.BigInteger()))
    with op.batch_alter_table("incoming") as incoming:
        incoming.add_column(
            sa.Column("of_another", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("memories") as memories:
        memories.add_column(sa.Column("chat", sa.BigInteger()))
        memories.add_column(sa.Column("message", sa.BigInteger()))
    _place_memories()
    with op.batch_alter_table("memories") as memories:
        memories.alter_column("chat", existing_type=sa.BigInteger(), nullable=False)


def _place_memories() -> None:
    """Set the chat of each memory, if its person agreed to this account in only one chat.

    A memory that may have been told in several chats is deleted: no consent could decide about it.
    """
    memories = sa.table("memories", *map(sa.column, ("person", "account", "chat")))
    consents = sa.table("consents", *map(sa.column, ("person", "account", "chat", "purpose")))
    agreed = (
        consents.c.person == memories.c.person,
        consents.c.account.in_([memories.c.account, ""]),
        consents.c.purpose == "llm",
    )
    places = sa.select(sa.func.count(consents.c.chat.distinct())).where(*agreed)
    op.execute(sa.delete(memories).where(places.scalar_subquery() != 1))
    place = sa.select(sa.func.min(consents.c.chat)).where(*agreed)
    op.execute(sa.update(memories).values(chat=place.scalar_subquery()))


def downgrade() -> None:
    for table, columns in (
        ("memories", ("message", "chat")),
        ("incoming", ("of_another",)),
        ("consents", ("withdrawn_message", "given_message")),
    ):
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.drop_column(column)
