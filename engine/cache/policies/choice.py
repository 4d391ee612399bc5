"""Which of several experts to follow: the one that would have missed least.

A switch costs misses: what the new expert holds and the store does not has to come anew. How much
of it will be asked for again is learned from the switches so far; an expert takes the lead when the
misses it would have saved repay that.
"""

from collections.abc import Sequence, Sized

_SHARE = 0.15  # of the keys to be fetched anew: as if seen, before the first switch
_LEAST_SHARE = 0.02
_LEARNED = 0.5  # by how much the last switch counts against those before it
_FEW = 16  # keys to be fetched anew that teach nothing
_SAFETY = 2.0  # times its price is what a switch must have saved
_NOISE = 12  # misses saved that mean nothing
_NOISE_SHARE = 0.005  # nor do those, of all accesses remembered
_MEMORY = 32  # accesses remembered, in multiples of what the store holds
_MEMORY_LEAST = 2_048


class Choice:
    """Experts by number; the one followed, and the misses of all."""

    def __init__(self, experts: int, first: int, entries: int) -> None:
        """`first` is followed at the beginning by a store of so many `entries`."""
        self.best = first
        self._misses = [0.0] * experts
        self._followed_misses = 0.0  # of whichever was followed at the time
        self._own_misses = 0.0
        self._accesses = 0.0
        self._memory = 0
        self.resize(entries)
        self._share = _SHARE
        self._fetched_anew = 0.0  # keys that the last switch left to come anew
        self._lost_before = 0.0  # own misses above those followed, when it took place

    def resize(self, entries: int) -> None:
        """Remember accesses as befits a store of so many entries."""
        self._memory = _MEMORY * entries + _MEMORY_LEAST

    def accessed(self, accesses: int, misses: int) -> None:
        """Count so many accesses of the store, and so many of them missed."""
        self._accesses += accesses
        self._own_misses += misses
        if self._accesses > self._memory:
            self._fade()

    def differed(self, held: Sequence[bool], distances: Sequence[Sized]) -> bool:
        """Note who would have hit where not all would; True if another is followed from now on.

        `distances` are the keys the store holds and each expert does not.
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
        """The share of the keys which had to come anew since the last switch, as far as it went."""
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
