"""Moves the data of a basic group that becomes a supergroup with another id."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from engine.storage.chats import StoredChat
from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps, insert_batch
from engine.storage.database.schema import (
    OutgoingState,
    announcements,
    chats,
    consents,
    memories,
    outgoing,
    subscriptions,
)
from engine.storage.database.statement import Row
from engine.storage.peer import Peer
from engine.storage.record.record import KeepLines
from engine.storage.record.record import moved as moved_entry

_PUT_CHAT = insert_batch(chats, replace=("changed_at", "moved_to"))


class MovedChats:
    """Moves in one transaction; repeating a move changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, moved: StoredChat, peer: Peer) -> None:
        """Give everything stored about `moved` the id `moved.moved_to`, and `peer` as its address.

        Messages keep their ids, because the supergroup numbers its own; `Messages.history`
        continues into the former group.
        """

        def steps(rows: Sequence[Row]) -> Steps[None]:
            for statement in _statements(moved, peer):
                yield Step(statement)
            row = (
                moved.account,
                moved.chat,
                moved.kind,
                moved.title,
                moved.changed_at,
                moved.moved_to,
            )
            yield Step(_PUT_CHAT, [row])
            if moved.moved_to is not None:
                yield KeepLines((moved_entry(moved.chat, moved.moved_to, moved.changed_at),))
            return [None] * len(rows)

        await self._database.write(steps, ())


def _statements(moved: StoredChat, peer: Peer) -> tuple[Any, ...]:
    account, old, new = moved.account, moved.chat, moved.moved_to
    address = {"peer_type": peer.type, "peer_id": peer.id, "peer_hash": peer.access_hash}
    there = subscriptions.alias()
    own = (subscriptions.c.account == account, subscriptions.c.chat == old)
    doubled = (
        select(1)
        .where(
            there.c.account == account,
            there.c.chat == new,
            there.c.purpose == subscriptions.c.purpose,
            there.c.ended_at.is_(None),
        )
        .exists()
    )
    known = consents.alias()
    given = (
        select(1)
        .where(
            known.c.person == consents.c.person,
            known.c.chat == new,
            known.c.purpose == consents.c.purpose,
            known.c.given_at == consents.c.given_at,
        )
        .exists()
    )
    return (
        update(subscriptions)
        .where(*own, subscriptions.c.ended_at.is_(None), doubled)
        .values(ended_at=moved.changed_at, reason="moved"),
        update(subscriptions).where(*own).values(chat=new, **address),
        update(consents).where(consents.c.chat == old, ~given).values(chat=new),
        # Message ids belong to the former group, and would be wrong in the consents too.
        update(memories).where(memories.c.chat == old).values(chat=new, message=None),
        update(announcements)
        .where(announcements.c.account == account, announcements.c.chat == old)
        .values(chat=new),
        update(outgoing)
        .where(
            outgoing.c.account == account,
            outgoing.c.chat == old,
            outgoing.c.state == OutgoingState.PLANNED.value,
        )
        .values(chat=new, reply_to=None, **address),
    )
