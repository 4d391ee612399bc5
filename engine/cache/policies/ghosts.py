"""Implements the adaptive store's experts: each holds the keys its policy would, without values."""

from collections.abc import Iterable
from typing import Protocol

from cachebox import LRUCache
from theine_core import TlfuCore

from engine.cache.policies.ghost_record import GhostRecord
from engine.cache.policies.lazy_order import LazyOrder
from engine.cache.policies.tables import table

# A core cannot change its size: outside these shares of its room a new one is made, which forgets.
_TOO_LITTLE = 0.7
_TOO_MUCH = 1.1
_HELD_BACK = 64  # accesses
_MOMENTS = 64  # moments that pass during as many accesses as there are entries
_DISCARDED_AT_ONCE = 10  # keys of a former core; 100,000 at once would take 10 ms


class Ghost(Protocol):
    """The keys that one policy would hold."""

    def holds(self, known: GhostRecord) -> bool:
        """Return True if the policy would hold the key."""

    def admit(self, known: GhostRecord) -> Iterable[GhostRecord]:
        """Add a key; return the keys that leave for it."""
        ...

    def remove(self, known: GhostRecord) -> None:
        """Forget a key, if it is held."""
        ...

    def clear(self) -> None:
        """Forget all keys."""

    def resize(self, entries: int) -> None:
        """Limit it to `entries` keys; surplus ones leave with later admissions."""
        ...


class _OrderedGhost(LazyOrder[GhostRecord]):
    """Drops the key of the lowest rank."""

    def __init__(self, entries: int, expected_at_first: int) -> None:
        super().__init__(expected_at_first)
        self._most = entries

    def admit(self, known: GhostRecord) -> Iterable[GhostRecord]:
        gone: list[GhostRecord] = []
        while len(self) >= self._most and len(gone) < 2:
            gone.append(self.lowest())
            self.remove(gone[-1])
        self._enter(known)
        self.add(known)
        return gone

    def _enter(self, known: GhostRecord) -> None:
        """Give a new key its rank."""
        raise NotImplementedError

    def resize(self, entries: int) -> None:
        self._most = entries


class RecencyGhost(_OrderedGhost):
    """Least recently used, as exact as the moments are fine."""

    def __init__(self, entries: int) -> None:
        super().__init__(entries, 0)
        self._passed = 0  # accesses since the last moment
        self.now = 1
        """The moment of what is accessed now."""

    def passed(self, accesses: int) -> None:
        """Let `accesses` pass."""
        moment = max(self._most // _MOMENTS, 1)
        self._passed += accesses
        self.now += self._passed // moment
        self._passed %= moment

    def holds(self, known: GhostRecord) -> bool:
        """Return True if the key is held."""
        return known.moment > 0

    def remove(self, known: GhostRecord) -> None:
        """Forget a key, if it is held."""
        if known.moment:
            super().remove(known)
            known.moment = 0

    def _enter(self, known: GhostRecord) -> None:
        known.moment = self.now

    def _rank(self, item: GhostRecord) -> int:
        return item.moment

    def _place(self, item: GhostRecord) -> int:
        return item.moment_place

    def _stand(self, item: GhostRecord, place: int) -> None:
        item.moment_place = place


class FrequencyGhost(_OrderedGhost):
    """Least frequently used."""

    def __init__(self, entries: int) -> None:
        super().__init__(entries, entries)

    def holds(self, known: GhostRecord) -> bool:
        """Return True if the key is held."""
        return known.uses > 0

    def remove(self, known: GhostRecord) -> None:
        """Forget a key, if it is held."""
        if known.uses:
            super().remove(known)
            known.uses = 0

    def _enter(self, known: GhostRecord) -> None:
        known.uses = 1

    def _rank(self, item: GhostRecord) -> int:
        return item.uses

    def _place(self, item: GhostRecord) -> int:
        return item.uses_place

    def _stand(self, item: GhostRecord, place: int) -> None:
        item.uses_place = place


class TinyLfuGhost:
    """W-TinyLFU with theine's core, which identifies keys by their hashes."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._core = TlfuCore(entries)
        self.number = 1
        """Of the core in use; whoever is held by it has this number. Another one holds nobody."""
        self.accessed: list[int] = []  # hashes not yet reported to the core
        self._held: LRUCache[int, GhostRecord] = table(entries)
        self._discarded: list[LRUCache[int, GhostRecord]] = []

    def holds(self, known: GhostRecord) -> bool:
        """Return True if the current core holds the key."""
        return known.core == self.number

    def catch_up(self) -> None:
        """Report the accesses to the core, once enough have gathered.

        The delay is intended: theine's own buffers have the same. Reported at once, it hits less
        (2.9 points on one recorded trace).
        """
        if len(self.accessed) >= _HELD_BACK:
            self._core.access(self.accessed)
            self.accessed.clear()

    def admit(self, known: GhostRecord) -> Iterable[GhostRecord]:
        """Add a key; return the keys that leave for it."""
        self.catch_up()
        twin = self._held.get(known.hash)
        gone: list[GhostRecord] = []
        if twin is not None:  # two keys with the same hash: the newer one takes the place
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

    def remove(self, known: GhostRecord) -> None:
        """Forget a key, if it is held."""
        if self.holds(known):
            known.core = 0
            del self._held[known.hash]
            self._core.remove(known.hash)

    def clear(self) -> None:
        """Forget all keys."""
        self._core.clear()
        self.accessed.clear()
        self._held.clear()

    def resize(self, entries: int) -> None:
        """Limit it to `entries` keys; a large change starts a new core, which forgets."""
        if _TOO_LITTLE * entries <= self._entries <= _TOO_MUCH * entries:
            return
        self._entries = entries
        self._core = TlfuCore(entries)
        self.number += 1
        self.accessed.clear()
        self._discarded.append(self._held)
        self._held = table(entries)

    def _discard_some(self) -> list[GhostRecord]:
        """Return some keys that the current core has never seen."""
        discarded = self._discarded[-1]
        some = [discarded.popitem()[1] for _ in range(min(len(discarded), _DISCARDED_AT_ONCE))]
        if not discarded:
            self._discarded.pop()
        return [known for known in some if not self.holds(known)]
