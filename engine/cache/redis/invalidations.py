"""Exchanges invalidations between processes through a stream in Redis.

A stream, not pub/sub, because it can be read on after a pause: a process that was disconnected for
a while misses nothing.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from engine.cache.lower_level import Invalidation
from engine.cache.redis.keys import Client, Pipeline, RedisKeys

_LENGTH = 10_000  # minimum entries that the stream keeps
_AT_ONCE = 1_000
_PATIENCE = 0.5  # s for which Redis holds a read that has no answer yet
_REPEATED = 10.0  # s of invalidations that we repeat if Redis comes back without its newest writes

_StreamEntry = tuple[bytes, dict[bytes, bytes]]  # id and fields of a stream entry

Receive = Callable[[str, Invalidation], Awaitable[None]]


class _Message(msgspec.Struct, array_like=True, frozen=True):
    origin: str
    cache: str = ""  # empty: the sender has deleted everything after Redis lost its newest writes
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everything: bool = False


class Invalidations:
    """Tracks this process's position in the stream; it skips its own entries."""

    def __init__(self, keys: RedisKeys, receive: Receive, cursor: str | None = None) -> None:
        """Start at `cursor`, the position of an earlier run of this process."""
        self._stream = keys.stream
        self._receive = receive
        self._origin = secrets.token_hex(8)
        self.cursor = cursor
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(_Message).decode
        self._told: deque[tuple[float, str, Invalidation]] = deque(maxlen=_LENGTH)

    def tell(self, pipeline: Pipeline, cache: str, what: Invalidation) -> None:
        """Append the invalidation in `pipeline`."""
        now = asyncio.get_running_loop().time()
        while self._told and self._told[0][0] < now - _REPEATED:
            self._told.popleft()
        self._told.append((now, cache, what))
        message = _Message(self._origin, cache, what.keys, what.tags, what.everything)
        self._append(pipeline, message)

    def told_lately(self) -> list[tuple[str, Invalidation]]:
        """Return the recent invalidations, which a Redis without its newest writes may lack."""
        since = asyncio.get_running_loop().time() - _REPEATED
        return [(cache, what) for at, cache, what in self._told if at >= since]

    async def swept(self, client: Client) -> None:
        """Tell the other processes that everything was deleted, so that they need not do it too."""
        pipeline: Pipeline = client.pipeline(transaction=False)
        self._append(pipeline, _Message(self._origin))
        await pipeline.execute()

    async def catch_up(self, client: Client) -> tuple[bool, bool]:
        """Read new entries; return (complete, redis_lost_writes).

        The second is True if Redis came back without its newest writes and no process has cleaned
        up.
        """
        if self.cursor is None:
            await self._begin(client)
            return True, False
        found = await self._from(client, self.cursor)
        if found and found[0][0].decode() == self.cursor:
            while len(found) > 1:
                await self._take(found[1:])
                found = await self._from(client, self.cursor)
            return True, False
        trimmed = await self._is_trimmed(client)
        swept = await self._take(found)
        return not trimmed, not trimmed and not swept

    async def read_on(self, client: Client) -> None:
        """Wait a moment for new entries, and process them."""
        async with asyncio.timeout(_PATIENCE * 2):
            answer: Any = await client.xread(
                {self._stream: self.cursor or "$"}, count=_AT_ONCE, block=int(_PATIENCE * 1000)
            )
        for _stream, found in answer or ():
            await self._take(found)

    def _append(self, pipeline: Pipeline, message: _Message) -> None:
        pipeline.xadd(self._stream, {b"m": self._encode(message)}, maxlen=_LENGTH, approximate=True)

    async def _begin(self, client: Client) -> None:
        """Go to the end of the stream; create it if it is empty."""
        newest: Any = await client.xrevrange(self._stream, count=1)
        if not newest:
            await self.swept(client)
            newest = await client.xrevrange(self._stream, count=1)
        self.cursor = newest[0][0].decode()

    async def _from(self, client: Client, cursor: str) -> list[_StreamEntry]:
        """Return the entries since `cursor`, including that one if it still exists."""
        found: Any = await client.xrange(self._stream, min=cursor, count=_AT_ONCE)
        return list(found)

    async def _take(self, found: list[_StreamEntry]) -> bool:
        """Process entries; return True if one of them says that everything was deleted."""
        swept = False
        for number, fields in found:
            self.cursor = number.decode()
            try:
                message = self._decode(fields.get(b"m", b""))
            except msgspec.MsgspecError:
                continue  # not one of ours
            swept = swept or not message.cache
            if message.origin != self._origin and message.cache:
                what = Invalidation(message.keys, message.tags, message.everything)
                await self._receive(message.cache, what)
        return swept

    async def _is_trimmed(self, client: Client) -> bool:
        """Return True if the entry at our position was dropped for its age, rather than lost."""
        try:
            about: Any = await client.xinfo_stream(self._stream)
        except ResponseError as error:
            if "no such key" not in str(error):
                raise
            return False
        dropped = about.get("max-deleted-entry-id", b"0-0")
        return _position(dropped.decode()) >= _position(self.cursor or "0-0")


def _position(number: str) -> tuple[int, int]:
    milliseconds, _, sequence = number.partition("-")
    return int(milliseconds), int(sequence or 0)
