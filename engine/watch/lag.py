"""Measures how late the loop is, by a beat five times a second."""

import asyncio
from collections import deque

from engine.watch.sample import LoopLag

_BEAT = 0.2  # seconds; each wakes an idle process for about 0.15 ms: 0.08 % of a core
_EARLY = 0.02  # seconds; a timer may fire a clock's resolution before it is due
_BEATS = 300  # kept: a minute of them


class LagMeter:
    """The lateness of a beat is what anything due at that moment would have waited.

    Percentiles are over one value for each moment a beat was due in the last minute. A stall
    swallows all beats but its first, so the swallowed ones are counted too, each as late as it
    would have been: else one stall of six seconds would be 1 value in 271 instead of 30 in 300.
    A stall is seen from the first beat due in it, so its length is understated by up to one beat
    and one shorter than a beat may be missed (its chance to be seen is its length over a beat).
    Measured on the loop's own clock, since it is the loop that is judged.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due = 0.0
        self._handle: asyncio.TimerHandle | None = None
        self._worst = 0.0  # seconds, since last taken
        self._lateness: deque[float] = deque(maxlen=_BEATS)  # seconds

    def start(self) -> None:
        """Begin to beat; harmless if it does."""
        if self._handle is None:
            self._due = self._loop.time() + _BEAT
            self._handle = self._loop.call_at(self._due, self._beat)

    def stop(self) -> None:
        """Beat no more; what was measured stays."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def take_worst(self) -> float:
        """The worst delay in milliseconds since last asked, with a stall that has just ended."""
        if self._handle is not None:
            self._catch_up()
        worst, self._worst = self._worst, 0.0
        return worst * 1000

    def stats(self) -> LoopLag:
        """Delay over the last minute; costs some 15 µs."""
        values = sorted(self._lateness)
        if not values:
            return LoopLag()
        last = len(values) - 1
        return LoopLag(
            p50=values[round(last * 0.5)] * 1000,
            p99=values[round(last * 0.99)] * 1000,
            max=values[last] * 1000,
        )

    def _beat(self) -> None:
        self._catch_up()
        self._handle = self._loop.call_at(self._due, self._beat)

    def _catch_up(self) -> None:
        """Count every beat due by now, and set the next."""
        late = self._loop.time() - self._due
        if late < -_EARLY:
            return
        late = max(0.0, late)
        self._worst = max(self._worst, late)
        swallowed = int(late / _BEAT)
        for beat in range(max(0, swallowed + 1 - _BEATS), swallowed + 1):
            self._lateness.append(late - beat * _BEAT)
        self._due += (swallowed + 1) * _BEAT
