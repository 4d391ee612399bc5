"""Stores announcements, and each account's rounds of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, select

from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps, insert_batch, update_batch
from engine.storage.database.repository import Repository
from engine.storage.database.schema import (
    OutgoingState,
    announcement_rounds,
    announcements,
    outgoing,
    subscriptions,
)
from engine.storage.database.statement import Query, Row
from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.messages import outgoing_row


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement in one chat; `id` comes from `Database.next_id`."""

    id: int
    account: str
    chat: int
    text: str
    at: float
    outgoing: int | None = None  # its row in the outbox


@dataclass(frozen=True, slots=True)
class Round:
    """The state of an account's rounds."""

    account: str
    began_at: float | None  # None: no round is under way
    due_at: float  # of the next round


class Rounds(Repository[Round]):
    """Rounds by account."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, announcement_rounds, Round)


_LAST_HEARD = Query(
    select(announcements.c.text)
    .join(outgoing, outgoing.c.id == announcements.c.outgoing)
    .where(
        announcements.c.account == bindparam("account", type_=Text),
        announcements.c.chat == bindparam("chat", type_=BigInteger),
        outgoing.c.state != OutgoingState.SET_ASIDE.value,
    )
    .order_by(announcements.c.at.desc())
    .limit(1),
    ("account", "chat"),
)


class Announcements(Repository[Announcement]):
    """Announcements by id, which grows with time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, announcements, Announcement)

    async def last_heard(self, account: str, chat: int) -> str | None:
        """Return the newest text that was or may still be sent; None if there is none."""
        rows = await self._database.read(_LAST_HEARD, account, chat)
        return str(rows[0][0]) if rows else None

    async def plan(self, message: OutgoingMessage, subscription: int) -> int:
        """Store a message, its announcement and the subscription's last time in one transaction.

        Returns the id of the row in the outbox.
        """
        sending = self._database.next_id()
        row = (
            *outgoing_row(sending, message),
            self._database.next_id(),
            message.account,
            message.chat,
            message.text,
            message.at,
            sending,
            subscription,
            message.at,
        )
        return await self._database.write(_plan, row)


_INSERT_OUTGOING = insert_batch(outgoing)
_INSERT_ANNOUNCEMENT = insert_batch(announcements)
_MARK_SUBSCRIPTION = update_batch(subscriptions, ("id",), given=("last_at",))
_OUTGOING, _ANNOUNCEMENT = len(outgoing.columns), len(announcements.columns)


def _plan(rows: Sequence[Row]) -> Steps[int]:
    """Write rows of `outgoing`, each followed by one of `announcements` and (subscription, at)."""
    both = _OUTGOING + _ANNOUNCEMENT
    yield Step(_INSERT_OUTGOING, [row[:_OUTGOING] for row in rows])
    yield Step(_INSERT_ANNOUNCEMENT, [row[_OUTGOING:both] for row in rows])
    yield Step(_MARK_SUBSCRIPTION, [row[both:] for row in rows])
    return [row[0] for row in rows]
