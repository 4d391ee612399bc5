"""Provides time to the engine, so that a test can move it, and a server can correct it."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Wall time, steady time and waiting."""

    def now(self) -> float:
        """Return the seconds since the Unix epoch; may jump when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards, from an unspecified start."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds`."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Return the machine's seconds since the Unix epoch."""
        return time.time()

    # This is the function itself, because a cache reads the clock at every hit.
    monotonic = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds`."""
        await asyncio.sleep(seconds)

    @staticmethod
    def elapsed() -> float:
        """Return seconds that pass also while the machine sleeps, unlike Linux's steady clock."""
        if _BOOT is not None:
            return time.clock_gettime(_BOOT)
        return time.monotonic()


_SLACK_OF_TIMERS = 0.02  # s by which a sleep may end before the wall clock says so


def until_next(clock: Clock, period: float) -> float:
    """Return the seconds until the next multiple of `period` seconds, half a second before it.

    Whoever waits by this wakes together with all others whose period divides or is divided by it:
    one wake-up for all of them. Near a second's edge two ticks could fall into one.
    """
    pause = period - (clock.now() + 0.5) % period
    return pause if pause > _SLACK_OF_TIMERS else pause + period


_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)
_SLACK = 1.0  # s by which a server's time may differ without a correction
_JUMP = 60.0  # s; after a larger correction, everything computed from the clock is computed again


class ServerClock:
    """The time of a server, once `told`; the machine's own before that.

    It continues steadily from the server's time, because the machine's clock may be wrong, or be
    set.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._elapsed = clock.elapsed if isinstance(clock, SystemClock) else clock.monotonic
        self._base: float | None = None  # the server's time when `elapsed` was 0
        self.when_moved: list[Callable[[], None]] = []
        """Called when a time told shows that `now` was wrong by more than a minute."""

    def told(self, at: float, took: float) -> None:
        """Correct the clock: a server said `at` (s since 1970), in an answer that took `took` s.

        The server's time is now between `at` and `at + took`. If our time lies outside, `at` is
        used: a later one could end a wait too early that the server asked for.
        """
        believed = self.now()
        true = believed if at <= believed <= at + took + _SLACK else at
        self._base = true - self._elapsed()
        if abs(true - believed) > _JUMP:
            for tell in self.when_moved:
                tell()

    def now(self) -> float:
        """Return the server's seconds since the Unix epoch."""
        return self._clock.now() if self._base is None else self._base + self._elapsed()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds`."""
        await self._clock.sleep(seconds)
