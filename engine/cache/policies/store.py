"""The face of every store, and how one is chosen by the name of its policy."""

import enum
from collections.abc import Callable
from typing import Protocol

from engine.cache.policies.adaptive import AdaptiveStore
from engine.cache.policies.entry import Entry
from engine.cache.policies.lfu import LFUStore
from engine.cache.policies.lru import LRUStore
from engine.cache.policies.ttl import TTLStore

OnEvicted = Callable[[str, Entry], None]


class Eviction(enum.StrEnum):
    """Who goes when a store is full."""

    LRU = "lru"  # the one unused for longest
    LFU = "lfu"  # the one used least often
    TTL = "ttl"  # the one that expires soonest
    ADAPTIVE = "adaptive"  # whoever the policy that lately did best would let go


class Store(Protocol):
    """Entries in memory, never more than its bounds; for one thread.

    No store knows the time: an entry past its `expires_at` is still returned, and whoever asks
    checks it; `expire` removes those nobody asks for.
    """

    def get(self, key: str) -> Entry | None:
        """The entry; counts as an access, also when there is none."""
        ...

    def peek(self, key: str) -> Entry | None:
        """The entry, without counting as an access."""
        ...

    def set(self, key: str, entry: Entry, *, ahead: bool = False) -> bool:
        """Store or replace, evicting others to stay within the bounds.

        Loaded `ahead` of being asked for, a new key waits in a small annexe until its first `get`,
        so that a wrong guess drives out little. False if the entry alone is over the bytes: then
        it is not stored, and what the key held before is gone.
        """
        ...

    def pop(self, key: str) -> Entry | None:
        """Remove and return; neither an eviction nor an access."""
        ...

    def clear(self) -> None:
        """Remove all; counters stay."""
        ...

    def keys(self) -> list[str]:
        """All keys, in no order."""
        ...

    def expire(self, now: float, most: int) -> int:
        """Remove expired entries, at most `most`; returns how many.

        An entry may outlive its time here by a quarter of a second.
        """
        ...

    def __len__(self) -> int: ...

    def __contains__(self, key: str) -> bool: ...

    @property
    def bytes(self) -> int:
        """The sum of the sizes of all entries."""
        ...

    @property
    def evictions(self) -> int:
        """Entries that went for want of room since the store was made."""
        ...


def store_for(
    policy: Eviction,
    max_entries: int,
    max_bytes: int,
    on_evicted: OnEvicted | None = None,
) -> Store:
    """An empty store; `on_evicted` is told of each entry that goes by itself, evicted or expired.

    It is called amid the store's work and must not touch the store. ValueError if a bound is
    below 1.
    """
    return _STORES[policy](max_entries, max_bytes, on_evicted)


_STORES: dict[Eviction, Callable[[int, int, OnEvicted | None], Store]] = {
    Eviction.LRU: LRUStore,
    Eviction.LFU: LFUStore,
    Eviction.TTL: TTLStore,
    Eviction.ADAPTIVE: AdaptiveStore,
}
