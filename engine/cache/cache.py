"""Combines any levels into one cache: memory, Redis, disk, from nearest to farthest."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from engine.cache.codec import COMPRESS_ABOVE, Codec
from engine.cache.fetching import Fetching, LoadOptions
from engine.cache.lookups import Lookups
from engine.cache.lower_level import Invalidation, LowerLevel
from engine.cache.memory import MemoryLevel
from engine.cache.recent_lookups import RecentLookups
from engine.cache.stats import CacheStats
from engine.clock import Clock

Value = TypeVar("Value")
Default = TypeVar("Default")
Item = TypeVar("Item")

_AT_ONCE = 200  # values a round trip
_STORED_AT_ONCE = 100  # values stored in memory at once: with evictions that takes milliseconds

_log = logging.getLogger(__name__)


class Cache(Generic[Value]):
    """Values of one type under text keys, each with a time to live and tags.

    Keys and tags must be encodable in UTF-8. A value in memory is returned as it is, so nobody may
    change it. Trouble in a level never reaches the caller: the other levels answer, or the loader.
    No value is returned after its time to live. With Redis, what another process sets or deletes is
    gone here within milliseconds, or as soon as Redis is back.
    """

    def __init__(
        self,
        name: str,
        kind: type[Value],
        *,
        clock: Clock,
        memory: MemoryLevel | None = None,
        levels: Sequence[LowerLevel] = (),
        ttl: float = math.inf,
        compress_above: int = COMPRESS_ABOVE,
    ) -> None:
        """Use `ttl` in seconds and `compress_above` in bytes; ValueError without any level."""
        if memory is None and not levels:
            raise ValueError(f"the cache {name} has no level to keep anything at")
        self.name = name
        self.on_access: Callable[[str], None] | None = None
        """Told of every single key asked for, at once: it must be quick and never raise."""
        self._time = clock.monotonic
        self._ttl = ttl
        self._memory = memory
        # Of type Any, because a cast would cost as much as the rest of a hit.
        self._find: Callable[[str], Any] = _nowhere if memory is None else memory.find
        self._codec = Codec(kind, compress_above)
        self._fetching = Fetching(memory, levels, self._codec)
        self._has_levels = bool(levels)
        self._memory_hits = 0
        self._lower_hits = 0
        self._misses = 0
        self._recent = RecentLookups()

    async def close(self) -> None:
        """Cancel the loads under way."""
        await self._fetching.close()

    @overload
    async def get(self, key: str) -> Value | None: ...
    @overload
    async def get(self, key: str, default: Default) -> Value | Default: ...
    async def get(self, key: str, default: Any = None) -> Any:
        """Return the value, or `default`."""
        if self.on_access is not None:
            self.on_access(key)
        entry = self._find(key)
        if entry is not None:
            if entry.expires_at is None or entry.expires_at > self._time():
                self._memory_hits += 1
                return entry.value
            self._drop_expired(key)
        if self._has_levels:
            found = await self._fetching.look(key)
            if found is not None:
                self._lower_hits += 1
                return found.value
        self._misses += 1
        return default

    def peek(self, key: str) -> Value | None:
        """Return the value in memory, without counting an access; None if memory has none."""
        entry: Any = None if self._memory is None else self._memory.peek(key)
        return None if entry is None else entry.value

    def when_lost(self, lost: Callable[[str], None]) -> None:
        """Call `lost` with each key that memory evicts or expires; it must never raise."""
        if self._memory is not None:
            self._memory.on_lost = lost

    async def get_many(self, keys: Iterable[str]) -> dict[str, Value]:
        """Return the values that exist, by key."""
        values: dict[str, Value] = {}
        for some in _batches(keys):
            wanted: list[str] = []
            for key in some:
                entry = self._in_memory(key)
                if entry is None:
                    wanted.append(key)
                else:
                    values[key] = entry.value
            found = await self._fetching.look_for(wanted) if self._has_levels and wanted else {}
            values |= {key: one.value for key, one in found.items()}
            self._memory_hits += len(some) - len(wanted)
            self._lower_hits += len(found)
            self._misses += len(wanted) - len(found)
        return values

    async def get_or_load(
        self,
        key: str,
        load: Callable[[], Awaitable[Value]],
        *,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> Value:
        """Return the value, or call `load`, return its result and keep it.

        Simultaneous callers share one load, which is cancelled only when none of them waits any
        longer. Each of them gets the error that `load` raises, or LoadCancelledError if something
        else cancelled it; neither is kept.
        """
        if self.on_access is not None:
            self.on_access(key)
        entry = self._in_memory(key)
        if entry is not None:
            self._memory_hits += 1
            value: Value = entry.value
            return value
        was_there = False
        try:
            terms = LoadOptions(load, self._seconds(ttl), tuple(tags))
            value, was_there = await self._fetching.look_or_load(key, terms)
        finally:
            if was_there:
                self._lower_hits += 1
            else:
                self._misses += 1
        return value

    async def load_ahead(
        self,
        key: str,
        load: Callable[[], Awaitable[Value]],
        *,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> None:
        """Bring the value near before it is asked for; counts neither as hit nor as miss."""
        if self._memory is None or self._memory.peek(key) is None:
            terms = LoadOptions(load, self._seconds(ttl), tuple(tags), ahead=True)
            await self._fetching.look_or_load(key, terms)

    async def warm(
        self,
        keys: Iterable[str],
        load: Callable[[str], Awaitable[Value]],
        *,
        at_once: int = 8,
        ttl: float | None = None,
        tags: Iterable[str] = (),
    ) -> int:
        """Fetch or load `keys`, `at_once` at a time; return how many succeeded. Counts no hits."""
        waiting = iter(dict.fromkeys(keys))
        labels = tuple(tags)
        warmed = 0

        async def work() -> None:
            nonlocal warmed
            for key in waiting:
                terms = LoadOptions(partial(load, key), self._seconds(ttl), labels)
                try:
                    if self._memory is None or self._memory.peek(key) is None:
                        await self._fetching.look_or_load(key, terms)
                except Exception as error:  # noqa: BLE001 - the loader's; the others go on
                    _log.warning("%s could not be warmed: %s", self.name, type(error).__name__)
                else:
                    warmed += 1

        await asyncio.gather(*(work() for _ in range(at_once)))
        return warmed

    async def bring(self, keys: Iterable[str]) -> int:
        """Copy the values of `keys` from lower levels into nearer ones; return how many."""
        brought = 0
        for some in _batches(keys):
            brought += len(await self._fetching.look_for(some))
        return brought

    async def set(
        self, key: str, value: Value, *, ttl: float | None = None, tags: Iterable[str] = ()
    ) -> None:
        """Keep `value` for `ttl` seconds, by default the cache's own; math.inf means for ever.

        Raises TypeError if msgspec cannot encode it.
        """
        await self.set_many({key: value}, ttl=ttl, tags=tags)

    async def set_many(
        self, values: Mapping[str, Value], *, ttl: float | None = None, tags: Iterable[str] = ()
    ) -> None:
        """Keep many values, in a few round trips."""
        labels, seconds = tuple(tags), self._seconds(ttl)
        at_once = _AT_ONCE if self._memory is None else _STORED_AT_ONCE
        for keys in _batches(values, at_once):
            encoded = {key: self._codec.encode(values[key]) for key in keys}
            if self._memory is not None:
                for key, packed in encoded.items():
                    self._memory.put(key, values[key], len(packed), seconds, labels)
            await self._fetching.store(encoded, seconds, labels)
            if len(values) > at_once:
                await asyncio.sleep(0)

    async def delete(self, *keys: str) -> None:
        """Delete keys at every level and in other processes; done when this returns."""
        await self._fetching.invalidate(Invalidation(keys=keys))

    async def delete_by_tags(self, *tags: str) -> None:
        """Delete every value that carries any of `tags`."""
        await self._fetching.invalidate(Invalidation(tags=tags))

    async def clear(self) -> None:
        """Delete everything in this cache."""
        await self._fetching.invalidate(Invalidation(everything=True))

    async def sweep(self) -> None:
        """Remove expired values from memory, a few at a time; call it every few seconds."""
        if self._memory is not None:
            await self._memory.sweep()

    def stats(self) -> CacheStats:
        """Return the counters of the cache and of each level."""
        hits = self._memory_hits + self._lower_hits
        levels = self._fetching.lower.stats()
        if self._memory is not None:
            misses_there = self._lower_hits + self._misses
            levels = (self._memory.stats(self._memory_hits, misses_there), *levels)
        nearest = levels[0]
        return CacheStats(
            name=self.name,
            entries=nearest.entries or 0,
            capacity=nearest.capacity or 0,
            hits=hits,
            misses=self._misses,
            lately=self._recent.until(self._time(), Lookups(hits, self._misses)),
            bytes=nearest.bytes or 0,
            bytes_capacity=nearest.bytes_capacity or 0,
            evictions=nearest.evictions,
            expirations=nearest.expirations,
            loads=self._fetching.loads,
            undecodable=self._fetching.lower.undecodable,
            compression_ratio=self._codec.compression_ratio,
            levels=levels,
        )

    def _in_memory(self, key: str) -> Any:
        return None if self._memory is None else self._memory.get(key)

    def _drop_expired(self, key: str) -> None:
        if self._memory is not None:
            self._memory.drop_expired(key)

    def _seconds(self, ttl: float | None) -> float | None:
        seconds = self._ttl if ttl is None else ttl
        return None if seconds == math.inf else seconds


def _nowhere(_key: str) -> None:
    """Return None, since a cache without memory finds nothing there."""


def _batches(items: Iterable[Item], at_once: int = _AT_ONCE) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, at_once)):
        yield some
