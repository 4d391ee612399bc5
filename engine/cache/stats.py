"""Describes the state of one cache at one moment."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from engine.cache.lookups import Lookups


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
        return Lookups(self.hits, self.misses).hit_ratio


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
    """One cache's counters since the start, and its lookups of the last minute.

    Entries, bytes, evictions and expirations are those of the nearest level.
    """

    name: str
    entries: int = 0
    capacity: int = 0  # most entries it may hold
    hits: int = 0  # at any level
    misses: int = 0
    lately: Lookups = Lookups()  # noqa: RUF009 - it is frozen; of the last 60 s
    bytes: int = 0
    bytes_capacity: int = 0
    evictions: int = 0
    expirations: int = 0
    loads: int = 0  # calls of a loader
    undecodable: int = 0  # values in a lower level that were not of the cache's type
    compression_ratio: float | None = None  # bytes after, for each before; None: none was large
    levels: tuple[LevelStats, ...] = ()
    prediction: PredictionStats | None = None  # None: nothing is loaded ahead

    @property
    def hit_ratio(self) -> float | None:
        """Return 0 to 1 over the last 60 s; None without lookups."""
        return self.lately.hit_ratio


def overall(caches: Sequence[CacheStats]) -> tuple[float | None, int]:
    """Return the hit ratio of all over the last minute, and the entries of all."""
    lately = sum((cache.lately for cache in caches), Lookups())
    return lately.hit_ratio, sum(cache.entries for cache in caches)
