"""Combines the levels below memory: reads from nearest to farthest, changes all together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.cache.codec import Codec
from engine.cache.errors import UndecodableError
from engine.cache.stats import LevelStats
from engine.cache.tier import Invalidation, Record, Tier

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A decoded value and the level it came from."""

    value: Value
    size: int  # bytes, encoded
    record: Record
    depth: int  # 0: the nearest level below memory


class LowerTiers(Generic[Value]):
    """Reads and writes the lower levels; an undecodable value is deleted and counts as none."""

    def __init__(self, tiers: Sequence[Tier], codec: Codec[Value]) -> None:
        self._tiers = tuple(tiers)
        self._codec = codec
        self.undecodable = 0

    def __bool__(self) -> bool:
        return bool(self._tiers)

    async def find(self, keys: Iterable[str]) -> dict[str, Found[Value]]:
        """Return the decoded values under `keys` that some level has."""
        found: dict[str, Found[Value]] = {}
        wanted = list(keys)
        for depth, tier in enumerate(self._tiers):
            for key, record in (await tier.get(wanted)).items():
                try:
                    value, size = await self._codec.unpack(record.payload)
                except UndecodableError:
                    self.undecodable += 1
                    await tier.delete((key,), change=False)
                else:
                    found[key] = Found(value, size, record, depth)
            wanted = [key for key in wanted if key not in found]
            if not wanted:
                break
        return found

    async def promote(self, found: Mapping[str, Found[Value]]) -> None:
        """Store values in all levels nearer than the one where they were found."""
        for depth, tier in enumerate(self._tiers):
            records = {key: one.record for key, one in found.items() if one.depth > depth}
            if records:
                await tier.set(records, change=False)

    async def set(
        self,
        encoded: Mapping[str, bytes],
        ttl: float | None,
        tags: tuple[str, ...],
        *,
        change: bool,
    ) -> None:
        """Pack the values and store them in all levels; `ttl` in seconds."""
        records = {
            key: Record(await self._codec.pack(value), ttl, tags) for key, value in encoded.items()
        }
        for tier in self._tiers:
            await tier.set(records, change=change)

    async def discard(self, keys: Sequence[str]) -> None:
        """Delete what should not have been stored; other processes need not be told."""
        for tier in self._tiers:
            await tier.delete(keys, change=False)

    async def invalidate(self, what: Invalidation, *, but: Tier | None = None) -> None:
        """Delete it in all levels except `but`."""
        for tier in self._tiers:
            if tier is but:
                continue
            if what.everything:
                await tier.clear()
            if what.keys:
                await tier.delete(what.keys)
            if what.tags:
                await tier.delete_tagged(what.tags)

    def stats(self) -> tuple[LevelStats, ...]:
        """Return the counters of each level."""
        return tuple(tier.stats() for tier in self._tiers)
