"""Defines the interface of all stores, and selects one by its policy's name."""

import enum
from collections.abc import Callable
from typing import Protocol

from engine.cache.policies.adaptive import AdaptiveStore
from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.lfu import LFUStore
from engine.cache.policies.lru import LRUStore
from engine.cache.policies.ttl import TTLStore

OnEvicted = Callable[[str, CacheEntry], None]


class Eviction(enum.StrEnum):
    """The policy that chooses what a full store evicts."""

    LRU = "lru"  # the one unused for longest
    LFU = "lfu"  # the one used least often
    TTL = "ttl"  # the one that expires soonest
    ADAPTIVE = "adaptive"  # what the policy with the best recent result would evict


class EntryStore(Protocol):
    """Entries in memory, within two limits; for one thread.

    A store does not know the time: it still returns an entry past its `expires_at`, which the
    caller checks; `expire` removes those nobody asks for.
    """

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry; counts as an access, even if there is none."""
        ...

    def peek(self, key: str) -> CacheEntry | None:
        """Return the entry without counting an access."""
        ...

    def set(self, key: str, entry: CacheEntry, *, ahead: bool = False) -> bool:
        """Store or replace, evicting others to stay within the limits.

        A new key loaded `ahead` of a request waits in a small annexe until its first `get`, so a
        wrong guess displaces little. Returns False if the entry alone exceeds the bytes: then it is
        not stored, and the key's former entry is gone.
        """
        ...

    def pop(self, key: str) -> CacheEntry | None:
        """Remove and return the entry; neither an eviction nor an access."""
        ...

    def clear(self) -> None:
        """Remove all entries; counters stay."""
        ...

    def keys(self) -> list[str]:
        """Return all keys, in no order."""
        ...

    def expire(self, now: float, most: int) -> int:
        """Remove at most `most` expired entries; return how many.

        An entry may stay a quarter of a second too long.
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
        """The number of entries that left for lack of room."""
        ...


def store_for(
    policy: Eviction,
    max_entries: int,
    max_bytes: int,
    on_evicted: OnEvicted | None = None,
) -> EntryStore:
    """Create an empty store; `on_evicted` gets each entry that is evicted or expires.

    It is called in the middle of the store's work and must not touch the store. ValueError if a
    limit is below 1.
    """
    return _STORES[policy](max_entries, max_bytes, on_evicted)


_STORES: dict[Eviction, Callable[[int, int, OnEvicted | None], EntryStore]] = {
    Eviction.LRU: LRUStore,
    Eviction.LFU: LFUStore,
    Eviction.TTL: TTLStore,
    Eviction.ADAPTIVE: AdaptiveStore,
}
