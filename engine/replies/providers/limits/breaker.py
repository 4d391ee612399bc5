"""A circuit breaker: cuts a failing provider off, and lets single calls try it from time to time.

Ours rather than fluxgate's, which keeps wall time that nobody can move, and in its half-open
state has callers queue for a probe's end where ours must go on to the next provider at once.
"""

import enum
from collections import deque

from engine.clock import Clock

FAILURES_IN_A_ROW = 5
_WINDOW = 20  # calls the rate of failure is taken from
_FEWEST = 10  # calls before the rate means anything
_RATE = 0.5
_PROBES = 1  # at once
_SUCCESSES = 2  # of probes in a row, to close
FIRST_PAUSE = 30.0  # s
_LONGEST_PAUSE = 300.0


class BreakerState(enum.StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"  # all do
    OPEN = "open"  # none does
    HALF_OPEN = "half_open"  # one at a time does, to see


class Breaker:
    """`begin` before each call, then one of `succeed`, `fail` and `abandon` with what it gave."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._opens_at: float | None = None  # half, on the steady clock; None: closed
        self._epoch = 0  # counts the changes, after which older calls have no say
        self._close()

    def _close(self) -> None:
        self._epoch += 1
        self._opens_at = None
        self._pause = FIRST_PAUSE
        self._recent: deque[bool] = deque(maxlen=_WINDOW)
        self._in_a_row = 0
        self._probes = self._successes = 0

    @property
    def state(self) -> BreakerState:
        if self._opens_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.pause() > 0 else BreakerState.HALF_OPEN

    def pause(self) -> float:
        """Seconds until it lets a call through; 0 or less: now, unless it `is_full`."""
        return 0.0 if self._opens_at is None else self._opens_at - self._clock.monotonic()

    @property
    def is_full(self) -> bool:
        """Whether it is half open with its probes under way."""
        return self._opens_at is not None and self._probes >= _PROBES

    def begin(self) -> int:
        """A call starts; what it gives names the call's time."""
        if self._opens_at is not None:
            self._probes += 1
        return self._epoch

    def succeed(self, epoch: int) -> None:
        if epoch != self._epoch:
            return
        self._in_a_row = 0
        self._recent.append(True)
        if self._opens_at is not None:
            self._probes -= 1
            self._successes += 1
            if self._successes >= _SUCCESSES:
                self._close()

    def fail(self, epoch: int) -> None:
        if epoch != self._epoch:
            return
        if self._opens_at is not None:
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self.trip()
            return
        self._in_a_row += 1
        self._recent.append(False)
        failures = self._recent.count(False)
        often = len(self._recent) >= _FEWEST and failures >= _RATE * len(self._recent)
        if often or self._in_a_row >= FAILURES_IN_A_ROW:
            self.trip()

    def abandon(self, epoch: int) -> None:
        """The call ended without telling anything of the provider."""
        if epoch == self._epoch and self._opens_at is not None:
            self._probes -= 1

    def trip(self) -> None:
        """Open now."""
        self._epoch += 1
        self._opens_at = self._clock.monotonic() + self._pause
        self._probes = self._successes = 0
