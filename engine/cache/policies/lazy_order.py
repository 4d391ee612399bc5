"""Keys in the order of a rank that only grows, the lowest at hand.

Raising a rank is an assignment; where its key stands is put right when it comes up as the lowest.
"""

import heapq
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from cachebox import LRUCache

from engine.cache.policies.tables import eldest, table

_PUT_RIGHT = 64  # keys in one search: 100,000 raised since the last one must not hold the loop
_EMPTY_PLACES = 64  # that may stand beside two for each item


class _Keyed(Protocol):
    key: str


Item = TypeVar("Item", bound=_Keyed)


class LazyOrder(ABC, Generic[Item]):
    """Items by rank; adding and removing are O(1), and finding the lowest but for a heap of places.

    Ranks are counts of uses (least frequently used goes first) or moments (least recently used).
    An item keeps its own rank, which may be raised from outside, and the place it stands at.
    """

    def __init__(self, entries: int = 0) -> None:
        """`entries` are expected to stand at rank 1 together; more may come."""
        self._entries = entries
        self._places: dict[int, LRUCache[str, Item]] = {}
        self._order: list[int] = []  # a heap of the places, emptied ones until they come up
        self._count = 0

    @abstractmethod
    def _rank(self, item: Item) -> int: ...

    @abstractmethod
    def _place(self, item: Item) -> int: ...

    @abstractmethod
    def _stand(self, item: Item, place: int) -> None:
        """Note that `item` stands at `place`."""

    def __len__(self) -> int:
        return self._count

    def add(self, item: Item) -> None:
        """Take in an item that is not there, at its rank."""
        self._put(item, self._rank(item))
        self._count += 1

    def remove(self, item: Item) -> None:
        """Take out an item that is there."""
        del self._places[self._place(item)][item.key]
        self._count -= 1

    def lowest(self) -> Item:
        """The item with the lowest rank, of equals the first to stand there.

        Where more than 64 ranks were raised, the lowest of those looked at. KeyError if empty.
        """
        found: Item | None = None
        for _ in range(_PUT_RIGHT):
            item = self._first()
            rank, place = self._rank(item), self._place(item)
            if rank == place:
                return item
            if found is None or rank < self._rank(found):
                found = item
            del self._places[place][item.key]
            self._put(item, rank)
        return found or self._first()

    def clear(self) -> None:
        """Let go of all items."""
        self._places.clear()
        self._order.clear()
        self._count = 0

    def _put(self, item: Item, place: int) -> None:
        items = self._places.get(place)
        if items is None:
            if len(self._places) > 2 * self._count + _EMPTY_PLACES:
                self._let_empty_places_go()
            items = self._places[place] = table(self._entries if place == 1 else 0)
            heapq.heappush(self._order, place)
        items[item.key] = item
        self._stand(item, place)

    def _let_empty_places_go(self) -> None:
        """As a search does with those it comes by; there is none where items leave by themselves.

        There are at most as many others as items, so it takes O(1) for each place made.
        """
        self._places = {place: items for place, items in self._places.items() if items}
        self._order = sorted(self._places)

    def _first(self) -> Item:
        while self._order:
            items = self._places[self._order[0]]
            key = eldest(items)
            if key is not None:
                item: Item = items[key]
                return item
            del self._places[heapq.heappop(self._order)]
        raise KeyError("no item was added")
