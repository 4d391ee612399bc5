"""Adapts eviction: evicts what the policy with the best recent hit ratio would evict.

Three ghosts see every access: LRU, LFU and W-TinyLFU, each with the keys it would hold by itself.
The store follows the best of them, so it comes to hold the same keys and to hit as often.
"""

from collections.abc import Callable

from cachebox import LRUCache

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.expert_choice import ExpertChoice
from engine.cache.policies.ghost_record import GhostRecord
from engine.cache.policies.ghosts import FrequencyGhost, Ghost, RecencyGhost, TinyLfuGhost
from engine.cache.policies.tables import eldest, table

_BATCH = 64  # accesses reported to the ghosts at a time
_LFU, _LRU, _TINY_LFU = range(3)
_REVIEWED_AT_ONCE = 64
_DRIFT = 256  # evictions over which the room is averaged


class AdaptiveStore(BoundedStore):
    """Entries, and the keys that each expert would hold in the same room."""

    def __init__(
        self,
        max_entries: int,
        max_bytes: int,
        on_evicted: Callable[[str, CacheEntry], None] | None = None,
    ) -> None:
        super().__init__(max_entries, max_bytes, on_evicted)
        self._frequency = FrequencyGhost(max_entries)
        self._recency = RecencyGhost(max_entries)
        self._tiny_lfu = TinyLfuGhost(max_entries)
        ghosts: tuple[Ghost, ...] = (self._frequency, self._recency, self._tiny_lfu)
        # The strays of a ghost are keys that are here but not there; they go first when it is
        # followed.
        self._strays: tuple[LRUCache[str, None], ...] = tuple(table(0) for _ in ghosts)
        self._experts = tuple(zip(ghosts, self._strays, strict=True))
        self._choice = ExpertChoice(len(ghosts), _TINY_LFU, max_entries)
        self._room = float(max_entries)  # entries that fit, on average
        self._known: LRUCache[str, GhostRecord] = table(
            max_entries
        )  # all that are here or in a ghost
        self._accessed: list[GhostRecord] = []
        self._missed = 0  # misses among the accesses
        self._unknown = 0  # accesses that no expert would have hit
        self._reviewed_core = self._tiny_lfu.number
        self._unreviewed = 0  # entries that the newest core may not know

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry; let the ghosts learn of the access."""
        entry: CacheEntry | None = self._entries.peek(key)
        if entry is None:
            entry = self._arrived(key)
            if entry is None:
                self._miss(key)
                return None
        accessed = self._accessed
        accessed.append(entry.note)
        if len(accessed) >= _BATCH:
            self._learn()
        return entry

    def clear(self) -> None:
        """Remove all entries, and empty the ghosts."""
        super().clear()
        self._accessed.clear()
        self._known.clear()
        for ghost, strays in self._experts:
            ghost.clear()
            strays.clear()

    def _miss(self, key: str) -> None:
        known = self._known.peek(key)
        if known is None:
            self._unknown += 1
            return
        self._missed += 1
        self._accessed.append(known)
        if len(self._accessed) >= _BATCH:
            self._learn()

    def _learn(self) -> None:
        """Report the accesses since the last time to the ghosts."""
        accessed, tiny = self._accessed, self._tiny_lfu
        self._recency.passed(len(accessed) + self._unknown)
        now, core, know = self._recency.now, tiny.number, tiny.accessed.append
        self._choice.accessed(len(accessed) + self._unknown, self._missed)
        self._missed = self._unknown = 0
        for known in accessed:
            if known.core == core and known.moment and known.uses:  # nearly always
                known.uses += 1
                known.moment = now
                know(known.hash)
            else:
                self._differed(known)
        accessed.clear()
        tiny.catch_up()

    def _differed(self, known: GhostRecord) -> None:
        held = (known.uses > 0, known.moment > 0, self._tiny_lfu.holds(known))
        if held[_LFU]:
            known.uses += 1
        if held[_LRU]:
            known.moment = self._recency.now
        if held[_TINY_LFU]:
            self._tiny_lfu.accessed.append(known.hash)
        self._choice.differed(held, self._strays)
        if self._entries.peek(known.key) is not None:
            self._admit(known)

    def _admit(self, known: GhostRecord) -> None:
        """Make every ghost hold `known`, which is here or about to be."""
        for ghost, strays in self._experts:
            if ghost.holds(known):
                continue
            strays.pop(known.key, None)
            for gone in ghost.admit(known):
                if self._known.peek(gone.key) is not gone:
                    continue  # the record of a key that was deleted or forgotten since
                if self._entries.peek(gone.key) is not None:
                    strays[gone.key] = None
                else:
                    self._forget_unheld(gone)

    def _arriving(self, key: str) -> None:
        self._learn()
        known = self._known.peek(key)
        if known is None:
            known = self._known[key] = GhostRecord.of(key)
        self._admit(known)

    def _added(self, key: str, entry: CacheEntry) -> None:
        known = entry.note = self._known.peek(key) or GhostRecord.of(key)
        self._known[key] = known
        for ghost, strays in self._experts:
            if not ghost.holds(known):
                strays[key] = None

    def _removed(self, key: str, entry: CacheEntry) -> None:
        for ghost, strays in self._experts:
            ghost.remove(entry.note)
            strays.pop(key, None)
        self._known.pop(key, None)

    def _evicted(self, key: str, entry: CacheEntry) -> None:
        for strays in self._strays:
            strays.pop(key, None)
        self._forget_unheld(entry.note)

    def _forget_unheld(self, known: GhostRecord) -> None:
        """Drop the record of a key that is neither here nor in a ghost."""
        if not any(ghost.holds(known) for ghost, _ in self._experts):
            self._known.pop(known.key, None)

    def _victim(self) -> str:
        self._measure_room()
        ghost, strays = self._experts[self._choice.best]
        stray = eldest(strays)
        if stray is not None:
            return stray
        if ghost is not self._tiny_lfu:
            return self._eldest()  # the ghost has more room than the store, and holds little more
        return self._unheld() or self._newest()

    def _unheld(self) -> str | None:
        """Return an older key that W-TinyLFU's newest core does not hold, or None."""
        if self._reviewed_core != self._tiny_lfu.number:
            self._reviewed_core, self._unreviewed = self._tiny_lfu.number, len(self._entries)
        for _ in range(min(self._unreviewed, _REVIEWED_AT_ONCE)):
            key = self._eldest()
            self._unreviewed -= 1
            if not self._tiny_lfu.holds(self._entries[key].note):  # this also makes it the newest
                return key
        return self._eldest() if self._unreviewed else None

    def _newest(self) -> str:
        """Return the newest key: W-TinyLFU has more room than the store, and values its eldest."""
        return self._entries.most_recently_used() or self._eldest()

    def _measure_room(self) -> None:
        """Give the ghosts the room that the store has when bytes or the annexe limit it."""
        here = len(self._entries)
        if here == self.max_entries == self._room:
            return
        self._room += (here - self._room) / (_DRIFT if self.evictions else 1)
        room = max(round(self._room), 1)
        self._choice.resize(room)
        for ghost, _ in self._experts:
            ghost.resize(room)
