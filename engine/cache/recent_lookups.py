"""Tells the lookups of the last minute from counters that only grow."""

from collections import deque

from engine.cache.lookups import Lookups

_WINDOW = 60  # s


class RecentLookups:
    """Keeps one mark of the counters for each second with a query, so a hit costs nothing extra."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, Lookups]] = deque()  # by second
        self._before = Lookups()  # when the window began

    def until(self, now: float, total: Lookups) -> Lookups:
        """Return those of the last 60 s, given all; `now` in seconds on a steady clock."""
        second = int(now)
        if self._marks and self._marks[-1][0] == second:
            self._marks.pop()
        self._marks.append((second, total))
        while self._marks[0][0] <= second - _WINDOW:
            self._before = self._marks.popleft()[1]
        return total - self._before
