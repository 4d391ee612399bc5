"""Implements L2: one cache's values in Redis, shared by all processes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from redis.exceptions import RedisError

from engine.cache.lower_level import Invalidation, OnInvalidated, Record
from engine.cache.redis.keys import Client, Pipeline
from engine.cache.redis.link import RedisAwayError, RedisLink
from engine.cache.stats import Level, LevelStats

LONGEST_TTL = 30 * 86_400.0  # s; a value without end gets this one, so that its tags end too


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    tags: tuple[str, ...]
    payload: bytes


class RedisLevel:
    """Expires values by Redis' own clock."""

    def __init__(self, link: RedisLink, cache: str) -> None:
        self._link = link
        self._cache = cache
        self._hits = 0
        self._misses = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(_Stored).decode

    def listen(self, receive: OnInvalidated) -> None:
        """Have `receive` called with other processes' invalidations."""
        self._link.register(self._cache, receive)

    async def get(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the values under `keys`, with the seconds they have left."""
        names = [self._link.keys.value(self._cache, key) for key in keys]

        async def ask(client: Client) -> list[Any]:
            pipeline: Pipeline = client.pipeline(transaction=False)
            for name in names:
                pipeline.get(name)
                pipeline.pttl(name)
            answers: list[Any] = await pipeline.execute(raise_on_error=False)
            for refusal in filter(_is_refusal, answers):
                raise refusal
            return answers

        try:
            answers = await self._link.do(ask)
        except RedisAwayError:
            answers = [None] * (2 * len(keys))
        found: dict[str, Record] = {}
        foreign: list[str] = []
        for key, value, milliseconds in zip(keys, answers[::2], answers[1::2], strict=True):
            if value is None:
                continue
            record = self._record(value, milliseconds)
            if record is None:
                foreign.append(key)
            else:
                found[key] = record
        if foreign:
            await self.delete(foreign, change=False)
        self._hits += len(found)
        self._misses += len(keys) - len(found)
        return found

    async def set(self, records: Mapping[str, Record], *, change: bool) -> None:
        """Store values; with `change`, tell other processes."""
        what = Invalidation(keys=tuple(records))

        async def store(client: Client) -> None:
            pipeline: Pipeline = client.pipeline(transaction=False)
            for key, record in records.items():
                self._store(pipeline, key, record)
            if change:
                self._link.tell(pipeline, self._cache, what)
            await pipeline.execute()

        try:
            await self._link.do(store)
        except RedisAwayError:
            self._link.missed(self._cache, what)

    async def delete(self, keys: Sequence[str], *, change: bool = True) -> None:
        """Delete keys; with `change`, tell other processes."""
        await self._link.invalidate(self._cache, Invalidation(keys=tuple(keys)), tell=change)

    async def delete_tagged(self, tags: Sequence[str]) -> None:
        """Delete every value that carries any of `tags`, and tell other processes."""
        await self._link.invalidate(self._cache, Invalidation(tags=tuple(tags)))

    async def clear(self) -> None:
        """Delete everything in this cache, and tell other processes."""
        await self._link.invalidate(self._cache, Invalidation(everything=True))

    def stats(self) -> LevelStats:
        """Return the counters of this level."""
        return LevelStats(
            level=Level.REDIS,
            hits=self._hits,
            misses=self._misses,
            available=self._link.available,
        )

    def _store(self, pipeline: Pipeline, key: str, record: Record) -> None:
        seconds = LONGEST_TTL if record.ttl is None else min(record.ttl, LONGEST_TTL)
        value = self._encode(_Stored(record.tags, record.payload))
        name = self._link.keys.value(self._cache, key)
        pipeline.set(name, value, px=max(1, int(seconds * 1000)))
        for tag in record.tags:
            # The set lives as long as its longest-lived value.
            members = self._link.keys.tag(self._cache, tag)
            pipeline.sadd(members, key)
            pipeline.expire(members, math.ceil(seconds) + 1, nx=True)
            pipeline.expire(members, math.ceil(seconds) + 1, gt=True)

    def _record(self, value: Any, milliseconds: Any) -> Record | None:
        """Return the record, or None for a value that is not ours."""
        if isinstance(value, Exception) or isinstance(milliseconds, Exception):
            return None
        try:
            stored = self._decode(value)
        except msgspec.MsgspecError:
            return None
        return Record(stored.payload, max(milliseconds, 1) / 1000, stored.tags)


def _is_refusal(answer: Any) -> bool:
    """Return True if Redis refuses; a foreign type under one of our keys affects that key alone."""
    return isinstance(answer, RedisError) and not str(answer).startswith("WRONGTYPE")
