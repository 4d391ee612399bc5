"""Experts of the adaptive store: each knows the keys its policy would hold, and no values."""

from collections.abc import Iterable
from typing import Protocol

from cachebox import LRUCache
from theine_core import TlfuCore

from engine.cache.policies.known import Known
from engine.cache.policies.lazy_order import LazyOrder
from engine.cache.policies.tables import table

# A core cannot grow or shrink: beyond these shares of its room it is made anew, and forgets.
_TOO_LITTLE = 0.7
_TOO_MUCH = 1.1
_HELD_BACK = 64  # accesses
_MOMENTS = 64  # while as many accesses as there are entries go by
_DISCARDED_AT_ONCE = 10  # keys of a core no longer used: 100,000 take 10 ms


class Ghost(Protocol):
    """The keys one policy would hold."""

    def holds(self, known: Known) -> bool: ...

    def admit(self, known: Known) -> Iterable[Known]:
        """Take in a key that is not there; returns those that are not there any more."""
        ...

    def remove(self, known: Known) -> None:
        """Forget a key, if it is there."""
        ...

    def clear(self) -> None: ...

    def resize(self, entries: int) -> None:
        """Hold so many keys from now on; those too many go with later admissions."""
        ...


class _OrderedGhost(LazyOrder[Known]):
    """Lets the lowest rank go."""

    def __init__(self, entries: int, expected_at_first: int) -> None:
        super().__init__(expected_at_first)
        self._most = entries

    def admit(self, known: Known) -> Iterable[Known]:
        gone: list[Known] = []
        while len(self) >= self._most and len(gone) < 2:
            gone.append(self.lowest())
            self.remove(gone[-1])
        self._enter(known)
        self.add(known)
        return gone

    def _enter(self, known: Known) -> None:
        """Give a key that comes in its rank."""
        raise NotImplementedError

    def resize(self, entries: int) -> None:
        self._most = entries


class RecencyGhost(_OrderedGhost):
    """Least recently used, to within the accesses that share a moment."""

    def __init__(self, entries: int) -> None:
        super().__init__(entries, 0)
        self._passed = 0  # accesses since the last moment
        self.now = 1
        """The moment of what is accessed now."""

    def passed(self, accesses: int) -> None:
        """Let as much time go by."""
        moment = max(self._most // _MOMENTS, 1)
        self._passed += accesses
        self.now += self._passed // moment
        self._passed %= moment

    def holds(self, known: Known) -> bool:
        return known.moment > 0

    def remove(self, known: Known) -> None:
        if known.moment:
            super().remove(known)
            known.moment = 0

    def _enter(self, known: Known) -> None:
        known.moment = self.now

    def _rank(self, item: Known) -> int:
        return item.moment

    def _place(self, item: Known) -> int:
        return item.moment_place

    def _stand(self, item: Known, place: int) -> None:
        item.moment_place = place


class FrequencyGhost(_OrderedGhost):
    """Least frequently used."""

    def __init__(self, entries: int) -> None:
        super().__init__(entries, entries)

    def holds(self, known: Known) -> bool:
        return known.uses > 0

    def remove(self, known: Known) -> None:
        if known.uses:
            super().remove(known)
            known.uses = 0

    def _enter(self, known: Known) -> None:
        known.uses = 1

    def _rank(self, item: Known) -> int:
        return item.uses

    def _place(self, item: Known) -> int:
        return item.uses_place

    def _stand(self, item: Known, place: int) -> None:
        item.uses_place = place


class TinyLfuGhost:
    """W-TinyLFU, by theine's core, which knows keys by their hashes."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._core = TlfuCore(entries)
        self.number = 1
        """Of the core in use; whoever is held by it has this number. Another one holds nobody."""
        self.accessed: list[int] = []  # hashes that the core has not been told of yet
        self._held: LRUCache[int, Known] = table(entries)
        self._discarded: list[LRUCache[int, Known]] = []

    def holds(self, known: Known) -> bool:
        return known.core == self.number

    def catch_up(self) -> None:
        """Tell the core of the accesses, once enough have gathered.

        Later than they were, as in theine itself, whose buffers hold back as many: told at once,
        it hits less (2.9 points on one recorded trace).
        """
        if len(self.accessed) >= _HELD_BACK:
            self._core.access(self.accessed)
            self.accessed.clear()

    def admit(self, known: Known) -> Iterable[Known]:
        self.catch_up()
        twin = self._held.get(known.hash)
        gone: list[Known] = []
        if twin is not None:  # two keys of one hash: the newer takes the place
            twin.core = 0
            gone.append(twin)
        known.core = self.number
        self._held[known.hash] = known
        if self._discarded:
            gone += self._discard_some()
        for evicted in self._core.set([(known.hash, 0)]):
            lost = self._held.pop(evicted, None)
            if lost is not None:
                lost.core = 0
                gone.append(lost)
        return gone

    def remove(self, known: Known) -> None:
        if self.holds(known):
            known.core = 0
            del self._held[known.hash]
            self._core.remove(known.hash)

    def clear(self) -> None:
        self._core.clear()
        self.accessed.clear()
        self._held.clear()

    def resize(self, entries: int) -> None:
        if _TOO_LITTLE * entries <= self._entries <= _TOO_MUCH * entries:
            return
        self._entries = entries
        self._core = TlfuCore(entries)
        self.number += 1
        self.accessed.clear()
        self._discarded.append(self._held)
        self._held = table(entries)

    def _discard_some(self) -> list[Known]:
        """Keys that the core in use was not told of since it was made."""
        discarded = self._discarded[-1]
        some = [discarded.popitem()[1] for _ in range(min(len(discarded), _DISCARDED_AT_ONCE))]
        if not discarded:
            self._discarded.pop()
        return [known for known in some if not self.holds(known)]
