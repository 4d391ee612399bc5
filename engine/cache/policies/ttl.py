"""Evicts the entry that expires soonest; those without expiry come last."""

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import CacheEntry


class TTLStore(BoundedStore):
    """Entries in order of expiry; the eldest goes first if none expires."""

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry; see `Store`."""
        entry: CacheEntry | None = self._entries.peek(key)
        return self._arrived(key) if entry is None else entry

    def _added(self, key: str, entry: CacheEntry) -> None:
        """Do nothing: the expiry wheel keeps the order, also on removal."""

    def _removed(self, key: str, entry: CacheEntry) -> None: ...

    def _victim(self) -> str:
        return self._wheel.next() or self._eldest()
