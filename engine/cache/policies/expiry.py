"""Finds the keys that expire next without a sweep, in slots of a quarter of a second."""

import heapq
from collections.abc import Callable

from cachebox import LRUCache

from engine.cache.policies.tables import eldest, table

_SLOTS_A_SECOND = 4
_EMPTY_SLOTS = 64  # empty slots allowed beside two for each key


class ExpiryWheel:
    """Adds, removes and finds keys in O(1), except for a heap of the slots in use."""

    def __init__(self) -> None:
        self._slots: dict[int, LRUCache[str, float]] = {}
        self._order: list[int] = []  # heap of the slots; empty ones stay until they come up
        self._count = 0

    def add(self, key: str, expires_at: float) -> None:
        """Add a key that expires at `expires_at`, in monotonic seconds."""
        number = int(expires_at * _SLOTS_A_SECOND)
        slot = self._slots.get(number)
        if slot is None:
            if len(self._slots) > 2 * self._count + _EMPTY_SLOTS:
                self._let_empty_slots_go()
            slot = self._slots[number] = table(0)
            heapq.heappush(self._order, number)
        slot[key] = expires_at
        self._count += 1

    def remove(self, key: str, expires_at: float) -> None:
        """Remove a key that was added with the same arguments."""
        del self._slots[int(expires_at * _SLOTS_A_SECOND)][key]
        self._count -= 1

    def next(self) -> str | None:
        """Return the key that expires next, within a quarter of a second; None if none does."""
        first = self._first()
        return first[0] if first else None

    def due(self, now: float, most: int, expire: Callable[[str], None]) -> int:
        """Call `expire`, which must remove the key, for at most `most` keys; return how many."""
        count = 0
        while count < most and (first := self._first()):
            key, expires_at = first
            if expires_at > now and (self._order[0] + 1) / _SLOTS_A_SECOND > now:
                break
            expire(key)
            count += 1
        return count

    def clear(self) -> None:
        """Remove all keys."""
        self._slots.clear()
        self._order.clear()
        self._count = 0

    def _let_empty_slots_go(self) -> None:
        """Drop the slots of keys that were removed early; they may lie days ahead."""
        self._slots = {number: slot for number, slot in self._slots.items() if slot}
        self._order = sorted(self._slots)

    def _first(self) -> tuple[str, float] | None:
        while self._order:
            slot = self._slots[self._order[0]]
            key = eldest(slot)
            if key is not None:
                return key, slot[key]
            del self._slots[heapq.heappop(self._order)]
        return None
