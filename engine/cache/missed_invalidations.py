"""Records the invalidations that Redis missed and must get before it is trusted again."""

from engine.cache.lower_level import Invalidation

_MOST = 10_000  # keys and tags of one cache; beyond it, the whole cache is invalid


class MissedInvalidations:
    """Missed invalidations by cache, bounded: beyond the limit the whole cache is invalid."""

    def __init__(self) -> None:
        self._keys: dict[str, set[str]] = {}
        self._tags: dict[str, set[str]] = {}
        self._everything: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._keys or self._tags or self._everything)

    def add(self, cache: str, what: Invalidation) -> None:
        """Add an invalidation."""
        if what.everything:
            self._everything.add(cache)
        if cache not in self._everything:
            keys = self._keys.setdefault(cache, set())
            tags = self._tags.setdefault(cache, set())
            keys.update(what.keys)
            tags.update(what.tags)
            if len(keys) + len(tags) <= _MOST:
                return
            self._everything.add(cache)
        self._keys.pop(cache, None)
        self._tags.pop(cache, None)

    def take(self) -> dict[str, Invalidation]:
        """Remove and return all, by cache; the caller must `add` again what it cannot deliver."""
        taken = {cache: Invalidation(everything=True) for cache in self._everything}
        for cache in self._keys:
            taken[cache] = Invalidation(tuple(self._keys[cache]), tuple(self._tags[cache]))
        self._keys.clear()
        self._tags.clear()
        self._everything.clear()
        return taken
