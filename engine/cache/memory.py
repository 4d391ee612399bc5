"""Implements L1: decoded values in this process's memory; a hit costs no copy and no wait."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.store import Eviction, store_for
from engine.cache.stats import Level, LevelStats
from engine.cache.tag_index import TagIndex
from engine.clock import Clock

ENTRY_OVERHEAD = 256  # bytes of an entry beside its key and value
_AT_ONCE = 200  # entries before the loop gets a turn


class MemoryLevel:
    """A store with tags and a clock. Values are shared, so nobody may change one."""

    def __init__(self, policy: Eviction, entries: int, size: int, clock: Clock) -> None:
        """Limit the level to `entries`, and to `size` bytes."""
        self._tags = TagIndex()
        self._store = store_for(policy, entries, size, self._went)
        self._capacity = entries
        self._bytes_capacity = size
        self._expirations = 0
        self.on_lost: Callable[[str], None] | None = None
        """Told of every key that goes by itself, evicted or expired; it must never raise."""
        self._time = clock.monotonic
        self.find = self._store.get  # bound once for fast hits; the entry may have expired
        self._peek = self._store.peek

    def __len__(self) -> int:
        return len(self._store)

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry unless it has expired; counts as an access."""
        return self._unexpired(key, self.find(key))

    def peek(self, key: str) -> CacheEntry | None:
        """Return the entry unless it has expired, without counting an access."""
        return self._unexpired(key, self._peek(key))

    def put(
        self,
        key: str,
        value: object,
        size: int,
        ttl: float | None,
        tags: tuple[str, ...],
        *,
        ahead: bool = False,
    ) -> None:
        """Store or replace a value; loaded `ahead` of a request, it displaces few others."""
        expires_at = None if ttl is None else self._time() + ttl
        entry = CacheEntry(value, size + len(key) + ENTRY_OVERHEAD, expires_at, tags)
        before = self._peek(key)
        if before is not None and before.tags:
            self._tags.remove(key, before.tags)
        if self._store.set(key, entry, ahead=ahead) and tags:
            self._tags.add(key, tags)

    async def drop(self, keys: Iterable[str]) -> None:
        """Delete keys, a few at a time; if cancelled, delete the rest at once."""
        rest = iter(keys)
        try:
            while some := list(islice(rest, _AT_ONCE)):
                self._drop(some)
                if len(some) == _AT_ONCE:
                    await asyncio.sleep(0)
        finally:
            self._drop(rest)

    async def drop_tagged(self, tags: Iterable[str]) -> None:
        """Delete what carries any of `tags`, a few at a time."""
        await self.drop(self._tags.keys(tags))

    def _drop(self, keys: Iterable[str]) -> None:
        for key in keys:
            entry = self._store.pop(key)
            if entry is not None and entry.tags:
                self._tags.remove(key, entry.tags)

    def drop_expired(self, key: str) -> None:
        """Delete a key that was found expired."""
        self._drop((key,))
        self._expirations += 1
        self._lost(key)

    async def clear(self) -> None:
        """Delete everything, and forget the history of former keys."""
        await self.drop(self._store.keys())
        self._store.clear()
        self._tags.clear()

    async def sweep(self) -> None:
        """Remove expired values, a few at a time."""
        while self._expire() == _AT_ONCE:  # noqa: ASYNC110 - it waits for nothing, others get their turn
            await asyncio.sleep(0)

    def stats(self, hits: int, misses: int) -> LevelStats:
        """Return the counters of this level."""
        return LevelStats(
            level=Level.MEMORY,
            hits=hits,
            misses=misses,
            entries=len(self._store),
            capacity=self._capacity,
            bytes=self._store.bytes,
            bytes_capacity=self._bytes_capacity,
            evictions=self._store.evictions,
            expirations=self._expirations,
        )

    def _unexpired(self, key: str, entry: CacheEntry | None) -> CacheEntry | None:
        if entry is None or entry.expires_at is None or entry.expires_at > self._time():
            return entry
        self.drop_expired(key)
        return None

    def _expire(self) -> int:
        count = self._store.expire(self._time(), _AT_ONCE)
        self._expirations += count
        return count

    def _went(self, key: str, entry: CacheEntry) -> None:
        if entry.tags:
            self._tags.remove(key, entry.tags)
        self._lost(key)

    def _lost(self, key: str) -> None:
        if self.on_lost is not None:
            self.on_lost(key)
