"""Keeps the past in fixed rings, the only copy: charts, alerts and exports read from here."""

import enum
import math
from array import array
from collections.abc import Iterable


class Series(enum.StrEnum):
    """A measured quantity over time; a gap is NaN."""

    RSS = "rss"  # bytes
    PROCESS_CPU = "process_cpu"  # percent of one core
    SYSTEM_CPU = "system_cpu"  # percent of the machine
    HIT_RATIO = "hit_ratio"  # 0 to 1 over the last minute
    CACHE_ENTRIES = "cache_entries"
    LAG_MS = "lag_ms"  # the worst of the tick
    MESSAGES = "messages"  # incoming, per minute


class Resolution(enum.IntEnum):
    """The seconds between two points of a ring."""

    SECOND = 1
    TEN_SECONDS = 10
    MINUTE = 60
    QUARTER = 900


CAPACITY = {
    Resolution.SECOND: 900,  # 15 minutes
    Resolution.TEN_SECONDS: 1080,  # 3 hours
    Resolution.MINUTE: 1440,  # a day
    Resolution.QUARTER: 2976,  # 31 days
}

_SET_BACK = 10  # seconds back that count as jitter


class Ring:
    """The newest `capacity` values of a series of doubles."""

    def __init__(self, capacity: int) -> None:
        self._values = array("d", [math.nan]) * capacity
        self._next = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, value: float) -> None:
        """Append a value."""
        self._values[self._next] = value
        self._next = (self._next + 1) % len(self._values)
        self._length = min(self._length + 1, len(self._values))

    def skip(self, count: int) -> None:
        """Append `count` gaps."""
        count = min(count, len(self._values))
        until = self._next + count
        gaps = array("d", [math.nan]) * count
        wrapped = max(0, until - len(self._values))
        self._values[self._next : until - wrapped] = gaps[wrapped:]
        self._values[:wrapped] = gaps[:wrapped]
        self._next = until % len(self._values)
        self._length = min(self._length + count, len(self._values))

    def newest(self, count: int) -> "array[float]":
        """Return a copy of the last `count` values (or fewer), oldest first."""
        count = max(0, min(count, self._length))
        start = (self._next - count) % len(self._values)
        if start + count <= len(self._values):
            return self._values[start : start + count]
        return self._values[start:] + self._values[: self._next]


class _Mean:
    """The mean of the values since it was last taken, without gaps."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._count = 0

    def add(self, value: float) -> None:
        if not math.isnan(value):
            self._sum += value
            self._count += 1

    def take(self) -> float:
        mean = self._sum / self._count if self._count else math.nan
        self._sum, self._count = 0.0, 0
        return mean


class History:
    """Every series at every resolution; 0.36 MB whatever the uptime.

    Time is counted in ticks of one second; those missed while the machine slept are gaps (NaN). A
    point of a coarser ring is the mean of the points of its time, and exists once the last of them
    does: the newest ends at the last multiple of the resolution not after `newest_at` + 1.
    """

    def __init__(self) -> None:
        self._rings = {
            (series, resolution): Ring(CAPACITY[resolution])
            for series in Series
            for resolution in Resolution
        }
        self._means = {
            (series, resolution): _Mean()
            for series in Series
            for resolution in Resolution
            if resolution is not Resolution.SECOND
        }
        self._tick: int | None = None

    @property
    def newest_at(self) -> float | None:
        """Seconds since the epoch of the newest point; None before the first."""
        return None if self._tick is None else float(self._tick)

    def record(
        self, at: float, values: Iterable[tuple[Series, float]], *, seconds: int = 1
    ) -> None:
        """Take the values of the second `at`, in seconds since the epoch.

        They stand for the last `seconds` seconds, as far as nothing else was recorded for those.
        A second seen before, or up to ten older, is ignored; with a clock that was set back
        further the row goes on from the new time, as if the seconds in between had not repeated.
        """
        tick = int(at)
        if self._tick is not None and self._tick - _SET_BACK <= tick <= self._tick:
            return
        first = tick
        if self._tick is not None and tick > self._tick:
            first = max(self._tick + 1, tick - seconds + 1)
            if first > self._tick + 1:
                self._skip(self._tick + 1, first)
        self._tick = tick
        given = dict(values)
        for series in Series:
            value = given.get(series, math.nan)
            for second in range(first, tick + 1):
                self._append(series, second, value)

    def _skip(self, first: int, until: int) -> None:
        """Fill the seconds from `first` to before `until` with gaps, however many they are."""
        for (series, resolution), ring in self._rings.items():
            missed = until // resolution - first // resolution
            if missed and resolution is not Resolution.SECOND:
                ring.append(self._means[series, resolution].take())
                missed -= 1
            ring.skip(missed)

    def _append(self, series: Series, tick: int, value: float) -> None:
        self._rings[series, Resolution.SECOND].append(value)
        for resolution in Resolution:
            if resolution is Resolution.SECOND:
                continue
            mean = self._means[series, resolution]
            mean.add(value)
            if (tick + 1) % resolution == 0:
                self._rings[series, resolution].append(mean.take())

    def newest(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        """Return the last `count` points of a ring, oldest first; the class tells when they end."""
        return self._rings[series, resolution].newest(count)
