"""Keeps the newest lines of every lively chat near, true to whatever is written of it.

What many rows at once are changed by (a person erased, a chat moved) ends in `forget`.
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
        self._reading: dict[str, object] = {}  # the read whose lines may be kept, by key
        self._unsent: OrderedDict[int, _Chat] = OrderedDict()  # by row; it may yet be set aside

    def forget(self) -> None:
        """Much has changed in the database: ask it again."""
        self._generation += 1

    async def history(self, account: str, chat: int, limit: int) -> tuple[HistoryEntry, ...]:
        """As the store."""
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
        """What may be kept under `key`; raises LookupError if that has changed meanwhile."""
        generation, _, chat = key.partition(":")
        account, _, number = chat.rpartition(":")
        lines, may_be_kept = await self._read(key, account, int(number))
        if not may_be_kept or generation != str(self._generation):
            raise LookupError("it was written to while it was read")
        return lines

    async def _read(self, key: str, account: str, chat: int) -> tuple[list[HistoryEntry], bool]:
        """The lines, and whether nobody wrote to them meanwhile."""
        mark = self._reading[key] = object()
        lines = list(await self._store.history(account, chat, KEPT))
        if self._reading.get(key) is not mark:
            return lines, False
        del self._reading[key]
        return lines, key not in self._writing

    async def store_incoming(
        self, messages: Sequence[IncomingMessage]
    ) -> tuple[StoredIncoming, ...]:
        """As the store."""
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
        except BaseException:  # they may be stored all the same
            await self._lines.delete(*keys)
            raise
        finally:
            self._end(keys)
        return stored

    async def plan(self, message: OutgoingMessage) -> int:
        """As the store."""
        return await self.planned(message, self._store.plan(message))

    async def planned(self, message: OutgoingMessage, planning: Awaitable[int]) -> int:
        """As the store."""
        key = self._key(message.account, message.chat)
        self._begin((key,))
        try:
            row = await planning
            self._unsent[row] = message.account, message.chat
            if len(self._unsent) > _MOST_UNSENT:
                self._unsent.popitem(last=False)
            if message.purpose != Purpose.ANNOUNCEMENTS:  # no line of a conversation
                await self._add_ours(key, message)
        except BaseException:  # it may be stored all the same
            await self._lines.delete(key)
            raise
        finally:
            self._end((key,))
        return row

    async def sent(self, outgoing: int, at: float) -> None:
        """As the store."""
        await self._store.sent(outgoing, at)
        self._unsent.pop(outgoing, None)

    async def set_aside(self, outgoing: int, reason: str, at: float) -> None:
        """As the store."""
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
        """As the store."""
        return self._store.told_before

    async def settled(self) -> None:
        """As the store."""
        await self._store.settled()

    async def leave(self, incoming: int, reason: str, at: float) -> None:
        """As the store."""
        await self._store.leave(incoming, reason, at)

    async def unfinished_incoming(self, account: str) -> tuple[UnfinishedIncoming, ...]:
        """As the store."""
        return await self._store.unfinished_incoming(account)

    async def unsent(self, account: str) -> tuple[Unsent, ...]:
        """As the store."""
        return await self._store.unsent(account)

    def _key(self, account: str, chat: int) -> str:
        return f"{self._generation}:{account}:{chat}"

    def _begin(self, keys: Sequence[str]) -> None:
        """What is read from now on may or may not have what is written."""
        for key in keys:
            self._writing[key] += 1
            self._reading.pop(key, None)

    def _end(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._writing[key] -= 1
            if not self._writing[key]:
                del self._writing[key]

    async def _add_ours(self, key: str, message: OutgoingMessage) -> None:
        """With what it answers, if that is near; else the lines are read anew."""
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
        lines = list(kept)  # handed out already, and so not to be changed
        insort_right(lines, line, key=lambda one: one.at)
        await self._lines.set(key, lines[-KEPT:])
