"""Least frequently used: the entry asked for least often goes first, the eldest among equals."""

from collections.abc import Callable

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import Entry
from engine.cache.policies.frequencies import Frequencies


class LFUStore(BoundedStore):
    """Entries with a count of their accesses, which is forgotten when they go."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, Entry], None] | None = None,
    ) -> None:
        super().__init__(max_entries, max_bytes, on_evicted)
        self._frequencies = Frequencies(max_entries)
        self._cells = self._frequencies.cells

    def get(self, key: str) -> Entry | None:
        entry: Entry | None = self._entries.peek(key)
        if entry is None:
            return self._arrived(key)
        self._cells[key].count += 1
        return entry

    def clear(self) -> None:
        super().clear()
        self._frequencies.clear()

    def _added(self, key: str) -> None:
        self._frequencies.add(key)

    def _removed(self, key: str) -> None:
        self._frequencies.remove(key)

    def _replaced(self, key: str) -> None:
        self._cells[key].count += 1

    def _victim(self) -> str:
        return self._frequencies.least()
