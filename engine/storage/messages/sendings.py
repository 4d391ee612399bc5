"""What the accounts sent lately: the ledger from which limits are counted after a restart."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Double, bindparam, or_, select

from engine.storage.database.database import Database
from engine.storage.database.identifiers import first_id
from engine.storage.database.schema import OutgoingState, incoming, outgoing
from engine.storage.database.statement import Query

_PAGE = 1000  # rows; so many take the loop a few milliseconds


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that was planned and, unless `ended_at` is None, sent."""

    account: str
    chat: int
    sender: int | None  # whom it answers
    at: float  # planned, seconds since 1970
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
    """Page by page in the order they were planned; raises StorageError."""
    first = first_id(planned_since)
    while rows := await database.read(_SENDINGS, first, ended_since):
        yield [Sending(*row[1:]) for row in rows]
        first = rows[-1][0] + 1
