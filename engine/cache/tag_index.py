"""Finds the keys that carry a tag."""

from collections.abc import Iterable

from cachebox import LRUCache

from engine.cache.policies.tables import table

_FEW = 8  # keys of a tag up to which they form a tuple, which the garbage collector skips


class TagIndex:
    """Holds exactly what was added and not removed; an unused tag costs nothing."""

    def __init__(self) -> None:
        self._keys: LRUCache[str, tuple[str, ...] | set[str]] = table(0)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str, tags: Iterable[str]) -> None:
        """Add a key with its tags."""
        for tag in tags:
            keys = self._keys.get(tag, ())
            if isinstance(keys, set):
                keys.add(key)
            elif key not in keys:
                self._keys[tag] = (*keys, key) if len(keys) < _FEW else {*keys, key}

    def remove(self, key: str, tags: Iterable[str]) -> None:
        """Remove a key with its tags."""
        for tag in tags:
            keys = self._keys.get(tag, ())
            if isinstance(keys, set):
                keys.discard(key)
            else:
                keys = self._keys[tag] = tuple(other for other in keys if other != key)
            if not keys:
                del self._keys[tag]

    def keys(self, tags: Iterable[str]) -> set[str]:
        """Return the keys that carry any of `tags`."""
        found: set[str] = set()
        return found.union(*(self._keys.get(tag, ()) for tag in tags))

    def clear(self) -> None:
        """Remove everything."""
        self._keys.clear()
