"""Which of several experts to follow, by whom the accesses would have hit.

A switch costs misses: what the new expert holds and the store does not has to come anew. So an
expert takes the lead when the hits it was ahead by, since the last switch or since it was behind,
repay a share of that cost; and the share grows when switching to and fro has lost hits so far.
"""

from collections.abc import Sequence, Sized

_SHARE = 0.04  # of the keys to be fetched anew: most of those would not have been asked for
_NOISE = 12  # hits ahead that mean nothing
_BEHIND = 2  # so many times the cost of a switch is what an expert is behind at most
_REGRET = 4  # doublings of the share for a switch that is regretted
_MOST_REGRET = 6
_TOLERANCE = 0.005  # share of the accesses lost to switching that is no reason to regret
_MEMORY = 32  # accesses remembered, in multiples of what the store holds
_MEMORY_LEAST = 2_048


class Choice:
    """Experts by number; the one followed, and the scores of all."""

    def __init__(self, experts: int, first: int, entries: int) -> None:
        self.best = first
        self._lead = [0.0] * experts
        self._misses = [0] * experts
        self._followed_misses = 0  # of whichever was followed at the time
        self._own_misses = 0
        self._accesses = 0
        self._memory = _MEMORY * entries + _MEMORY_LEAST
        self._regret = 0

    def accessed(self, accesses: int, misses: int) -> None:
        """So many accesses of the store, and so many of them missed."""
        self._accesses += accesses
        self._own_misses += misses
        if self._accesses > self._memory:
            self._accesses //= 2
            self._own_misses //= 2
            self._followed_misses //= 2
            self._misses = [misses // 2 for misses in self._misses]

    def differed(self, held: Sequence[bool], distances: Sequence[Sized]) -> bool:
        """Not all experts would have hit; True if another is followed from now on.

        `distances` are the keys the store holds and each expert does not.
        """
        followed = held[self.best]
        self._followed_misses += not followed
        furthest = self.best
        for number, hit in enumerate(held):
            self._misses[number] += not hit
            if hit is followed:
                continue
            cost = _NOISE + _SHARE * len(distances[number]) * (1 << self._regret)
            lead = self._lead[number] = max(
                self._lead[number] + (1 if hit else -1), -_BEHIND * cost
            )
            if lead > cost and lead > self._lead[furthest]:
                furthest = number
        if furthest == self.best:
            return False
        self._switch(furthest)
        return True

    def _switch(self, ahead: int) -> None:
        tolerated = _TOLERANCE * self._accesses
        lost = self._own_misses - self._followed_misses
        if lost > tolerated and self._own_misses - min(self._misses) > tolerated:
            self._regret = min(self._regret + _REGRET, _MOST_REGRET)
        else:
            self._regret = max(self._regret - 1, 0)
        self.best = ahead
        self._lead = [lead - self._lead[ahead] for lead in self._lead]
