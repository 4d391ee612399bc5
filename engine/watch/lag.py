"""Measures the loop's lag by how long its own turns hold it: an idle loop costs nothing."""

import asyncio
import math
from collections import deque
from dataclasses import dataclass

from engine.watch.sample import LoopLag
from engine.watch.turns import Stop, watch_turns

_LEAST = 0.001  # seconds; shorter holds are not counted
_WINDOW = 60.0  # seconds over which lag is reported
_FINENESS = 20.0  # buckets for each factor e of length: each is 5 % wide


@dataclass(slots=True)
class _Holds:
    """Holds of similar length that ended in one second."""

    count: int = 0
    total: float = 0.0  # seconds
    longest: float = 0.0


class LagMeter:
    """Measures how long due work waits while a turn holds the loop.

    A turn holds the loop from its begin to its end. So does everything that delays a timer: another
    thread with the interpreter, a stopped process. The percentiles are over all moments of the last
    minute: a hold of 6 s is a tenth of them, and half of what came due then waited over 3 s. Times
    are on the loop's own clock, because the loop is judged.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._stop: Stop | None = None
        self._began: float | None = None  # of the turn under way
        self._told = -math.inf  # time up to which the worst has been reported
        self._worst = 0.0  # seconds, since last taken
        self._seconds: deque[tuple[int, dict[int, _Holds]]] = deque()  # by second and bucket

    def start(self) -> None:
        """Listen to the turns; harmless if it listens already."""
        if self._stop is None:
            self._stop = watch_turns(self._loop, self)

    def stop(self) -> None:
        """Stop listening; measurements stay."""
        if self._stop is not None:
            self._stop()
            self._stop = self._began = None

    def turn_began(self, at: float) -> None:
        """Note that a turn began."""
        self._began = at

    def turn_ended(self, at: float) -> None:
        """Note that a turn ended."""
        began, self._began = self._began, None
        if began is not None and at - began >= _LEAST:
            self._held(began, at)

    def was_late(self, since: float, at: float) -> None:
        """Note that something due at `since` had to wait."""
        if at - since >= _LEAST:
            self._held(since, at)

    def take_worst(self) -> float:
        """Return the longest delay in ms since the last call, including the turn under way."""
        now = self._loop.time()
        if self._began is not None:
            self._worst = max(self._worst, now - max(self._began, self._told))
        worst, self._worst, self._told = self._worst, 0.0, now
        return worst * 1000 if worst >= _LEAST else 0.0

    def stats(self) -> LoopLag:
        """Return the delay over the last minute; costs some 5 µs, more after long turns."""
        self._forget(self._loop.time())
        found = [holds for _second, buckets in self._seconds for holds in buckets.values()]
        if not found:
            return LoopLag()
        lengths = sorted(((one.total / one.count, one.count) for one in found), reverse=True)
        return LoopLag(
            p50=_waited_by(lengths, 0.5) * 1000,
            p99=_waited_by(lengths, 0.01) * 1000,
            max=max(one.longest for one in found) * 1000,
        )

    def _held(self, began: float, ended: float) -> None:
        length = ended - began
        self._worst = max(self._worst, ended - max(began, self._told))
        second = int(ended)
        if not self._seconds or self._seconds[-1][0] != second:
            self._forget(ended)
            self._seconds.append((second, {}))
        buckets = self._seconds[-1][1]
        holds = buckets.setdefault(math.floor(math.log(length) * _FINENESS), _Holds())
        holds.count += 1
        holds.total += length
        holds.longest = max(holds.longest, length)

    def _forget(self, now: float) -> None:
        while self._seconds and self._seconds[0][0] < now - _WINDOW:
            self._seconds.popleft()


def _waited_by(holds: list[tuple[float, int]], share: float) -> float:
    """Return the seconds that so large a share of the last minute's moments waited, or longer.

    Within a hold of length L, the moments that wait longer than w last L - w. `holds` are (length,
    count), the longest first: w lies between two lengths, where all L - w add up to that share.
    """
    wanted = share * _WINDOW
    count, total = 0, 0.0
    for length, times in holds:
        if total - count * length >= wanted:
            break
        count += times
        total += times * length
    return max(0.0, (total - wanted) / count)
