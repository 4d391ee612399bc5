"""Implements L3: one cache's values on this machine's disk."""

from collections.abc import Mapping, Sequence

from engine.cache.disk.file import Delete, Put
from engine.cache.disk.store import Disk
from engine.cache.lower_level import OnInvalidated, Record
from engine.cache.stats import Level, LevelStats
from engine.clock import Clock


class DiskLevel:
    """Expires values by wall time, which passes also while no engine runs."""

    def __init__(self, disk: Disk, cache: str, clock: Clock) -> None:
        self._disk = disk
        self._cache = cache
        self._clock = clock
        self._hits = 0
        self._misses = 0

    def listen(self, receive: OnInvalidated) -> None:
        """Do nothing: no other process writes to this file."""

    async def get(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the values under `keys`, with the seconds they have left."""
        rows = await self._disk.read(self._cache, keys)
        self._hits += len(rows)
        self._misses += len(keys) - len(rows)
        now = self._clock.now()
        return {
            key: Record(row.payload, None if row.expires is None else row.expires - now, row.tags)
            for key, row in rows.items()
        }

    async def set(self, records: Mapping[str, Record], *, change: bool) -> None:  # noqa: ARG002 - nobody to tell
        """Store values a moment later; `change` makes no difference here."""
        now = self._clock.now()
        await self._disk.put(
            [
                Put(
                    self._cache,
                    key,
                    record.payload,
                    None if record.ttl is None else now + record.ttl,
                    record.tags,
                )
                for key, record in records.items()
            ]
        )

    async def delete(self, keys: Sequence[str], *, change: bool = True) -> None:  # noqa: ARG002 - nobody to tell
        """Delete keys; done when it returns."""
        await self._disk.delete(Delete(self._cache, keys=tuple(keys)))

    async def delete_tagged(self, tags: Sequence[str]) -> None:
        """Delete every value that carries any of `tags`."""
        await self._disk.delete(Delete(self._cache, tags=tuple(tags)))

    async def clear(self) -> None:
        """Delete everything in this cache."""
        await self._disk.delete(Delete(self._cache, everything=True))

    def stats(self) -> LevelStats:
        """Return the counters of this level."""
        usage = self._disk.usage(self._cache)
        return LevelStats(
            level=Level.DISK,
            hits=self._hits,
            misses=self._misses,
            entries=usage.entries,
            bytes=usage.bytes,
            bytes_capacity=usage.limit,
            evictions=usage.evictions,
            expirations=usage.expirations,
            available=self._disk.available,
        )
