"""What is known of one cache at one moment."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Level(enum.StrEnum):
    """Where a value is kept, from the nearest to the farthest."""

    MEMORY = "memory"
    REDIS = "redis"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class LevelStats:
    """One level's counters since the engine started; None is not known, or has no bound."""

    level: Level
    hits: int = 0
    misses: int = 0
    entries: int | None = None
    capacity: int | None = None  # most entries it may hold
    bytes: int | None = None
    bytes_capacity: int | None = None
    evictions: int = 0
    expirations: int = 0
    available: bool = True  # False: in trouble, and passed over until it is back

    @property
    def hit_ratio(self) -> float | None:
        """0 to 1 since the start; None: nobody asked."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@dataclass(frozen=True, slots=True)
class PredictionStats:
    """What loading ahead came to since the start."""

    on: bool  # False while it does not pay; a small share is tried all the same
    loads: int  # asked for ahead
    used: int  # then asked for
    vain: int  # gone unused
    failed: int  # not loaded in the end
    accuracy: float  # share of right guesses at the next key, lately, 0 to 1
    keys: int  # known


@dataclass(frozen=True, slots=True)
class CacheStats:
    """One cache's counters since the engine started, and its hit ratio over the last minute.

    Entries, bytes, evictions and expirations are those of the nearest level.
    """

    name: str
    entries: int = 0
    capacity: int = 0  # most entries it may hold
    hits: int = 0  # at any level
    misses: int = 0
    hit_ratio: float | None = None  # 0 to 1 over the last 60 s; None: nobody asked
    bytes: int = 0
    bytes_capacity: int = 0
    evictions: int = 0
    expirations: int = 0
    loads: int = 0  # times a loader was called
    undecodable: int = 0  # values met in a lower level that were none of the cache's type
    compression_ratio: float | None = None  # bytes after, for each before; None: none was large
    levels: tuple[LevelStats, ...] = ()
    prediction: PredictionStats | None = None  # None: nothing is loaded ahead


def overall(caches: Sequence[CacheStats]) -> tuple[float | None, int]:
    """The hit ratio of all, each weighted by how much it was asked, and the entries of all."""
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
