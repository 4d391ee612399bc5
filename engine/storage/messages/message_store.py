"""Defines the interface of a store of messages."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from engine.storage.messages.message import (
    HistoryEntry,
    IncomingMessage,
    OutgoingMessage,
    StoredIncoming,
    UnfinishedIncoming,
    Unsent,
)


class MessageStore(Protocol):
    """Stores messages: `Messages` itself, or a store that also caches their lines.

    Every write returns when it survives a power cut; all raise StorageError.
    """

    @property
    def told_before(self) -> float | None:
        """New messages dated before it may have been answered before a restore; None: none may."""
        ...

    async def settled(self) -> None:
        """Wait until all earlier writes are safe, even those of cancelled callers."""
        ...

    async def store_incoming(
        self, messages: Sequence[IncomingMessage]
    ) -> tuple[StoredIncoming, ...]:
        """Store messages; a known one is left unchanged and reported as not new."""
        ...

    async def leave(self, incoming: int, reason: str, at: float) -> None:
        """End an incoming message without an answer; no effect if it has an end."""
        ...

    async def plan(self, message: OutgoingMessage) -> int:
        """Store a message to send, and mark the one it answers, or neither; return the row's id."""
        ...

    async def planned(self, message: OutgoingMessage, planning: Awaitable[int]) -> int:
        """Await `planning`, which stores the message with something else; return the row's id."""
        ...

    async def sent(self, outgoing: int, at: float) -> None:
        """Note that a message arrived, so the one it answers is answered."""
        ...

    async def set_aside(self, outgoing: int, reason: str, at: float) -> None:
        """Note that a message will not be sent; the one it answers ends with the same reason."""
        ...

    async def unfinished_incoming(self, account: str) -> tuple[UnfinishedIncoming, ...]:
        """Return the unfinished incoming messages, in order of arrival."""
        ...

    async def unsent(self, account: str) -> tuple[Unsent, ...]:
        """Return the unsent messages, in order of planning."""
        ...

    async def history(self, account: str, chat: int, limit: int) -> tuple[HistoryEntry, ...]:
        """Return the last messages except announcements, newest last."""
        ...

    def forget(self) -> None:
        """Forget what is held in memory, because others have changed the database."""
        ...
