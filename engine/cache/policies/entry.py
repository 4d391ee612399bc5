"""What a cache in memory holds under a key."""

from typing import Any

import msgspec


class Entry(msgspec.Struct, gc=False):
    """A value with what a store has to know of it.

    The garbage collector passes it over, as it would take 20 ms over 100,000 of them. That needs
    no value and no note to hold its own entry.
    """

    value: object
    size: int  # bytes it counts for
    expires_at: float | None = None  # monotonic seconds of the cache's clock; None: never
    tags: tuple[str, ...] = ()
    note: Any = None  # of the one store that holds it, so that a hit needs no second lookup
