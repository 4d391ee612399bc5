"""Evicts the least recently used entry."""

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import CacheEntry


class LRUStore(BoundedStore):
    """Entries in order of their last access or write."""

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry and count an access; see `Store`."""
        entry: CacheEntry | None = self._entries.get(key)
        return self._arrived(key) if entry is None else entry

    def _added(self, key: str, entry: CacheEntry) -> None:
        """Do nothing: the entries keep the order themselves, also on removal and replacement."""

    def _removed(self, key: str, entry: CacheEntry) -> None: ...

    def _victim(self) -> str:
        return self._eldest()
