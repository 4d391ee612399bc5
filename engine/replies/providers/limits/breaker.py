"""Implements a circuit breaker, which cuts a failing provider off and probes it with single calls.

Ours replaces fluxgate's, which uses a wall clock that tests cannot move. In its half-open state
callers queue for a probe's end, where ours must try the next provider at once.
"""

import enum
from collections import deque

from engine.clock import Clock

FAILURES_IN_A_ROW = 5
_WINDOW = 20  # calls over which the failure rate is taken
_FEWEST = 10  # calls before the rate is meaningful
_RATE = 0.5
_PROBES = 1  # at the same time
_SUCCESSES = 2  # consecutive probes, to close
FIRST_PAUSE = 30.0  # s
_LONGEST_PAUSE = 300.0


class BreakerState(enum.StrEnum):
    """The state of a breaker."""

    CLOSED = "closed"  # all calls pass
    OPEN = "open"  # no call passes
    HALF_OPEN = "half_open"  # one call at a time passes, as a probe


class Breaker:
    """Decides on calls: `begin` before each, then `succeed`, `fail` or `abandon`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._opens_at: float | None = None  # half-opens at, on the steady clock; None: closed
        self._epoch = 0  # counts the state changes; calls from before one have no effect
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
        """The present state."""
        if self._opens_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.pause() > 0 else BreakerState.HALF_OPEN

    def pause(self) -> float:
        """Return the seconds until it lets a call pass; 0 or less: now, unless it `is_full`."""
        return 0.0 if self._opens_at is None else self._opens_at - self._clock.monotonic()

    @property
    def is_full(self) -> bool:
        """True if it is half open and its probes are under way."""
        return self._opens_at is not None and self._probes >= _PROBES

    def begin(self) -> int:
        """Note that a call starts; return its epoch."""
        if self._opens_at is not None:
            self._probes += 1
        return self._epoch

    def succeed(self, epoch: int) -> None:
        """Note a success; enough of them in a row close a half-open breaker."""
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
        """Note a failure, which may open the breaker."""
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
        """Note that the call ended without a verdict on the provider."""
        if epoch == self._epoch and self._opens_at is not None:
            self._probes -= 1

    def trip(self) -> None:
        """Open the breaker now."""
        self._epoch += 1
        self._opens_at = self._clock.monotonic() + self._pause
        self._probes = self._successes = 0
