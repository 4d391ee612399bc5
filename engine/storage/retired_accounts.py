"""Ends the agreements and memories of a removed account, whose name may be reused."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps
from engine.storage.database.schema import (
    IncomingState,
    OutgoingState,
    consents,
    incoming,
    memories,
    outgoing,
    subscriptions,
)
from engine.storage.database.statement import Row
from engine.storage.messages.statements import INCOMING_OPEN, OUTGOING_UNSENT
from engine.storage.record.record import ACCOUNT_REMOVED, KeepLines, retired

_FORMER = " †"  # suffix of a removed account's name; no account has such a name


async def retire(database: Database, account: str, at: float) -> None:
    """Withdraw consents, end subscriptions and open messages, and delete long-term memories.

    One transaction; repeating it changes nothing. Messages stay for the usual retention time.
    Raises StorageError.
    """

    def steps(rows: Sequence[Row]) -> Steps[None]:
        for statement in _statements(account, at):
            yield Step(statement)
        yield KeepLines((retired(account, at),))
        return [None] * len(rows)

    await database.write(steps, ())


def _statements(account: str, at: float) -> tuple[Any, ...]:
    ended = {"ended_at": at, "reason": ACCOUNT_REMOVED}
    return (
        update(consents)
        .where(consents.c.account == account, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at),
        # The next account of that name must not pass on what was told to the removed one.
        update(consents).where(consents.c.account == account).values(account=f"{account}{_FORMER}"),
        update(subscriptions)
        .where(subscriptions.c.account == account, subscriptions.c.ended_at.is_(None))
        .values(**ended),
        update(outgoing)
        .where(outgoing.c.account == account, OUTGOING_UNSENT)
        .values(state=OutgoingState.SET_ASIDE.value, **ended),
        update(incoming)
        .where(incoming.c.account == account, INCOMING_OPEN)
        .values(state=IncomingState.LEFT.value, **ended),
        delete(memories).where(memories.c.account == account),
    )
