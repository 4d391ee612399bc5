"""Least frequently used: the entry asked for least often goes first, the eldest among equals."""

from collections.abc import Callable

import msgspec

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import Entry
from engine.cache.policies.lazy_order import LazyOrder


class _Uses(msgspec.Struct, gc=False):
    """How often one key was used, as its entry's note."""

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
    """Entries with a count of their accesses, which is forgotten when they go."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, Entry], None] | None = None,
    ) -> None:
        super().__init__(max_entries, max_bytes, on_evicted)
        self._uses = _ByUses(max_entries)

    def get(self, key: str) -> Entry | None:
        entry: Entry | None = self._entries.peek(key)
        if entry is None:
            return self._arrived(key)
        entry.note.count += 1
        return entry

    def clear(self) -> None:
        super().clear()
        self._uses.clear()

    def _added(self, key: str, entry: Entry) -> None:
        entry.note = _Uses(key)
        self._uses.add(entry.note)

    def _removed(self, key: str, entry: Entry) -> None:  # noqa: ARG002 - the note knows its key
        self._uses.remove(entry.note)

    def _replaced(self, entry: Entry) -> None:
        entry.note.count += 1

    def _victim(self) -> str:
        return self._uses.lowest().key
