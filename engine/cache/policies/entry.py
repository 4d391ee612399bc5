"""Defines the entry of a memory cache."""

from typing import Any

import msgspec


class CacheEntry(msgspec.Struct, gc=False):
    """A value with the data that a store needs.

    Exempt from garbage collection, which would take 20 ms over 100,000 of them. So no value and no
    note may hold its own entry.
    """

    value: object
    size: int  # bytes it counts for
    expires_at: float | None = None  # monotonic seconds of the cache's clock; None: never
    tags: tuple[str, ...] = ()
    note: Any = None  # belongs to the store that holds it, and saves a second lookup on a hit
