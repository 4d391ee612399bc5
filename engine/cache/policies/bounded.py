"""Implements what all stores share: limits, bytes, expiry, annexe. Policies choose the victim."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from cachebox import LRUCache

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.expiry import ExpiryWheel
from engine.cache.policies.tables import eldest, table

_ANNEXE_SHARE = 16  # share of entries that nobody has asked for yet: one in 16
_ANNEXE_MOST = 64
_ANNEXE_STAY = 8  # such an entry may stay while one entry in 8 is evicted
_ANNEXE_STAY_LEAST = 32
_NOTHING = (None, 0)


class BoundedStore(ABC):
    """Entries within two limits; `Store` describes the methods."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, CacheEntry], None] | None = None,
    ) -> None:
        if max_entries < 1 or max_bytes < 1:
            raise ValueError(f"a store of {max_entries} entries and {max_bytes} bytes holds none")
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.bytes = 0
        self.evictions = 0
        self._on_evicted = on_evicted
        self._entries: LRUCache[str, Any] = table(max_entries)
        self._annexe: OrderedDict[str, tuple[CacheEntry, int]] = OrderedDict()  # until when
        self._annexe_entries = min(max(max_entries // _ANNEXE_SHARE, 1), _ANNEXE_MOST)
        self._annexe_stay = max(max_entries // _ANNEXE_STAY, _ANNEXE_STAY_LEAST)
        self._wheel = ExpiryWheel()

    @abstractmethod
    def get(self, key: str) -> CacheEntry | None:
        """Return the entry and count an access; see `Store`."""

    @abstractmethod
    def _added(self, key: str, entry: CacheEntry) -> None:
        """Note that `key` has been put into the entries."""

    @abstractmethod
    def _removed(self, key: str, entry: CacheEntry) -> None:
        """Note that `key` has been removed from the entries for good."""

    def _evicted(self, key: str, entry: CacheEntry) -> None:
        """Note that `key` has been evicted for lack of room."""
        self._removed(key, entry)

    def _arriving(self, key: str) -> None:  # noqa: B027 - most policies take no notice
        """Note that `key` is about to be added, before room is made for it."""

    def _eldest(self) -> str:
        key = eldest(self._entries)
        if key is None:
            raise KeyError("the store is empty")
        return key

    @abstractmethod
    def _victim(self) -> str:
        """Choose the key to evict; there is at least one entry."""

    def _replaced(self, entry: CacheEntry) -> None:  # noqa: B027 - most policies take no notice
        """Note that `entry` replaced another one and has its note."""

    def __len__(self) -> int:
        return len(self._entries) + len(self._annexe)

    def __contains__(self, key: str) -> bool:
        return self.peek(key) is not None

    def peek(self, key: str) -> CacheEntry | None:
        """Return the entry without counting an access; see `Store`."""
        entry: CacheEntry | None = self._entries.peek(key)
        return self._annexe.get(key, _NOTHING)[0] if entry is None else entry

    def set(self, key: str, entry: CacheEntry, *, ahead: bool = False) -> bool:
        """Store or replace an entry; see `Store`."""
        if entry.size > self.max_bytes:
            self.pop(key)
            return False
        before = self._entries.peek(key)
        if before is None or self.bytes - before.size + entry.size > self.max_bytes:
            # A key that outgrows the room loses its place in the order together with its old value.
            self.pop(key)
            if not ahead:
                self._arriving(key)
            self._make_room(entry.size)
            if ahead:
                self._annexe[key] = entry, self.evictions + self._annexe_stay
            else:
                self._entries[key] = entry
                self._added(key, entry)
        else:
            self._uncount(key, before)
            entry.note = before.note
            self._entries[key] = entry
            self._replaced(entry)
        self.bytes += entry.size
        if entry.expires_at is not None:
            self._wheel.add(key, entry.expires_at)
        return True

    def pop(self, key: str) -> CacheEntry | None:
        """Remove and return the entry; see `Store`."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._removed(key, entry)
        else:
            entry, _ = self._annexe.pop(key, _NOTHING)
        if entry is not None:
            self._uncount(key, entry)
        return entry

    def clear(self) -> None:
        """Remove all entries; see `Store`."""
        self._entries.clear()
        self._annexe.clear()
        self._wheel.clear()
        self.bytes = 0

    def keys(self) -> list[str]:
        """Return all keys; see `Store`."""
        return [*self._entries.keys(), *self._annexe]

    def expire(self, now: float, most: int) -> int:
        """Remove expired entries; see `Store`."""
        return self._wheel.due(now, most, self._expired)

    def _arrived(self, key: str) -> CacheEntry | None:
        """Move a key from the annexe to the entries, because it is now asked for."""
        entry, _ = self._annexe.pop(key, _NOTHING)
        if entry is not None:
            self._arriving(key)
            self._entries[key] = entry
            self._added(key, entry)
        return entry

    def _make_room(self, size: int) -> None:
        while self.bytes + size > self.max_bytes or len(self) >= self.max_entries:
            self._evict(next(iter(self._annexe)) if self._annexe_gives_way() else self._victim())

    def _annexe_gives_way(self) -> bool:
        if not self._annexe or not self._entries:
            return not self._entries
        _, until = next(iter(self._annexe.values()))
        return len(self._annexe) >= self._annexe_entries or until < self.evictions

    def _evict(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            entry, _ = self._annexe.pop(key)
        else:
            self._evicted(key, entry)
        self._uncount(key, entry)
        self.evictions += 1
        if self._on_evicted is not None:
            self._on_evicted(key, entry)

    def _expired(self, key: str) -> None:
        entry = self.pop(key)
        if entry is not None and self._on_evicted is not None:
            self._on_evicted(key, entry)

    def _uncount(self, key: str, entry: CacheEntry) -> None:
        self.bytes -= entry.size
        if entry.expires_at is not None:
            self._wheel.remove(key, entry.expires_at)
