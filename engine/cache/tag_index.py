"""Which keys carry a tag."""

from collections import defaultdict
from collections.abc import Iterable


class TagIndex:
    """Holds exactly what was added and not removed; an unused tag costs nothing."""

    def __init__(self) -> None:
        self._keys: defaultdict[str, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str, tags: Iterable[str]) -> None:
        for tag in tags:
            self._keys[tag].add(key)

    def remove(self, key: str, tags: Iterable[str]) -> None:
        for tag in tags:
            keys = self._keys.get(tag)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._keys[tag]

    def keys(self, tags: Iterable[str]) -> set[str]:
        """The keys that carry any of `tags`."""
        return {key for tag in tags for key in self._keys.get(tag, ())}

    def clear(self) -> None:
        self._keys.clear()
