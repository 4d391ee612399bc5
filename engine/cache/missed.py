"""What Redis could not be told in time and must be, before it is believed again."""

from engine.cache.tier import Invalidation

_MOST = 10_000  # keys and tags of one cache; beyond, all of it is invalid


class Missed:
    """By cache, and bounded: what no longer fits is remembered as everything."""

    def __init__(self) -> None:
        self._keys: dict[str, set[str]] = {}
        self._tags: dict[str, set[str]] = {}
        self._everything: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._keys or self._tags or self._everything)

    def add(self, cache: str, what: Invalidation) -> None:
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
        """All of it, by cache; it is for the caller to `add` again what he could not tell."""
        taken = {cache: Invalidation(everything=True) for cache in self._everything}
        for cache in self._keys:
            taken[cache] = Invalidation(tuple(self._keys[cache]), tuple(self._tags[cache]))
        self._keys.clear()
        self._tags.clear()
        self._everything.clear()
        return taken
