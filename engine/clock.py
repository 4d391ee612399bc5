"""Time as the engine sees it, so that a test can move it, and a server can set it right."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Wall time, steady time and waiting."""

    def now(self) -> float:
        """Seconds since the Unix epoch; may jump when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, from an unspecified start."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds`."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()

    # The function itself: a cache reads the clock at every hit.
    monotonic = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    @staticmethod
    def elapsed() -> float:
        """Seconds that pass while the machine sleeps, too; the steady clock stands on Linux."""
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
_SLACK = 1.0  # s by which a told time may be off without being wrong
_JUMP = 60.0  # s; what was reckoned from a clock so wrong is reckoned anew


class ServerClock:
    """The time of a server, once `told`; before that the machine's own.

    It goes on steadily from what was told: the machine's clock may be wrong, and be set meanwhile.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._elapsed = clock.elapsed if isinstance(clock, SystemClock) else clock.monotonic
        self._base: float | None = None  # the server's time when `elapsed` was 0
        self.when_moved: list[Callable[[], None]] = []
        """Called when a time told shows that `now` was wrong by more than a minute."""

    def told(self, at: float, took: float) -> None:
        """A server said it was `at` (seconds since 1970), in an answer that took so many seconds.

        Its time now is between that and so much later; what lies outside is taken for `at`, or a
        wait that the server asked for could end too early.
        """
        believed = self.now()
        true = believed if at <= believed <= at + took + _SLACK else at
        self._base = true - self._elapsed()
        if abs(true - believed) > _JUMP:
            for tell in self.when_moved:
                tell()

    def now(self) -> float:
        return self._clock.now() if self._base is None else self._base + self._elapsed()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
