"""Orders keys by a rank that only grows, with the lowest ready.

Raising a rank is an assignment; the key is moved only when it comes up as the lowest.
"""

import heapq
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from cachebox import LRUCache

from engine.cache.policies.tables import eldest, table

_PUT_RIGHT = 64  # keys moved in one search: 100,000 raised ones must not hold the loop
_EMPTY_PLACES = 64  # empty places allowed beside two for each item


class _Keyed(Protocol):
    key: str


Item = TypeVar("Item", bound=_Keyed)


class LazyOrder(ABC, Generic[Item]):
    """Items by rank; adding and removing are O(1), finding the lowest needs a heap of places.

    Ranks are counts of uses (least frequently used goes first) or moments (least recently used). An
    item stores its own rank, which others may raise, and its place.
    """

    def __init__(self, entries: int = 0) -> None:
        """Prepare for `entries` items at rank 1; more may come."""
        self._entries = entries
        self._places: dict[int, LRUCache[str, Item]] = {}
        self._order: list[int] = []  # heap of the places; empty ones stay until they come up
        self._count = 0

    @abstractmethod
    def _rank(self, item: Item) -> int: ...

    @abstractmethod
    def _place(self, item: Item) -> int: ...

    @abstractmethod
    def _stand(self, item: Item, place: int) -> None:
        """Note the `place` of `item`."""

    def __len__(self) -> int:
        return self._count

    def add(self, item: Item) -> None:
        """Add an item at its rank; it must not be there yet."""
        self._put(item, self._rank(item))
        self._count += 1

    def remove(self, item: Item) -> None:
        """Remove an item."""
        del self._places[self._place(item)][item.key]
        self._count -= 1

    def lowest(self) -> Item:
        """Return the item of the lowest rank; of equals, the first to arrive there.

        If more than 64 ranks were raised, it is the lowest among those inspected. KeyError if
        empty.
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
        """Remove all items."""
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
        """Drop empty places, as a search does with those it meets.

        Items that leave by themselves trigger no search. There are at most as many other places as
        items, so this takes O(1) for each place made.
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
