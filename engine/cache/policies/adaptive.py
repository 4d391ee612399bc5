"""Adaptive: lets go whoever the policy that lately did best would let go.

Three ghosts see every access: LRU, LFU and W-TinyLFU, each with the keys it would hold by itself.
The store follows the best of them, so it comes to hold the same and to hit as often.
"""

from collections.abc import Callable

from cachebox import LRUCache

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.choice import Choice
from engine.cache.policies.entry import Entry
from engine.cache.policies.ghosts import FrequencyGhost, Ghost, RecencyGhost, TinyLfuGhost
from engine.cache.policies.tables import eldest, table

_BATCH = 64  # accesses the ghosts are told of at a time
_LFU, _LRU, _TINY_LFU = range(3)
_DRIFT = 256  # evictions over which the mean of the room is taken


class AdaptiveStore(BoundedStore):
    """Entries, and beside them the keys that each expert would hold in this room."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, Entry], None] | None = None,
    ) -> None:
        super().__init__(max_entries, max_bytes, on_evicted)
        self._frequency = FrequencyGhost(max_entries)
        self._recency = RecencyGhost(max_entries)
        self._tiny_lfu = TinyLfuGhost(max_entries)
        ghosts: tuple[Ghost, ...] = (self._frequency, self._recency, self._tiny_lfu)
        # With each ghost its strays: what is here and not there goes when that ghost is followed.
        self._strays: tuple[LRUCache[str, None], ...] = tuple(table(0) for _ in ghosts)
        self._experts = tuple(zip(ghosts, self._strays, strict=True))
        self._choice = Choice(len(ghosts), _TINY_LFU, max_entries)
        self._room = float(max_entries)  # entries that fit, by experience
        self._accessed: list[str] = []
        self._missed = 0

    def get(self, key: str) -> Entry | None:
        accessed = self._accessed
        accessed.append(key)
        if len(accessed) >= _BATCH:
            self._learn()
        entry: Entry | None = self._entries.peek(key)
        if entry is None:
            entry = self._arrived(key)
            self._missed += entry is None
        return entry

    def clear(self) -> None:
        super().clear()
        self._accessed.clear()
        for ghost, strays in self._experts:
            ghost.clear()
            strays.clear()

    def _learn(self) -> None:
        """Tell the ghosts of the accesses since the last time."""
        touch = self._recency.order.__getitem__
        cells, hashes = self._frequency.frequencies.cells, self._tiny_lfu.hashes
        know = self._tiny_lfu.accessed.append
        self._choice.accessed(len(self._accessed), self._missed)
        self._missed = 0
        for key in self._accessed:
            try:  # all three have it nearly always
                touch(key)
                know(hashes[key])
                cells[key].count += 1
            except KeyError:
                self._differed(key)
        self._accessed.clear()
        self._tiny_lfu.catch_up()

    def _differed(self, key: str) -> None:
        recent, tiny = key in self._recency, key in self._tiny_lfu.hashes
        cell = self._frequency.frequencies.cells.get(key)
        if cell is not None:
            cell.count += 1
        if tiny and not recent:  # else it was told
            self._tiny_lfu.accessed.append(self._tiny_lfu.hashes[key])
        self._choice.differed((cell is not None, recent, tiny), self._strays)
        if self._entries.peek(key) is not None:
            self._admit(key)

    def _admit(self, key: str) -> None:
        here = self._entries.peek
        for ghost, strays in self._experts:
            if key not in ghost:
                strays.pop(key, None)
                for gone in ghost.admit(key):
                    if here(gone) is not None:
                        strays[gone] = None

    def _arriving(self, key: str) -> None:
        self._learn()
        self._admit(key)

    def _added(self, key: str) -> None:
        for ghost, strays in self._experts:
            if key not in ghost:
                strays[key] = None

    def _removed(self, key: str) -> None:
        for ghost, strays in self._experts:
            ghost.remove(key)
            strays.pop(key, None)

    def _evicted(self, key: str) -> None:
        for strays in self._strays:
            strays.pop(key, None)

    def _victim(self) -> str:
        self._measure_room()
        ghost, strays = self._experts[self._choice.best]
        stray = eldest(strays)
        if stray is not None:
            return stray
        # The ghost has more room than is here, or was made anew. Of what W-TinyLFU holds the
        # eldest is worth most; the others hold little beyond this room.
        first, last = self._eldest(), self._entries.most_recently_used()
        return last if last is not None and ghost is self._tiny_lfu and first in ghost else first

    def _measure_room(self) -> None:
        """Where bytes are the bound, or the annexe has its share, the ghosts get no more room."""
        here = len(self._entries)
        if here == self.max_entries == self._room:
            return
        self._room += (here - self._room) / (_DRIFT if self.evictions else 1)
        for ghost, _ in self._experts:
            ghost.resize(max(round(self._room), 1))
