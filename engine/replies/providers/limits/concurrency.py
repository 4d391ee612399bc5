"""How many calls a provider gets at once: one more with every round that goes well, half when not.

Additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681).
"""

_START = 4.0


class ConcurrencyLimit:
    """Between 1 and `most`."""

    def __init__(self, most: int) -> None:
        self._most = float(most)
        self._limit = min(_START, self._most)
        self._lowered_at = float("-inf")

    @property
    def limit(self) -> int:
        return int(self._limit)

    def succeed(self, in_flight: int) -> None:
        """One of `in_flight` calls went well; a limit that is not reached does not grow."""
        if in_flight >= self.limit:
            self._limit = min(self._limit + 1 / self._limit, self._most)

    def overload(self, began: float, now: float) -> None:
        """A call begun at `began` found too much load; those of one time lower it once."""
        if began > self._lowered_at:
            self._lowered_at = now
            self._limit = max(self._limit / 2, 1.0)
