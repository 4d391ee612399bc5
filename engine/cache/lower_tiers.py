"""The tiers below memory as one: asked from the nearest to the farthest, changed all together."""

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
    """A decoded value and where it was."""

    value: Value
    size: int  # bytes, encoded
    record: Record
    depth: int  # 0: the nearest tier below memory


class LowerTiers(Generic[Value]):
    """A value that does not decode is deleted where it was, and counts as none."""

    def __init__(self, tiers: Sequence[Tier], codec: Codec[Value]) -> None:
        self._tiers = tuple(tiers)
        self._codec = codec
        self.undecodable = 0

    def __bool__(self) -> bool:
        return bool(self._tiers)

    async def find(self, keys: Iterable[str]) -> dict[str, Found[Value]]:
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
        """Store in each tier what was found farther away."""
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
        records = {
            key: Record(await self._codec.pack(value), ttl, tags) for key, value in encoded.items()
        }
        for tier in self._tiers:
            await tier.set(records, change=change)

    async def discard(self, keys: Sequence[str]) -> None:
        """Delete what should not have been stored; no other process has anything to change."""
        for tier in self._tiers:
            await tier.delete(keys, change=False)

    async def invalidate(self, what: Invalidation, *, but: Tier | None = None) -> None:
        """Delete it in all tiers `but` one."""
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
        return tuple(tier.stats() for tier in self._tiers)
