"""Fetches what memory lacks, once for all callers, and keeps it if it is still valid."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from engine.cache.codec import Codec
from engine.cache.lower_level import Invalidation, LowerLevel
from engine.cache.lower_levels import FoundValue, LowerLevels
from engine.cache.memory import MemoryLevel
from engine.cache.single_flight import Flight, SingleFlight

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class LoadOptions(Generic[Value]):
    """The way to load and keep a value."""

    load: Callable[[], Awaitable[Value]]
    ttl: float | None  # seconds; None: no end
    tags: tuple[str, ...] = ()
    ahead: bool = False  # before anybody asks for it


class _Reading:
    """Keys that are read together; no longer `current` once one of them has changed."""

    __slots__ = ("current", "keys")

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys = keys
        self.current = True


class Fetching(Generic[Value]):
    """Fetches values; one whose key changed during the read is returned but not kept."""

    def __init__(
        self, memory: MemoryLevel | None, levels: Sequence[LowerLevel], codec: Codec[Value]
    ) -> None:
        self._memory = memory
        self.lower = LowerLevels(levels, codec)
        self._codec = codec
        self._lookups: SingleFlight[FoundValue[Value] | None] = SingleFlight()
        self._loads: SingleFlight[tuple[Value, bool]] = SingleFlight()
        self._readings: set[_Reading] = set()
        self.loads = 0
        for level in levels:
            level.listen(partial(self._hear, level))

    async def close(self) -> None:
        """Cancel the reads and loads under way."""
        await self._lookups.close()
        await self._loads.close()

    async def look(self, key: str) -> FoundValue[Value] | None:
        """Return the value in the lower levels and bring it into memory; None if there is none."""
        return await self._lookups.run(key, lambda flight: self._look(flight, key))

    async def look_for(self, keys: Sequence[str]) -> dict[str, FoundValue[Value]]:
        """Return the values of many keys, in one round trip a level."""
        reading = _Reading(frozenset(keys))
        self._readings.add(reading)
        try:
            found = await self.lower.find(keys)
            await self._bring(found, reading)
        finally:
            self._readings.discard(reading)
        return found

    async def look_or_load(self, key: str, terms: LoadOptions[Value]) -> tuple[Value, bool]:
        """Return the value, and True if it was found rather than loaded."""
        return await self._loads.run(key, lambda flight: self._look_or_load(flight, key, terms))

    async def store(
        self, encoded: Mapping[str, bytes], ttl: float | None, tags: tuple[str, ...]
    ) -> None:
        """Replace the values in the lower levels; memory has them already."""
        self._outdate(tuple(encoded))
        await self.lower.set(encoded, ttl, tags, change=True)

    async def invalidate(self, what: Invalidation) -> None:
        """Delete it everywhere; memory last, as reads from below are outdated until then."""
        try:
            await self.lower.invalidate(what)
        finally:
            await self._drop(what)

    async def _hear(self, where: LowerLevel, what: Invalidation) -> None:
        """Handle another process's change, which is already deleted at the shared level `where`."""
        await self.lower.invalidate(what, but=where)
        await self._drop(what)

    async def _look(
        self, flight: Flight[Any], key: str, *, ahead: bool = False
    ) -> FoundValue[Value] | None:
        if not self.lower:
            return None
        found = (await self.lower.find((key,))).get(key)
        if found is not None:
            await self._bring({key: found}, flight, ahead=ahead)
        return found

    async def _look_or_load(
        self, flight: Flight[Any], key: str, terms: LoadOptions[Value]
    ) -> tuple[Value, bool]:
        found = await self._look(flight, key, ahead=terms.ahead)
        if found is not None:
            return found.value, True
        self.loads += 1
        value = await terms.load()
        if flight.current:
            encoded = self._codec.encode(value)
            self._remember(
                key, value, len(encoded), ttl=terms.ttl, tags=terms.tags, ahead=terms.ahead
            )
            if self.lower:
                await self.lower.set({key: encoded}, terms.ttl, terms.tags, change=False)
                await self._take_back((key,), flight)
        return value, False

    async def _bring(
        self,
        found: Mapping[str, FoundValue[Value]],
        reading: Flight[Any] | _Reading,
        *,
        ahead: bool = False,
    ) -> None:
        """Copy what was found into nearer levels too."""
        if not reading.current:
            return
        for key, one in found.items():
            record = one.record
            self._remember(key, one.value, one.size, ttl=record.ttl, tags=record.tags, ahead=ahead)
        if any(one.depth for one in found.values()):
            await self.lower.promote(found)
            await self._take_back(tuple(found), reading)

    def _remember(
        self,
        key: str,
        value: Value,
        size: int,
        *,
        ttl: float | None,
        tags: tuple[str, ...],
        ahead: bool,
    ) -> None:
        if self._memory is not None:
            self._memory.put(key, value, size, ttl, tags, ahead=ahead)

    async def _take_back(self, keys: Sequence[str], reading: Flight[Any] | _Reading) -> None:
        """Delete keys that changed while we stored them: our write may have come last."""
        if not reading.current:
            await self.lower.discard(keys)

    async def _drop(self, what: Invalidation) -> None:
        if what.everything or what.tags:
            self._outdate_all()  # reads under way may carry the tag
        self._outdate(what.keys)
        if self._memory is None:
            return
        if what.everything:
            await self._memory.clear()
        await self._memory.drop(what.keys)
        await self._memory.drop_tagged(what.tags)

    def _outdate_all(self) -> None:
        self._lookups.forget_all()
        self._loads.forget_all()
        for reading in self._readings:
            reading.current = False

    def _outdate(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._lookups.forget(key)
            self._loads.forget(key)
        for reading in self._readings:
            if not reading.keys.isdisjoint(keys):
                reading.current = False
