"""Evicts the least frequently used entry, the eldest among equals."""

from collections.abc import Callable

import msgspec

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.lazy_order import LazyOrder


class _Uses(msgspec.Struct, gc=False):
    """The number of uses of one key, kept as its entry's note."""

    key: str
    count: int = 1
    place: int = 0


class _ByUses(LazyOrder[_Uses]):
    def _rank(self, item: _Uses) -> int:
        return item.count

    def _place(self, item: _Uses) -> int:
        return item.place

    def _stand(self, item: _Uses, place: int) -> None:
        item.place = place


class LFUStore(BoundedStore):
    """Entries with access counts, which are forgotten when they leave."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, CacheEntry], None] | None = None,
    ) -> None:
        super().__init__(max_entries, max_bytes, on_evicted)
        self._uses = _ByUses(max_entries)

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry and count an access; see `Store`."""
        entry: CacheEntry | None = self._entries.peek(key)
        if entry is None:
            return self._arrived(key)
        entry.note.count += 1
        return entry

    def clear(self) -> None:
        """Remove all entries and counts; see `Store`."""
        super().clear()
        self._uses.clear()

    def _added(self, key: str, entry: CacheEntry) -> None:
        entry.note = _Uses(key)
        self._uses.add(entry.note)

    def _removed(self, key: str, entry: CacheEntry) -> None:  # noqa: ARG002 - the note knows its key
        self._uses.remove(entry.note)

    def _replaced(self, entry: CacheEntry) -> None:
        entry.note.count += 1

    def _victim(self) -> str:
        return self._uses.lowest().key
