"""Experts of the adaptive store: each knows the keys its policy would hold, and no values."""

from collections.abc import Iterable
from typing import Any, Protocol

from cachebox import LRUCache
from theine_core import TlfuCore, spread

from engine.cache.policies.frequencies import Frequencies
from engine.cache.policies.tables import table

# A core cannot grow or shrink: beyond these shares of its room it is made anew, and forgets.
_TOO_LITTLE = 0.7
_TOO_MUCH = 1.1
_DISCARDED_AT_ONCE = 10  # keys of tables no longer used: 100,000 take 10 ms


class Ghost(Protocol):
    """The keys one policy would hold."""

    def __contains__(self, key: str) -> bool: ...

    def admit(self, key: str) -> Iterable[str]:
        """Take in a key that is not there; returns those that had to go for it."""
        ...

    def remove(self, key: str) -> None:
        """Forget a key, if it is there."""
        ...

    def clear(self) -> None: ...

    def resize(self, entries: int) -> None:
        """Hold so many keys from now on; those too many go with later admissions."""
        ...


class RecencyGhost:
    """Least recently used."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self.order: LRUCache[str, bool] = table(entries)

    def __contains__(self, key: str) -> bool:
        return self.order.peek(key, False)  # `in` would count as an access

    def admit(self, key: str) -> Iterable[str]:
        gone: list[str] = []
        while len(self.order) >= self._entries and len(gone) < 2:
            gone.append(self.order.popitem()[0])
        self.order[key] = True
        return gone

    def remove(self, key: str) -> None:
        self.order.pop(key, None)

    def clear(self) -> None:
        self.order.clear()

    def resize(self, entries: int) -> None:
        self._entries = entries


class FrequencyGhost:
    """Least frequently used."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self.frequencies = Frequencies(entries)

    def __contains__(self, key: str) -> bool:
        return key in self.frequencies

    def admit(self, key: str) -> Iterable[str]:
        gone: list[str] = []
        while len(self.frequencies) >= self._entries and len(gone) < 2:
            gone.append(self.frequencies.least())
            self.frequencies.remove(gone[-1])
        self.frequencies.add(key)
        return gone

    def remove(self, key: str) -> None:
        if key in self.frequencies:
            self.frequencies.remove(key)

    def clear(self) -> None:
        self.frequencies.clear()

    def resize(self, entries: int) -> None:
        self._entries = entries


class TinyLfuGhost:
    """W-TinyLFU, by theine's core, which knows keys by their hashes."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._discarded: list[LRUCache[Any, Any]] = []
        self._core = TlfuCore(entries)
        self.accessed: list[int] = []  # hashes that the core has not been told of yet
        self.hashes: LRUCache[str, int] = table(entries)
        self._keys: LRUCache[int, Any] = table(entries)

    def __contains__(self, key: str) -> bool:
        return key in self.hashes

    def catch_up(self) -> None:
        """Tell the core of the accesses; in their order, which it is sensitive to."""
        self._core.access(self.accessed)
        self.accessed.clear()

    def admit(self, key: str) -> Iterable[str]:
        if self.accessed:
            self.catch_up()
        if self._discarded:
            self._discard_some()
        number = spread(hash(key))
        twin = self._keys.get(number)
        if twin is not None:  # two keys of one hash: the newer takes the place
            del self.hashes[twin]
        self.hashes[key] = number
        self._keys[number] = key
        gone = [] if twin is None else [twin]
        for evicted in self._core.set([(number, 0)]):
            lost = self._keys.pop(evicted, None)
            if lost is not None:
                del self.hashes[lost]
                gone.append(lost)
        return gone

    def remove(self, key: str) -> None:
        number = self.hashes.pop(key, None)
        if number is not None:
            self.catch_up()
            del self._keys[number]
            self._core.remove(number)

    def clear(self) -> None:
        self._core.clear()
        self.accessed.clear()
        self.hashes.clear()
        self._keys.clear()

    def resize(self, entries: int) -> None:
        if _TOO_LITTLE * entries <= self._entries <= _TOO_MUCH * entries:
            return
        self._entries = entries
        self._core = TlfuCore(entries)
        self._discarded += self.hashes, self._keys
        self.hashes, self._keys = table(entries), table(entries)

    def _discard_some(self) -> None:
        self._discarded[-1].drain(_DISCARDED_AT_ONCE)
        if not self._discarded[-1]:
            self._discarded.pop()
