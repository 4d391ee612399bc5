"""Chooses the expert to follow: the one that would have missed least.

A switch costs misses, because keys that only the new expert holds must be fetched. How many of them
will be asked for again is learned from earlier switches. An expert takes the lead when the misses
it would have saved outweigh that.
"""

from collections.abc import Sequence, Sized

_SHARE = 0.15  # assumed share of fetched keys, before the first switch
_LEAST_SHARE = 0.02
_LEARNED = 0.5  # weight of the last switch against earlier ones
_FEW = 16  # fewer fetched keys than this teach nothing
_SAFETY = 2.0  # a switch must have saved this many times its price
_NOISE = 12  # saved misses up to this count as noise
_NOISE_SHARE = 0.005  # so do those up to this share of all accesses
_MEMORY = 32  # accesses remembered, in multiples of the store's entries
_MEMORY_LEAST = 2_048


class ExpertChoice:
    """Experts by number, the one followed, and the misses of each."""

    def __init__(self, experts: int, first: int, entries: int) -> None:
        """Follow `first` at the beginning, for a store of `entries` entries."""
        self.best = first
        self._misses = [0.0] * experts
        self._followed_misses = 0.0  # of the expert followed at each time
        self._own_misses = 0.0
        self._accesses = 0.0
        self._memory = 0
        self.resize(entries)
        self._share = _SHARE
        self._fetched_anew = 0.0  # keys that the last switch left to be fetched
        self._lost_before = 0.0  # its misses beyond the followed expert's, at the switch

    def resize(self, entries: int) -> None:
        """Adapt the number of remembered accesses to a store of `entries` entries."""
        self._memory = _MEMORY * entries + _MEMORY_LEAST

    def accessed(self, accesses: int, misses: int) -> None:
        """Count accesses of the store, and the misses among them."""
        self._accesses += accesses
        self._own_misses += misses
        if self._accesses > self._memory:
            self._fade()

    def differed(self, held: Sequence[bool], distances: Sequence[Sized]) -> bool:
        """Note which experts hold a key that not all hold; return True if the lead changes.

        `distances` counts for each expert the keys that the store holds and the expert does not.
        """
        misses = self._misses
        for number, hit in enumerate(held):
            if not hit:
                misses[number] += 1
        self._followed_misses += not held[self.best]
        leader = misses.index(min(misses))
        saved = misses[self.best] - misses[leader]
        if saved <= _NOISE + _NOISE_SHARE * self._accesses:
            return False
        anew = len(distances[leader])
        share = max(self._share, self._seen_share(), _LEAST_SHARE)
        if saved <= _NOISE + _NOISE_SHARE * self._accesses + _SAFETY * share * anew:
            return False
        self._switch(leader, anew)
        return True

    def _switch(self, leader: int, anew: int) -> None:
        if self._fetched_anew >= _FEW:
            self._share += _LEARNED * (max(self._seen_share(), 0.0) - self._share)
        self._fetched_anew = anew
        self._lost_before = self._own_misses - self._followed_misses
        self.best = leader

    def _seen_share(self) -> float:
        """Return the share of keys fetched since the last switch that were needed, so far."""
        if self._fetched_anew < _FEW:
            return 0.0
        lost = self._own_misses - self._followed_misses - self._lost_before
        return lost / self._fetched_anew

    def _fade(self) -> None:
        self._accesses /= 2
        self._own_misses /= 2
        self._followed_misses /= 2
        self._fetched_anew /= 2
        self._lost_before /= 2
        self._misses = [misses / 2 for misses in self._misses]
