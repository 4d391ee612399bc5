"""What all stores share: bounds, bytes, expiry and the annexe; who goes is each policy's own."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from cachebox import LRUCache

from engine.cache.policies.entry import Entry
from engine.cache.policies.expiry import ExpiryWheel
from engine.cache.policies.tables import eldest, table

_ANNEXE_SHARE = 16  # one entry in so many may be one that nobody has asked for yet
_ANNEXE_MOST = 64
_ANNEXE_STAY = 8  # and it may wait while one entry in so many is evicted, or a few
_ANNEXE_STAY_LEAST = 32
_NOTHING = (None, 0)


class BoundedStore(ABC):
    """Entries within two bounds; see `Store` for what each method promises."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, Entry], None] | None = None,
    ) -> None:
        if max_entries < 1 or max_bytes < 1:
            raise ValueError(f"a store of {max_entries} entries and {max_bytes} bytes holds none")
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.bytes = 0
        self.evictions = 0
        self._on_evicted = on_evicted
        self._entries: LRUCache[str, Any] = table(max_entries)
        self._annexe: OrderedDict[str, tuple[Entry, int]] = OrderedDict()  # and when it must go
        self._annexe_entries = min(max(max_entries // _ANNEXE_SHARE, 1), _ANNEXE_MOST)
        self._annexe_stay = max(max_entries // _ANNEXE_STAY, _ANNEXE_STAY_LEAST)
        self._wheel = ExpiryWheel()

    @abstractmethod
    def get(self, key: str) -> Entry | None: ...

    @abstractmethod
    def _added(self, key: str, entry: Entry) -> None:
        """`key` has just been put into the entries."""

    @abstractmethod
    def _removed(self, key: str, entry: Entry) -> None:
        """`key` has just been taken out of the entries, for good."""

    def _evicted(self, key: str, entry: Entry) -> None:
        """`key` has just been taken out of the entries for want of room."""
        self._removed(key, entry)

    def _arriving(self, key: str) -> None:  # noqa: B027 - most policies take no notice
        """`key` is about to be put into the entries, before room is made for it."""

    def _eldest(self) -> str:
        key = eldest(self._entries)
        if key is None:
            raise KeyError("the store is empty")
        return key

    @abstractmethod
    def _victim(self) -> str:
        """Who goes; there is at least one entry."""

    def _replaced(self, entry: Entry) -> None:  # noqa: B027 - most policies take no notice
        """`entry` took the place of another and has its note."""

    def __len__(self) -> int:
        return len(self._entries) + len(self._annexe)

    def __contains__(self, key: str) -> bool:
        return self.peek(key) is not None

    def peek(self, key: str) -> Entry | None:
        entry: Entry | None = self._entries.peek(key)
        return self._annexe.get(key, _NOTHING)[0] if entry is None else entry

    def set(self, key: str, entry: Entry, *, ahead: bool = False) -> bool:
        if entry.size > self.max_bytes:
            self.pop(key)
            return False
        before = self._entries.peek(key)
        if before is None or self.bytes - before.size + entry.size > self.max_bytes:
            # Of a key that outgrows the room, the place in the order is lost with the old value.
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

    def pop(self, key: str) -> Entry | None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._removed(key, entry)
        else:
            entry, _ = self._annexe.pop(key, _NOTHING)
        if entry is not None:
            self._uncount(key, entry)
        return entry

    def clear(self) -> None:
        self._entries.clear()
        self._annexe.clear()
        self._wheel.clear()
        self.bytes = 0

    def keys(self) -> list[str]:
        return [*self._entries.keys(), *self._annexe]

    def expire(self, now: float, most: int) -> int:
        return self._wheel.due(now, most, self._expired)

    def _arrived(self, key: str) -> Entry | None:
        """Bring a key from the annexe in among the others, as it is asked for at last."""
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

    def _uncount(self, key: str, entry: Entry) -> None:
        self.bytes -= entry.size
        if entry.expires_at is not None:
            self._wheel.remove(key, entry.expires_at)
