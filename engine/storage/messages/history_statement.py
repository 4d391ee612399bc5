"""Builds the query for the last lines of a chat, both sides."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Double,
    FromClause,
    Integer,
    Text,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from engine.storage.database.schema import OutgoingState, incoming, outgoing
from engine.storage.database.statement import Query

ANNOUNCEMENT = "announcements"  # like `consents.Purpose`, which is a layer above


def number_asked(asked: FromClause) -> Any:
    """Return the id of the message in `asked` that ours answers; NULL if the chat moved since."""
    return case((asked.c.chat == outgoing.c.chat, asked.c.message))


def _history() -> Query:
    """Select the newest of each table through its index, then the newest of both.

    Announcements are not part of a conversation, and would soon fill all of it.
    """
    chat = bindparam("chat", type_=incoming.c.chat.type)
    most = bindparam("most", type_=Integer)
    theirs = (
        select(
            incoming.c.at,
            literal_column("0").label("is_ours"),
            incoming.c.sender,
            incoming.c.text,
            incoming.c.message,
            incoming.c.of_another,
            incoming.c.id,
            cast(null(), BigInteger).label("answered"),
            cast(null(), BigInteger).label("asker"),
            cast(null(), Double).label("asked_at"),
            cast(null(), BigInteger).label("asked_message"),
            cast(null(), Boolean).label("asked_of_another"),
            cast(null(), Text).label("opening"),
        )
        .where(incoming.c.account == bindparam("account", type_=Text), incoming.c.chat == chat)
        .order_by(incoming.c.message.desc())
        .limit(most)
        .subquery()
    )
    asked = incoming.alias("asked")  # in a group, perhaps another account's
    ours = (
        select(
            outgoing.c.at,
            literal_column("1").label("is_ours"),
            cast(null(), BigInteger).label("sender"),
            outgoing.c.text,
            cast(null(), BigInteger).label("message"),
            false().label("of_another"),
            outgoing.c.id,
            outgoing.c.incoming.label("answered"),
            asked.c.sender.label("asker"),
            asked.c.at.label("asked_at"),
            number_asked(asked).label("asked_message"),
            asked.c.of_another.label("asked_of_another"),
            func.substr(asked.c.text, 1, 1).label("opening"),
        )
        .select_from(outgoing.outerjoin(asked, asked.c.id == outgoing.c.incoming))
        .where(
            outgoing.c.account == bindparam("account", type_=Text),
            outgoing.c.chat == chat,
            outgoing.c.state != OutgoingState.SET_ASIDE.value,
            outgoing.c.purpose.is_distinct_from(ANNOUNCEMENT),
        )
        .order_by(outgoing.c.id.desc())
        .limit(most)
        .subquery()
    )
    both = union_all(select(theirs), select(ours)).subquery("line")
    newest = (
        select(*(column for column in both.c if column.name != "id"))
        .order_by(both.c.at.desc(), both.c.id.desc())
        .limit(most)
    )
    return Query(newest, ("account", "chat", "most"))


HISTORY = _history()
