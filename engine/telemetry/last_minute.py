"""Computes counts and quantiles over the last 60 seconds, in fixed memory."""

import math
from array import array

_SECONDS = 60
_SMALLEST = 0.01
_GROWTH = math.log(1.05)  # a bucket is 5 % wide, so a quantile is at most 2.5 % off
_BUCKETS = 380  # up to 0.01 × 1.05**380 = 1.1 million


class Rate:
    """The number of events in each of the last 60 seconds."""

    def __init__(self) -> None:
        self._counts = array("L", [0]) * _SECONDS
        self._second = 0
        self.total = 0  # within the window

    def add(self, now: float, count: int = 1) -> None:
        """Count events at `now`, in seconds on a steady clock."""
        self.advance(now)
        self._counts[self._second % _SECONDS] += count
        self.total += count

    def advance(self, now: float) -> None:
        """Forget what is older than a minute."""
        second = int(now)
        for passing in range(max(self._second + 1, second - _SECONDS + 1), second + 1):
            self.total -= self._counts[passing % _SECONDS]
            self._counts[passing % _SECONDS] = 0
        self._second = max(self._second, second)


class Quantiles:
    """The distribution of positive values over the last 60 seconds, in buckets 5 % wide."""

    def __init__(self) -> None:
        self._slots = [array("L", [0]) * _BUCKETS for _ in range(_SECONDS)]
        self._sum = array("L", [0]) * _BUCKETS
        self._second = 0
        self._count = 0

    def add(self, now: float, value: float) -> None:
        """Add a value at `now`, in seconds on a steady clock."""
        self.advance(now)
        bucket = 0
        if value > _SMALLEST:
            bucket = min(round(math.log(value / _SMALLEST) / _GROWTH), _BUCKETS - 1)
        self._slots[self._second % _SECONDS][bucket] += 1
        self._sum[bucket] += 1
        self._count += 1

    def advance(self, now: float) -> None:
        """Forget what is older than a minute."""
        second = int(now)
        for passing in range(max(self._second + 1, second - _SECONDS + 1), second + 1):
            slot = self._slots[passing % _SECONDS]
            if any(slot):
                for bucket, count in enumerate(slot):
                    self._sum[bucket] -= count
                    self._count -= count
                self._slots[passing % _SECONDS] = array("L", [0]) * _BUCKETS
        self._second = max(self._second, second)

    def at(self, *fractions: float) -> tuple[float | None, ...]:
        """Return the quantile for each of the ascending `fractions`; None without values."""
        if not self._count:
            return (None,) * len(fractions)
        found: list[float | None] = []
        seen = 0
        buckets = iter(enumerate(self._sum))
        bucket = 0
        for fraction in fractions:
            while seen < fraction * self._count:
                bucket, count = next(buckets)
                seen += count
            found.append(_SMALLEST * math.exp(bucket * _GROWTH))
        return tuple(found)
