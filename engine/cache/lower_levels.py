"""Combines the levels below memory: reads from nearest to farthest, changes all together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.cache.codec import Codec
from engine.cache.errors import UndecodableError
from engine.cache.lower_level import Invalidation, LowerLevel, Record
from engine.cache.stats import LevelStats

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class FoundValue(Generic[Value]):
    """A decoded value and the level it came from."""

    value: Value
    size: int  # bytes, encoded
    record: Record
    depth: int  # 0: the nearest level below memory


class LowerLevels(Generic[Value]):
    """Reads and writes the lower levels; an undecodable value is deleted and counts as none."""

    def __init__(self, levels: Sequence[LowerLevel], codec: Codec[Value]) -> None:
        self._levels = tuple(levels)
        self._codec = codec
        self.undecodable = 0

    def __bool__(self) -> bool:
        return bool(self._levels)

    async def find(self, keys: Iterable[str]) -> dict[str, FoundValue[Value]]:
        """Return the decoded values under `keys` that some level has."""
        found: dict[str, FoundValue[Value]] = {}
        wanted = list(keys)
        for depth, level in enumerate(self._levels):
            for key, record in (await level.get(wanted)).items():
                try:
                    value, size = await self._codec.unpack(record.payload)
                except UndecodableError:
                    self.undecodable += 1
                    await level.delete((key,), change=False)
                else:
                    found[key] = FoundValue(value, size, record, depth)
            wanted = [key for key in wanted if key not in found]
            if not wanted:
                break
        return found

    async def promote(self, found: Mapping[str, FoundValue[Value]]) -> None:
        """Store values in all levels nearer than the one where they were found."""
        for depth, level in enumerate(self._levels):
            records = {key: one.record for key, one in found.items() if one.depth > depth}
            if records:
                await level.set(records, change=False)

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
        for level in self._levels:
            await level.set(records, change=change)

    async def discard(self, keys: Sequence[str]) -> None:
        """Delete what should not have been stored; other processes need not be told."""
        for level in self._levels:
            await level.delete(keys, change=False)

    async def invalidate(self, what: Invalidation, *, but: LowerLevel | None = None) -> None:
        """Delete it in all levels except `but`."""
        for level in self._levels:
            if level is but:
                continue
            if what.everything:
                await level.clear()
            if what.keys:
                await level.delete(what.keys)
            if what.tags:
                await level.delete_tagged(what.tags)

    def stats(self) -> tuple[LevelStats, ...]:
        """Return the counters of each level."""
        return tuple(level.stats() for level in self._levels)
