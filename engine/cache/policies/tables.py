"""Hash tables that do not hold the loop; a dict of 100,000 keys is copied whole when it is full."""

from typing import Any

from cachebox import LRUCache

_ROOM = 2  # places a key: with half of them free, none has to be tidied up either
_MOST = 1 << 18  # places taken beforehand; beyond, tables grow by doubling


def table(entries: int) -> LRUCache[Any, Any]:
    """An empty table with room for `entries`, and no bound, in order of writing and access.

    `get`, `[]` and `in` are accesses; `peek` is none.
    """
    return LRUCache(0, capacity=min(_ROOM * entries, _MOST))


def eldest(found: LRUCache[str, Any]) -> str | None:
    """The key not written or got for longest; None if the table is empty."""
    return found.least_recently_used() if found else None
