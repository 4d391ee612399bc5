"""Builds the statements behind `Messages`, each over any number of rows."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    text,
    update,
)

from engine.storage.database.operation import Step, Steps, given_rows, insert_batch, update_batch
from engine.storage.database.schema import IncomingState, OutgoingState, chats, incoming, outgoing
from engine.storage.database.statement import Batch, Binds, Query, Row

INCOMING_OPEN = text("state < 2")  # written out, as the partial index is not used otherwise
OUTGOING_UNSENT = text("state = 0")


def _number(state: IncomingState | OutgoingState) -> ColumnElement[int]:
    """Return `state` written out, for a condition that resembles that of a partial index.

    SQLite compares a bound value with the index's own, and so prepares the statement anew each
    time, which takes longer than to run it.
    """
    return literal_column(str(state.value), Integer)


_KEY = ("account", "chat", "message")
_END = ("reason", "ended_at")
_INSERT_OPEN = insert_batch(incoming, key=_KEY, without=_END)  # a NULL costs as much as a value
_INSERT_ENDED = insert_batch(incoming, key=_KEY)
_ID_AND_STATE = itemgetter(0, 15)
_OPEN_COLUMNS = len(_INSERT_OPEN.types)
_INSERT_OUTGOING = insert_batch(outgoing)


def _find(_: str, rows: Sequence[Binds]) -> Any:
    key = [incoming.columns[name] for name in _KEY]
    wanted = given_rows(key, rows)
    same = and_(*(column == wanted.columns[column.name] for column in key))
    return select(*key, incoming.c.id, incoming.c.state).join_from(wanted, incoming, same)


_FIND_INCOMING = Batch(
    tuple(incoming.columns[name].type for name in _KEY), _find, returns_rows=True
)


def store_incoming(rows: Sequence[Row]) -> Steps[tuple[int, int]]:
    """Insert rows of `incoming`, open ones without an end; return id and state for each."""
    open_ = [row for row in rows if len(row) == _OPEN_COLUMNS]
    ended = [row for row in rows if len(row) > _OPEN_COLUMNS] if len(open_) < len(rows) else []
    new = 0
    for statement, some in ((_INSERT_OPEN, open_), (_INSERT_ENDED, ended)):
        if some:
            outcome = yield Step(statement, some)
            new += outcome.count
    if new == len(rows):
        return list(map(_ID_AND_STATE, rows))
    found = yield Step(_FIND_INCOMING, [row[1:4] for row in rows])
    kept = {
        (account, chat, message): (id_, state) for account, chat, message, id_, state in found.rows
    }
    return [kept[row[1:4]] for row in rows]


_LEAVE = update_batch(
    incoming,
    ("id",),
    given=("reason", "ended_at"),
    fixed={"state": IncomingState.LEFT.value},
    where=lambda table: table.c.state < _number(IncomingState.ANSWERED),
)


def leave(rows: Sequence[Row]) -> Steps[None]:
    """End incoming messages: rows of (id, reason, at)."""
    yield Step(_LEAVE, rows)
    return [None] * len(rows)


_MARK_ANSWERING = update_batch(
    incoming,
    ("id",),
    fixed={"state": IncomingState.ANSWERING.value},
    where=lambda table: table.c.state == _number(IncomingState.RECEIVED),
)


def plan(rows: Sequence[Row]) -> Steps[int]:
    """Insert rows of `outgoing`; return their ids."""
    yield Step(_INSERT_OUTGOING, rows)
    if answered := [(row[3],) for row in rows if row[3] is not None]:
        yield Step(_MARK_ANSWERING, answered)
    return [row[0] for row in rows]


def _end_answered(state: IncomingState, given: tuple[str, ...]) -> Batch:
    """End the incoming messages that the given outgoing ones answer, in the same way."""
    columns = [outgoing.columns[name] for name in ("id", *given)]

    def build(_: str, rows: Sequence[Binds]) -> Any:
        new = given_rows(columns, rows)
        return (
            update(incoming)
            .where(
                outgoing.c.id == new.c.id,
                incoming.c.id == outgoing.c.incoming,
                incoming.c.state < _number(IncomingState.ANSWERED),
            )
            .values(state=state.value, **{name: new.columns[name] for name in given})
        )

    return Batch(tuple(column.type for column in columns), build)


def _end_outgoing(state: OutgoingState, given: tuple[str, ...]) -> Batch:
    return update_batch(
        outgoing,
        ("id",),
        given=given,
        fixed={"state": state.value},
        where=lambda table: table.c.state == _number(OutgoingState.PLANNED),
    )


_SENT = (
    _end_outgoing(OutgoingState.SENT, ("ended_at",)),
    _end_answered(IncomingState.ANSWERED, ("ended_at",)),
)
_SET_ASIDE = (
    _end_outgoing(OutgoingState.SET_ASIDE, ("reason", "ended_at")),
    _end_answered(IncomingState.LEFT, ("reason", "ended_at")),
)


def sent(rows: Sequence[Row]) -> Steps[None]:
    """Mark outgoing messages as sent: rows of (id, at)."""
    for statement in _SENT:
        yield Step(statement, rows)
    return [None] * len(rows)


def set_aside(rows: Sequence[Row]) -> Steps[None]:
    """Set outgoing messages aside: rows of (id, reason, at)."""
    for statement in _SET_ASIDE:
        yield Step(statement, rows)
    return [None] * len(rows)


_account = bindparam("account", type_=Text)

UNFINISHED = Query(
    select(
        incoming.c.id,
        incoming.c.chat,
        incoming.c.message,
        incoming.c.sender,
        incoming.c.sender_is_bot,
        incoming.c.kind,
        incoming.c.text,
        incoming.c.mentions_us,
        incoming.c.peer_type,
        incoming.c.peer_id,
        incoming.c.peer_hash,
        incoming.c.title,
        incoming.c.language,
        incoming.c.at,
        incoming.c.state,
        incoming.c.of_another,
    )
    .where(incoming.c.account == _account, INCOMING_OPEN)
    .order_by(incoming.c.id),
    ("account",),
)

UNSENT = Query(
    select(
        outgoing.c.id,
        outgoing.c.chat,
        outgoing.c.incoming,
        outgoing.c.reply_to,
        outgoing.c.random_id,
        outgoing.c.text,
        outgoing.c.peer_type,
        outgoing.c.peer_id,
        outgoing.c.peer_hash,
        outgoing.c.at,
        outgoing.c.expires_at,
        outgoing.c.purpose,
    )
    .where(outgoing.c.account == _account, OUTGOING_UNSENT)
    .order_by(outgoing.c.id),
    ("account",),
)

FORMER_CHAT = Query(
    select(chats.c.chat).where(
        chats.c.account == _account, chats.c.moved_to == bindparam("chat", type_=BigInteger)
    ),
    ("account", "chat"),
)

REASON = Query(
    select(incoming.c.reason).where(
        incoming.c.account == _account,
        incoming.c.chat == bindparam("chat", type_=BigInteger),
        incoming.c.message == bindparam("message", type_=BigInteger),
        incoming.c.state == IncomingState.LEFT.value,
    ),
    ("account", "chat", "message"),
)

ENDS = Query(
    select(incoming.c.state, incoming.c.reason, func.count())
    .where(incoming.c.at >= bindparam("since", type_=Double))
    .group_by(incoming.c.state, incoming.c.reason),
    ("since",),
)
