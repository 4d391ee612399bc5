"""Reads what the accounts sent recently, to count limits after a restart."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Double, bindparam, or_, select

from engine.storage.database.database import Database
from engine.storage.database.identifiers import first_id
from engine.storage.database.schema import OutgoingState, incoming, outgoing
from engine.storage.database.statement import Query

_PAGE = 1000  # rows; that many take the loop a few milliseconds


@dataclass(frozen=True, slots=True)
class Sending:
    """A planned message, which was sent unless `ended_at` is None."""

    account: str
    chat: int
    sender: int | None  # the person it answers
    at: float  # planned, in seconds since 1970
    ended_at: float | None


_SENDINGS = Query(
    select(
        outgoing.c.id,
        outgoing.c.account,
        outgoing.c.chat,
        incoming.c.sender,
        outgoing.c.at,
        outgoing.c.ended_at,
    )
    .select_from(outgoing.outerjoin(incoming, incoming.c.id == outgoing.c.incoming))
    .where(
        outgoing.c.id >= bindparam("first", type_=BigInteger),
        outgoing.c.state != OutgoingState.SET_ASIDE.value,
        or_(
            outgoing.c.ended_at.is_(None),
            outgoing.c.ended_at >= bindparam("ended_since", type_=Double),
        ),
    )
    .order_by(outgoing.c.id)
    .limit(_PAGE),
    ("first", "ended_since"),
)


async def sendings(
    database: Database, *, planned_since: float, ended_since: float
) -> AsyncIterator[Sequence[Sending]]:
    """Yield pages in the order of planning; raises StorageError."""
    first = first_id(planned_since)
    while rows := await database.read(_SENDINGS, first, ended_since):
        yield [Sending(*row[1:]) for row in rows]
        first = rows[-1][0] + 1
