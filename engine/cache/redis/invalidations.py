"""The stream in Redis by which processes tell each other what is no longer valid.

A stream rather than pub/sub, since it is there to be read on after a pause: who lost the
connection for a while misses nothing that was told meanwhile.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from engine.cache.redis.keys import Client, Keys, Pipeline
from engine.cache.tier import Invalidation

_LENGTH = 10_000  # told things the stream remembers, at least
_AT_ONCE = 1_000
_PATIENCE = 0.5  # s Redis holds a question back that has no answer yet
_REPEATED = 10.0  # s back that we tell again if Redis comes back without its newest writes

_Told = tuple[bytes, dict[bytes, bytes]]  # its number, its fields

Receive = Callable[[str, Invalidation], Awaitable[None]]


class _Message(msgspec.Struct, array_like=True, frozen=True):
    origin: str
    cache: str = ""  # none: the sender has swept what a Redis without its newest writes held
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everything: bool = False


class Invalidations:
    """Where this process is in the stream; one's own messages come back and are passed over."""

    def __init__(self, keys: Keys, receive: Receive, cursor: str | None = None) -> None:
        """`cursor` is where an earlier life of this process had read to."""
        self._stream = keys.stream
        self._receive = receive
        self._origin = secrets.token_hex(8)
        self.cursor = cursor
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(_Message).decode
        self._told: deque[tuple[float, str, Invalidation]] = deque(maxlen=_LENGTH)

    def tell(self, pipeline: Pipeline, cache: str, what: Invalidation) -> None:
        """Have `pipeline` append it."""
        now = asyncio.get_running_loop().time()
        while self._told and self._told[0][0] < now - _REPEATED:
            self._told.popleft()
        self._told.append((now, cache, what))
        message = _Message(self._origin, cache, what.keys, what.tags, what.everything)
        self._append(pipeline, message)

    def told_lately(self) -> list[tuple[str, Invalidation]]:
        """What a Redis without its newest writes may not know."""
        since = asyncio.get_running_loop().time() - _REPEATED
        return [(cache, what) for at, cache, what in self._told if at >= since]

    async def swept(self, client: Client) -> None:
        """Let the others know that they need not do it too."""
        pipeline: Pipeline = client.pipeline(transaction=False)
        self._append(pipeline, _Message(self._origin))
        await pipeline.execute()

    async def catch_up(self, client: Client) -> tuple[bool, bool]:
        """Take what was told since; whether that is all that was told, and whether Redis has
        come back without its newest writes and nobody has swept up after it.
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
        """Wait a while for what is told, and take it."""
        async with asyncio.timeout(_PATIENCE * 2):
            answer: Any = await client.xread(
                {self._stream: self.cursor or "$"}, count=_AT_ONCE, block=int(_PATIENCE * 1000)
            )
        for _stream, found in answer or ():
            await self._take(found)

    def _append(self, pipeline: Pipeline, message: _Message) -> None:
        pipeline.xadd(self._stream, {b"m": self._encode(message)}, maxlen=_LENGTH, approximate=True)

    async def _begin(self, client: Client) -> None:
        """Stand at the end of the stream, which must have one."""
        newest: Any = await client.xrevrange(self._stream, count=1)
        if not newest:
            await self.swept(client)
            newest = await client.xrevrange(self._stream, count=1)
        self.cursor = newest[0][0].decode()

    async def _from(self, client: Client, cursor: str) -> list[_Told]:
        """What was told since `cursor`, and that itself if it is still there."""
        found: Any = await client.xrange(self._stream, min=cursor, count=_AT_ONCE)
        return list(found)

    async def _take(self, found: list[_Told]) -> bool:
        """Whether somebody has swept among it."""
        swept = False
        for number, fields in found:
            self.cursor = number.decode()
            try:
                message = self._decode(fields.get(b"m", b""))
            except msgspec.MsgspecError:
                continue  # not from us
            swept = swept or not message.cache
            if message.origin != self._origin and message.cache:
                what = Invalidation(message.keys, message.tags, message.everything)
                await self._receive(message.cache, what)
        return swept

    async def _is_trimmed(self, client: Client) -> bool:
        """Whether what stood where we were was dropped for its age, rather than never stored."""
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
