"""Keys by how often they were counted, the least counted at hand.

Counting only counts; where a key stands is put right when it comes up for eviction.
"""

import heapq

import msgspec
from cachebox import LRUCache

from engine.cache.policies.tables import eldest, table

_PUT_RIGHT = 64  # keys in one search: 100,000 counted since the last one must not hold the loop


class Cell(msgspec.Struct, gc=False):
    """Of one key; the garbage collector passes it over, as 100,000 of them would hold the loop."""

    count: int  # may be raised from outside
    place: int  # where the key stands


class Frequencies:
    """Counts of keys; counting is O(1), and so is finding the least, but for a heap of places."""

    def __init__(self, entries: int) -> None:
        """`entries` are expected; more may come."""
        self._entries = entries
        self.cells: LRUCache[str, Cell] = table(entries)
        self._places: dict[int, LRUCache[str, None]] = {}
        self._order: list[int] = []  # a heap of the places, emptied ones until they come up

    def __contains__(self, key: str) -> bool:
        return key in self.cells

    def __len__(self) -> int:
        return len(self.cells)

    def add(self, key: str) -> None:
        """A new key, counted once."""
        self.cells[key] = Cell(1, 1)
        self._put(key, 1)

    def remove(self, key: str) -> None:
        del self._places[self.cells.pop(key).place][key]

    def least(self) -> str:
        """The key with the lowest count, of equals the first to stand there.

        After more than 64 keys were counted, the lowest of those looked at. KeyError if empty.
        """
        found, lowest = "", 0
        for _ in range(_PUT_RIGHT):
            key, place = self._first()
            cell = self.cells[key]
            count = cell.count
            if count == place:
                return key
            if not found or count < lowest:
                found, lowest = key, count
            del self._places[place][key]
            cell.place = count
            self._put(key, count)
        return found

    def clear(self) -> None:
        self.cells.clear()
        self._places.clear()
        self._order.clear()

    def _put(self, key: str, place: int) -> None:
        keys = self._places.get(place)
        if keys is None:
            keys = self._places[place] = table(self._entries if place == 1 else 0)
            heapq.heappush(self._order, place)
        keys[key] = None

    def _first(self) -> tuple[str, int]:
        while self._order:
            place = self._order[0]
            key = eldest(self._places[place])
            if key is not None:
                return key, place
            del self._places[heapq.heappop(self._order)]
        raise KeyError("no key was counted")
