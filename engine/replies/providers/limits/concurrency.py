"""Limits a provider's concurrent calls: one more after each good round, half after an overload.

Additive increase, multiplicative decrease, as in TCP's congestion avoidance (RFC 5681).
"""

_START = 4.0


class ConcurrencyLimit:
    """A limit between 1 and `most`."""

    def __init__(self, most: int) -> None:
        self._most = float(most)
        self._limit = min(_START, self._most)
        self._lowered_at = float("-inf")

    @property
    def limit(self) -> int:
        """The number of calls allowed at once."""
        return int(self._limit)

    def succeed(self, in_flight: int) -> None:
        """Note that one of `in_flight` calls succeeded; a limit grows only when it is reached."""
        if in_flight >= self.limit:
            self._limit = min(self._limit + 1 / self._limit, self._most)

    def overload(self, began: float, now: float) -> None:
        """Note that a call begun at `began` met overload; one period lowers the limit once."""
        if began > self._lowered_at:
            self._lowered_at = now
            self._limit = max(self._limit / 2, 1.0)
