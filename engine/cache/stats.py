"""Describes the state of one cache at one moment."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Level(enum.StrEnum):
    """The place where a value is kept, from nearest to farthest."""

    MEMORY = "memory"
    REDIS = "redis"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class LevelStats:
    """The counters of one level since the start; None: unknown, or unlimited."""

    level: Level
    hits: int = 0
    misses: int = 0
    entries: int | None = None
    capacity: int | None = None  # maximum entries
    bytes: int | None = None
    bytes_capacity: int | None = None
    evictions: int = 0
    expirations: int = 0
    available: bool = True  # False: in trouble, and skipped until it is back

    @property
    def hit_ratio(self) -> float | None:
        """Return 0 to 1 since the start; None without lookups."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@dataclass(frozen=True, slots=True)
class PredictionStats:
    """The results of loading ahead since the start."""

    on: bool  # False while it does not pay; a small share is still tried
    loads: int  # requested ahead
    used: int  # used later
    vain: int  # left unused
    failed: int  # did not complete
    accuracy: float  # recent share of right guesses of the next key, 0 to 1
    keys: int  # remembered


@dataclass(frozen=True, slots=True)
class CacheStats:
    """One cache's counters since the start, and its hit ratio over the last minute.

    Entries, bytes, evictions and expirations are those of the nearest level.
    """

    name: str
    entries: int = 0
    capacity: int = 0  # most entries it may hold
    hits: int = 0  # at any level
    misses: int = 0
    hit_ratio: float | None = None  # 0 to 1 over the last 60 s; None: no lookups
    bytes: int = 0
    bytes_capacity: int = 0
    evictions: int = 0
    expirations: int = 0
    loads: int = 0  # calls of a loader
    undecodable: int = 0  # values in a lower level that were not of the cache's type
    compression_ratio: float | None = None  # bytes after, for each before; None: none was large
    levels: tuple[LevelStats, ...] = ()
    prediction: PredictionStats | None = None  # None: nothing is loaded ahead


def overall(caches: Sequence[CacheStats]) -> tuple[float | None, int]:
    """Return the hit ratio of all, weighted by lookups, and the entries of all."""
    asked = [
        (cache.hit_ratio, max(1, cache.hits + cache.misses))
        for cache in caches
        if cache.hit_ratio is not None
    ]
    entries = sum(cache.entries for cache in caches)
    if not asked:
        return None, entries
    weights = sum(weight for _ratio, weight in asked)
    return sum(ratio * weight for ratio, weight in asked) / weights, entries
