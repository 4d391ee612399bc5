"""Computes the hit ratio of the last minute from counters that only grow."""

from collections import deque

_WINDOW = 60  # s


class RecentHits:
    """Keeps one mark of the counters for each second with a query, so a hit costs nothing extra."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, int, int]] = deque()  # second, hits, lookups
        self._before = (0, 0)  # hits and lookups when the window began

    def ratio(self, now: float, hits: int, asked: int) -> float | None:
        """Return 0 to 1 over the last 60 s; None without lookups.

        `now` in seconds on a steady clock.
        """
        second = int(now)
        if self._marks and self._marks[-1][0] == second:
            self._marks.pop()
        self._marks.append((second, hits, asked))
        while self._marks[0][0] <= second - _WINDOW:
            self._before = self._marks.popleft()[1:]
        hits_before, asked_before = self._before
        if asked == asked_before:
            return None
        return (hits - hits_before) / (asked - asked_before)
