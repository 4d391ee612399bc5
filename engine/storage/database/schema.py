"""Defines the tables, one schema for both databases; every time is in seconds since 1970.

Columns use types that both drivers return unchanged, so frequent operations need no conversion
(SQLite returns a boolean as 0 or 1). Ids are created by `Identifiers` before the write.
"""

import enum
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
)

REVISION: Final = "0009"
"""The newest migration; a database at this revision needs none."""


class IncomingState(enum.IntEnum):
    """The state of an incoming message."""

    RECEIVED = 0
    ANSWERING = 1  # an answer is in the outbox
    ANSWERED = 2
    LEFT = 3  # for the reason beside it


class OutgoingState(enum.IntEnum):
    """The state of an outgoing message."""

    PLANNED = 0
    SENT = 1
    SET_ASIDE = 2  # for the reason beside it


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    # SQLite's own row id is a 64-bit INTEGER PRIMARY KEY, and no other type is.
    number = BigInteger().with_variant(Integer, "sqlite")
    return Column("id", number, primary_key=True, autoincrement=False)


CONDITION: Final = "condition"
"""Key of a partial index's condition in its `info`: a dialect's own option imports the dialect."""


def _open(table: str, columns: tuple[str, ...], condition: str) -> Index:
    """Index the few unfinished rows."""
    return Index(f"ix_{table}_open", *columns, info={CONDITION: condition})


incoming = Table(
    "incoming",
    metadata,
    _id(),
    Column("account", Text, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("sender", BigInteger, nullable=False),
    Column("sender_is_bot", Boolean, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions_us", Boolean, nullable=False),
    Column("peer_type", Text, nullable=False),
    Column("peer_id", BigInteger, nullable=False),
    Column("peer_hash", BigInteger, nullable=False),
    Column("title", Text),  # of the group; NULL: none
    Column("language", Text),  # of the sender's Telegram; NULL: not told
    Column("at", Double, nullable=False),
    Column("state", Integer, nullable=False),
    Column("reason", Text),
    Column("ended_at", Double),
    Column("of_another", Boolean, nullable=False, server_default=false()),  # words passed on
    Index("uq_incoming_message", "account", "chat", "message", unique=True),
    Index("ix_incoming_sender", "sender"),
    _open("incoming", ("account", "id"), "state < 2"),
)

outgoing = Table(
    "outgoing",
    metadata,
    _id(),
    Column("account", Text, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("incoming", BigInteger),
    Column("reply_to", BigInteger),
    Column("random_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("peer_type", Text, nullable=False),
    Column("peer_id", BigInteger, nullable=False),
    Column("peer_hash", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("state", Integer, nullable=False),
    Column("reason", Text),
    Column("ended_at", Double),
    Column("purpose", Text),  # NULL: an answer
    Index("ix_outgoing_chat", "account", "chat", "id"),
    Index("ix_outgoing_incoming", "incoming"),
    _open("outgoing", ("account", "id"), "state = 0"),
)

chats = Table(
    "chats",
    metadata,
    Column("account", Text, primary_key=True),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("changed_at", Double, nullable=False),
    Column("moved_to", BigInteger),  # the supergroup a basic group became
)

consents = Table(
    "consents",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("account", Text, primary_key=True),  # whose direct chat it is; empty for a group
    Column("purpose", Text, primary_key=True),
    Column("given_at", Double, primary_key=True),
    Column("withdrawn_at", Double),
    Column("given_message", BigInteger),  # Telegram's number of the message that gave it
    Column("withdrawn_message", BigInteger),
)

announcements = Table(
    "announcements",
    metadata,
    _id(),
    Column("account", Text, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("outgoing", BigInteger),
    Index("ix_announcements_chat", "account", "chat", "at"),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("raised_at", Double, nullable=False),
    Column("cleared_at", Double),
    Index("ix_alerts_raised_at", "raised_at"),
)

NOBODY = 0  # instead of a person

operation_metrics = Table(
    "operation_metrics",
    metadata,
    Column("operation", Text, primary_key=True),
    Column("day", Text, primary_key=True),  # 2026-01-31, in UTC
    Column("person", BigInteger, primary_key=True, autoincrement=False),  # 0: nobody's
    Column("count", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("slowest", Double, nullable=False),
)

flood_waits = Table(
    "flood_waits",
    metadata,
    Column("account", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),  # 0: the whole account
    Column("until", Double, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON, without secrets
    Index("ix_audit_at", "at"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    Column("account", Text, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("peer_type", Text, nullable=False),
    Column("peer_id", BigInteger, nullable=False),
    Column("peer_hash", BigInteger, nullable=False),
    Column("given_by", BigInteger),  # NULL: the operator; 0: somebody who had their data deleted
    Column("given_at", Double, nullable=False),
    Column("confirmed_at", Double),  # NULL: Telegram has not been asked for the rights yet
    Column("paused_at", Double),
    Column("last_at", Double),  # when the last announcement was planned
    Column("ended_at", Double),
    Column("reason", Text),
    Column("language", Text),  # the one in which it was agreed
    Index(
        "uq_subscriptions_open",
        "account",
        "chat",
        "purpose",
        unique=True,
        info={CONDITION: "ended_at IS NULL"},
    ),
)

announcement_rounds = Table(
    "announcement_rounds",
    metadata,
    Column("account", Text, primary_key=True),
    Column("began_at", Double),  # NULL: none is under way
    Column("due_at", Double, nullable=False),
)

llm_usage = Table(
    "llm_usage",
    metadata,
    Column("day", Text, primary_key=True),  # 2026-01-31, in UTC
    Column("scope", Text, primary_key=True),  # fleet, provider, bot, chat, person
    Column("subject", Text, primary_key=True),  # which of them; empty for the fleet
    Column("calls", BigInteger, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("cost", Double, nullable=False),
)

llm_reservations = Table(
    "llm_reservations",
    metadata,
    _id(),
    Column("day", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),  # 0: nobody's
    Column("provider", Text, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("cost", Double, nullable=False),
)

memories = Table(
    "memories",
    metadata,
    _id(),
    Column("account", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("recalled_at", Double, nullable=False),
    Column("recalls", BigInteger, nullable=False),
    Column("meaning", LargeBinary),  # a vector of 16-bit floats; NULL: not worked out
    Column("chat", BigInteger, nullable=False),  # where it was said
    Column("message", BigInteger),  # Telegram's number of it; NULL: not known
    Index("ix_memories_person", "person", "account"),
)

lineage = Table(
    "lineage",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("mark", Text, nullable=False),  # of the state, as in the record; changes at each start
    Column("told_before", Double),  # what Telegram dates before it may have been answered already
)
