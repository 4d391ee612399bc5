"""Stores messages, and keeps the newest lines of lively chats in a cache that every write updates.

Changes to many rows at once (a person erased, a chat moved) must call `forget`.
"""

from bisect import insort_right
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Sequence
from typing import Any

from engine.cache.cache import Cache
from engine.storage.messages.message import (
    HistoryEntry,
    IncomingMessage,
    OutgoingMessage,
    StoredIncoming,
    UnfinishedIncoming,
    Unsent,
)
from engine.storage.messages.message_store import MessageStore
from engine.storage.messages.messages import storable
from engine.storage.people.consents import Purpose

KEPT = 100  # lines of a chat
_MOST_UNSENT = 20_000

_Chat = tuple[str, int]  # account and chat


class ChatLog:
    """A `MessageStore` in front of another, which it asks only for lines that are not near.

    What it tells is never outdated.
    """

    def __init__(self, store: MessageStore, lines: Cache[list[Any]]) -> None:
        self._store = store
        self._lines = lines
        self._generation = 0
        self._writing: Counter[str] = Counter()  # writes under way, by key
        self._reading: dict[str, object] = {}  # token of the read whose lines may be kept, by key
        self._unsent: OrderedDict[int, _Chat] = OrderedDict()  # by row; it may still be set aside

    def forget(self) -> None:
        """Drop all cached lines after many rows have changed in the database."""
        self._generation += 1

    async def history(self, account: str, chat: int, limit: int) -> tuple[HistoryEntry, ...]:
        """Return the lines, from the cache if possible; see `MessageStore`."""
        if limit > KEPT:
            return await self._store.history(account, chat, limit)
        key = self._key(account, chat)
        kept: list[HistoryEntry] | None = await self._lines.get(key)
        if kept is None:
            kept, may_be_kept = await self._read(key, account, chat)
            if may_be_kept:
                await self._lines.set(key, kept)
        return tuple(kept[-limit:])

    async def load(self, key: str) -> list[HistoryEntry]:
        """Return the lines under `key`; raises LookupError if they changed meanwhile."""
        generation, _, chat = key.partition(":")
        account, _, number = chat.rpartition(":")
        lines, may_be_kept = await self._read(key, account, int(number))
        if not may_be_kept or generation != str(self._generation):
            raise LookupError("it was written to while it was read")
        return lines

    async def _read(self, key: str, account: str, chat: int) -> tuple[list[HistoryEntry], bool]:
        """Return the lines, and True if nobody wrote to them meanwhile."""
        mark = self._reading[key] = object()
        lines = list(await self._store.history(account, chat, KEPT))
        if self._reading.get(key) is not mark:
            return lines, False
        del self._reading[key]
        return lines, key not in self._writing

    async def store_incoming(
        self, messages: Sequence[IncomingMessage]
    ) -> tuple[StoredIncoming, ...]:
        """Store the messages and add them to the cached lines; see `MessageStore`."""
        keys = [self._key(one.account, one.chat) for one in messages]
        self._begin(keys)
        try:
            stored = await self._store.store_incoming(messages)
            for key, one, kept in zip(keys, messages, stored, strict=True):
                if kept.is_new:
                    text = storable(one.text)
                    line = HistoryEntry(
                        one.at, False, one.sender, text, one.message, one.of_another
                    )
                    await self._add(key, line)
        except BaseException:  # they may have been stored nevertheless
            await self._lines.delete(*keys)
            raise
        finally:
            self._end(keys)
        return stored

    async def plan(self, message: OutgoingMessage) -> int:
        """Plan the message and add it to the cached lines; see `MessageStore`."""
        return await self.planned(message, self._store.plan(message))

    async def planned(self, message: OutgoingMessage, planning: Awaitable[int]) -> int:
        """Await `planning`, and add the message to the cached lines; see `MessageStore`."""
        key = self._key(message.account, message.chat)
        self._begin((key,))
        try:
            row = await planning
            self._unsent[row] = message.account, message.chat
            if len(self._unsent) > _MOST_UNSENT:
                self._unsent.popitem(last=False)
            if message.purpose != Purpose.ANNOUNCEMENTS:  # not part of a conversation
                await self._add_ours(key, message)
        except BaseException:  # it may have been stored nevertheless
            await self._lines.delete(key)
            raise
        finally:
            self._end((key,))
        return row

    async def sent(self, outgoing: int, at: float) -> None:
        """Note that the message was sent; see `MessageStore`."""
        await self._store.sent(outgoing, at)
        self._unsent.pop(outgoing, None)

    async def set_aside(self, outgoing: int, reason: str, at: float) -> None:
        """Set the message aside and drop the chat's cached lines; see `MessageStore`."""
        chat = self._unsent.pop(outgoing, None)
        await self._store.set_aside(outgoing, reason, at)
        if chat is None:  # planned by an earlier process
            self.forget()
        else:
            key = self._key(*chat)
            self._reading.pop(key, None)
            await self._lines.delete(key)

    # -- what has no lines, or leaves them as they are --

    @property
    def told_before(self) -> float | None:
        """See `MessageStore`."""
        return self._store.told_before

    async def settled(self) -> None:
        """See `MessageStore`."""
        await self._store.settled()

    async def leave(self, incoming: int, reason: str, at: float) -> None:
        """See `MessageStore`."""
        await self._store.leave(incoming, reason, at)

    async def unfinished_incoming(self, account: str) -> tuple[UnfinishedIncoming, ...]:
        """See `MessageStore`."""
        return await self._store.unfinished_incoming(account)

    async def unsent(self, account: str) -> tuple[Unsent, ...]:
        """See `MessageStore`."""
        return await self._store.unsent(account)

    def _key(self, account: str, chat: int) -> str:
        return f"{self._generation}:{account}:{chat}"

    def _begin(self, keys: Sequence[str]) -> None:
        """Begin a write: lines read from now on may lack it, so they are not kept."""
        for key in keys:
            self._writing[key] += 1
            self._reading.pop(key, None)

    def _end(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._writing[key] -= 1
            if not self._writing[key]:
                del self._writing[key]

    async def _add_ours(self, key: str, message: OutgoingMessage) -> None:
        """Add our message to the line it answers; if that is not cached, drop the lines."""
        text = storable(message.text)
        if message.incoming is None:
            await self._add(key, HistoryEntry(message.at, True, None, text, None))
            return
        lines: Sequence[HistoryEntry] = self._lines.peek(key) or ()
        numbered = (line for line in lines if line.message is not None)
        asked = next((line for line in numbered if line.message == message.reply_to), None)
        if asked is not None:
            await self._add(key, asked.answered_by(message.at, text))
        elif lines:
            await self._lines.delete(key)

    async def _add(self, key: str, line: HistoryEntry) -> None:
        kept = self._lines.peek(key)
        if kept is None:
            return
        lines = list(kept)  # the list has been handed out, so it must not change
        insort_right(lines, line, key=lambda one: one.at)
        await self._lines.set(key, lines[-KEPT:])
