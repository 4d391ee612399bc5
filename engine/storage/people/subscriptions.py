"""Stores which chats asked a bot for unprompted messages: who, when, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, literal, select, update

from engine.storage.database.database import Database
from engine.storage.database.operation import Operation, Outcome, once
from engine.storage.database.repository import Repository
from engine.storage.database.schema import subscriptions
from engine.storage.database.statement import Query
from engine.storage.peer import Peer
from engine.storage.people.consents import Purpose
from engine.storage.record.record import RecordKind, ended

_OPEN = subscriptions.c.ended_at.is_(None)
_purpose = subscriptions.c.purpose == bindparam("purpose", type_=Text)

# Queried every few seconds, and before each message.
_OPEN_ONES = Query(
    select(subscriptions).where(_purpose, _OPEN).order_by(subscriptions.c.id), ("purpose",)
)
_ACTIVE = Query(
    select(subscriptions.c.id).where(
        subscriptions.c.account == bindparam("account", type_=Text),
        subscriptions.c.chat == bindparam("chat", type_=BigInteger),
        _purpose,
        _OPEN,
        subscriptions.c.confirmed_at.is_not(None),
        subscriptions.c.paused_at.is_(None),
    ),
    ("account", "chat", "purpose"),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's opt-in to unprompted messages of one account for one purpose."""

    id: int
    account: str
    chat: int
    purpose: str
    title: str
    peer_type: str
    peer_id: int
    peer_hash: int
    given_by: int | None  # the administrator; None: the operator
    given_at: float
    confirmed_at: float | None = None  # None: Telegram has not been asked for the rights yet
    paused_at: float | None = None
    last_at: float | None = None
    ended_at: float | None = None
    reason: str | None = None  # why it ended
    language: str | None = None  # in which it was agreed

    @property
    def peer(self) -> Peer:
        """The chat's address for requests."""
        return Peer(self.peer_type, self.peer_id, self.peer_hash)

    @property
    def is_active(self) -> bool:
        """True if the bot may speak: confirmed, neither paused nor ended."""
        return self.confirmed_at is not None and self.paused_at is None and self.ended_at is None


class SubscriptionRecords(Repository[Subscription]):
    """Keeps ended ones too; each account, chat and purpose has at most one open subscription."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, subscriptions, Subscription)
        self.when_changed: list[Callable[[], None]] = []
        """Called when this process has changed any."""

    async def begin(
        self,
        account: str,
        chat: int,
        purpose: Purpose,
        *,
        title: str,
        peer: Peer,
        by: int | None,
        at: float,
        confirmed: bool,
        language: str | None = None,
    ) -> bool:
        """Open a subscription; return False if one is open, which stays unchanged."""
        values = (
            self._database.next_id(),
            account,
            chat,
            purpose.value,
            title,
            peer.type,
            peer.id,
            peer.access_hash,
            by,
            at,
            at if confirmed else None,
            language,
        )
        columns = [subscriptions.columns[name] for name in _GIVEN]
        taken = select(1).where(*_of(account, chat, purpose), _OPEN).exists()
        row = select(
            *(literal(value, column.type) for value, column in zip(values, columns, strict=True))
        ).where(~taken)
        return await self._change(subscriptions.insert().from_select(columns, row)) > 0

    async def end(
        self,
        account: str,
        chat: int,
        purpose: Purpose | None,
        *,
        reason: str,
        at: float,
        asked: bool = False,
    ) -> int:
        """End the open one, or with None those of every purpose; return how many."""
        entry = ended(RecordKind.ENDED, account, chat, purpose, reason=reason, at=at)
        end = update(subscriptions).where(*_of(account, chat, purpose), _OPEN)
        end = end.values(ended_at=at, reason=reason)
        return await self._write(once(end, entry, if_changed=not asked))

    async def end_operators(
        self, account: str, chat: int, purpose: Purpose | None, *, reason: str, at: float
    ) -> int:
        """End like `end`, but only what the operator began."""
        own = (*_of(account, chat, purpose), _OPEN, subscriptions.c.given_by.is_(None))
        entry = ended(RecordKind.ENDED_OPERATORS, account, chat, purpose, reason=reason, at=at)
        end = update(subscriptions).where(*own).values(ended_at=at, reason=reason)
        return await self._write(once(end, entry, if_changed=True))

    async def confirm(self, id_: int, title: str, at: float) -> None:
        """Telegram said that the account has the rights it needs in the chat of that title."""
        confirmed = update(subscriptions).where(subscriptions.c.id == id_, _OPEN)
        await self._change(confirmed.values(title=title, confirmed_at=at))

    async def pause(self, account: str, chat: int, purpose: Purpose, at: float | None) -> bool:
        """Pause, or with None go on; False if there is none open."""
        paused = update(subscriptions).where(*_of(account, chat, purpose), _OPEN)
        return await self._change(paused.values(paused_at=at)) > 0

    async def latest(self, purpose: Purpose) -> tuple[Subscription, ...]:
        """Return each account's and chat's open subscription, or else the one that ended last."""
        found = await self.filter(
            subscriptions.c.purpose == purpose.value,
            order_by=(
                subscriptions.c.account,
                subscriptions.c.chat,
                subscriptions.c.ended_at.is_(None),
                subscriptions.c.id,
            ),
        )
        return tuple({(one.account, one.chat): one for one in found}.values())

    async def open(self, purpose: Purpose) -> tuple[Subscription, ...]:
        """Return all open subscriptions, of every account."""
        rows = await self._database.read(_OPEN_ONES, purpose.value)
        return tuple(Subscription(*row) for row in rows)

    async def find(self, account: str, chat: int, purpose: Purpose) -> Subscription | None:
        """Return the open subscription, or else the one that ended last."""
        found = await self.filter(
            *_of(account, chat, purpose),
            order_by=(subscriptions.c.ended_at.is_(None).desc(), subscriptions.c.id.desc()),
            limit=1,
        )
        return found[0] if found else None

    async def of(self, person: int) -> tuple[Subscription, ...]:
        """Return all that a person began as an administrator, ended ones included."""
        return await self.filter(subscriptions.c.given_by == person)

    async def is_active(self, account: str, chat: int, purpose: Purpose) -> bool:
        """Return True if the account may speak there now."""
        return bool(await self._database.read(_ACTIVE, account, chat, purpose.value))

    async def _change(self, statement: Any) -> int:
        return await self._write(once(statement))

    async def _write(self, operation: Operation[Outcome]) -> int:
        count = (await self._database.write(operation, ())).count
        if count:
            for tell in self.when_changed:
                tell()
        return count


_GIVEN = (
    "id",
    "account",
    "chat",
    "purpose",
    "title",
    "peer_type",
    "peer_id",
    "peer_hash",
    "given_by",
    "given_at",
    "confirmed_at",
    "language",
)


def _of(account: str, chat: int, purpose: Purpose | None) -> tuple[Any, ...]:
    own = (subscriptions.c.account == account, subscriptions.c.chat == chat)
    return own if purpose is None else (*own, subscriptions.c.purpose == purpose.value)
