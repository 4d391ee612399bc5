"""Hit ratios of other policies, each simulated with keys alone."""

import heapq
import math
from collections import OrderedDict
from collections.abc import Sequence

import theine

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.store import Eviction, store_for


def ours(policy: Eviction, trace: Sequence[str], entries: int) -> float:
    """One of our stores, as a cache uses it: what is not there is stored."""
    store = store_for(policy, entries, entries)
    hits = 0
    for key in trace:
        if store.get(key) is None:
            store.set(key, CacheEntry(None, 1))
        else:
            hits += 1
    return hits / len(trace)


def lru(trace: Sequence[str], entries: int) -> float:
    """Least recently used."""
    held: OrderedDict[str, None] = OrderedDict()
    hits = 0
    for key in trace:
        if key in held:
            hits += 1
            held.move_to_end(key)
            continue
        if len(held) >= entries:
            held.popitem(last=False)
        held[key] = None
    return hits / len(trace)


def lfu(trace: Sequence[str], entries: int) -> float:
    """Least frequently used since it came in; of equals, the one longest at that count."""
    counts: dict[str, tuple[int, int]] = {}
    order: list[tuple[int, int, str]] = []
    hits = 0
    for time, key in enumerate(trace):
        if key in counts:
            hits += 1
        elif len(counts) >= entries:
            while True:
                count, since, eldest = heapq.heappop(order)
                if counts.get(eldest) == (count, since):
                    break
            del counts[eldest]
        counts[key] = (counts.get(key, (0, 0))[0] + 1, time)
        heapq.heappush(order, (*counts[key], key))
    return hits / len(trace)


def tiny_lfu(trace: Sequence[str], entries: int) -> float:
    """W-TinyLFU with an adaptive window: theine as it is installed, with its buffers."""
    cache: theine.Cache[str, bool] = theine.Cache(entries)
    hits = 0
    for key in trace:
        _value, found = cache.get(key)
        if found:
            hits += 1
        else:
            cache.set(key, True)
    cache.close()
    return hits / len(trace)


def s3_fifo(trace: Sequence[str], entries: int) -> float:
    """J. Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023."""
    queues = _S3Fifo(entries)
    return sum(queues.access(key) for key in trace) / len(trace)


class _S3Fifo:
    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._small_entries = max(entries // 10, 1)
        self._uses: dict[str, int] = {}
        self._small: OrderedDict[str, None] = OrderedDict()
        self._main: OrderedDict[str, None] = OrderedDict()
        self._ghosts: OrderedDict[str, None] = OrderedDict()

    def access(self, key: str) -> bool:
        if key in self._uses:
            self._uses[key] = min(self._uses[key] + 1, 3)
            return True
        if len(self._uses) >= self._entries and not self._evict_from_small():
            self._evict_from_main()
        self._uses[key] = 0
        if key in self._ghosts:
            del self._ghosts[key]
            self._main[key] = None
        else:
            self._small[key] = None
        return False

    def _evict_from_small(self) -> bool:
        while self._small and (len(self._small) >= self._small_entries or not self._main):
            key, _ = self._small.popitem(last=False)
            if self._uses[key] > 1:
                self._uses[key] = 0
                self._main[key] = None
                continue
            del self._uses[key]
            self._ghosts[key] = None
            if len(self._ghosts) > self._entries:
                self._ghosts.popitem(last=False)
            return True
        return False

    def _evict_from_main(self) -> None:
        while True:
            key, _ = self._main.popitem(last=False)
            if not self._uses[key]:
                del self._uses[key]
                return
            self._uses[key] -= 1
            self._main[key] = None


def optimum(trace: Sequence[str], entries: int) -> float:
    """L. A. Belady, 1966: out goes what is asked for latest; nobody can know that."""
    after: list[float] = [math.inf] * len(trace)
    seen: dict[str, int] = {}
    for i in range(len(trace) - 1, -1, -1):
        after[i] = seen.get(trace[i], math.inf)
        seen[trace[i]] = i
    held: dict[str, float] = {}
    latest: list[tuple[float, str]] = []
    hits = 0
    for key, next_access in zip(trace, after, strict=True):
        if key in held:
            hits += 1
        elif len(held) >= entries:
            while True:
                negated, victim = heapq.heappop(latest)
                if held.get(victim) == -negated:
                    break
            del held[victim]
        held[key] = next_access
        heapq.heappush(latest, (-next_access, key))
    return hits / len(trace)


RIVALS = (lru, lfu, tiny_lfu)
