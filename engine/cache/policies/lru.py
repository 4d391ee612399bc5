"""Least recently used: the entry that was not asked for longest goes first."""

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import Entry


class LRUStore(BoundedStore):
    """Entries in order of their last access or write."""

    def get(self, key: str) -> Entry | None:
        entry: Entry | None = self._entries.get(key)
        return self._arrived(key) if entry is None else entry

    def _added(self, key: str, entry: Entry) -> None:
        """The order is that of the entries themselves, as for removals and replacements."""

    def _removed(self, key: str, entry: Entry) -> None: ...

    def _victim(self) -> str:
        return self._eldest()
