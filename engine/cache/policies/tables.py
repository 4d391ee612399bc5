"""Provides hash tables that do not hold the loop; a full dict of 100,000 keys is copied at once."""

from typing import Any

from cachebox import LRUCache

_ROOM = 2  # places a key: with half of them free, no clean-up is needed
_MOST = 1 << 18  # places allocated beforehand; larger tables grow by doubling


def table(entries: int) -> LRUCache[Any, Any]:
    """Return an empty, unbounded table with room for `entries`, ordered by write and access.

    `get`, `[]` and `in` are accesses; `peek` is not.
    """
    return LRUCache(0, capacity=min(_ROOM * entries, _MOST))


def eldest(found: LRUCache[str, Any]) -> str | None:
    """Return the key not written or read for longest; None if the table is empty."""
    return found.least_recently_used() if found else None
