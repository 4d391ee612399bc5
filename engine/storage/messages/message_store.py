"""Says what is asked of whoever keeps messages."""

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
    """Messages in and out: `Messages` itself, or one that keeps lines of it near.

    Every write returns when it survives a power cut; all raise StorageError.
    """

    @property
    def told_before(self) -> float | None:
        """New messages dated before it may have been answered before a restore; None: none may."""
        ...

    async def settled(self) -> None:
        """Wait until all writes begun before are safe, also those whose caller was cancelled."""
        ...

    async def store_incoming(
        self, messages: Sequence[IncomingMessage]
    ) -> tuple[StoredIncoming, ...]:
        """Keep messages; one that is kept already is left as it is, and said to be not new."""
        ...

    async def leave(self, incoming: int, reason: str, at: float) -> None:
        """Note that an incoming message gets no answer; without effect if it has an end."""
        ...

    async def plan(self, message: OutgoingMessage) -> int:
        """Keep a message to send, and mark what it answers, both or none; return the row's id."""
        ...

    async def planned(self, message: OutgoingMessage, planning: Awaitable[int]) -> int:
        """As `plan`, where something else is stored with it: `planning` gives the row's id."""
        ...

    async def sent(self, outgoing: int, at: float) -> None:
        """Note that it arrived: what it answers is answered."""
        ...

    async def set_aside(self, outgoing: int, reason: str, at: float) -> None:
        """Note that it will not be sent: what it answers is left for the same reason."""
        ...

    async def unfinished_incoming(self, account: str) -> tuple[UnfinishedIncoming, ...]:
        """Return incoming messages without an end, in the order they came."""
        ...

    async def unsent(self, account: str) -> tuple[Unsent, ...]:
        """Return planned messages without an end, in the order they were planned."""
        ...

    async def history(self, account: str, chat: int, limit: int) -> tuple[HistoryEntry, ...]:
        """Return the last messages in and out but announcements, the newest last."""
        ...

    def forget(self) -> None:
        """Hold on to nothing: others have changed what is stored."""
        ...
