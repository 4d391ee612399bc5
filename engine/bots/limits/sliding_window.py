"""How often something happened lately, by key: at most so often within any span of time.

A log of the last times, ours rather than pyrate-limiter's: there `Limiter.try_acquire` took 17 µs
against 2 µs here, an idle key stays for good unless a thread of its own sweeps, and it waits with
`asyncio.sleep`, which no test can move.
"""

from bisect import insort
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from engine.clock import Clock

Key = TypeVar("Key", bound=Hashable)


class SlidingWindows(Generic[Key]):
    """At most `maximum` (one or more) events of a key within any `span` seconds of steady time.

    Holds `maximum` times at the most for each key that had an event within the span, and forgets
    the others as it goes.
    """

    def __init__(self, maximum: int, span: float, clock: Clock) -> None:
        self._maximum = maximum
        self._span = span
        self._clock = clock
        self._times: OrderedDict[Key, list[float]] = OrderedDict()  # the longest idle first

    def pause(self, key: Key, maximum: int | None = None) -> float:
        """Seconds until the key's next event may be; 0 or less: now.

        `maximum` is a lower one that holds for the moment.
        """
        times = self._times.get(key)
        most = self._maximum if maximum is None else maximum
        if times is None or len(times) < most:
            return 0.0
        return times[-most] + self._span - self._clock.monotonic()

    def add(self, key: Key, at: float | None = None) -> None:
        """An event of now, or of steady time `at`, which may be to come."""
        now = self._clock.monotonic()
        times = self._times.setdefault(key, [])
        insort(times, now if at is None else at)
        if len(times) > self._maximum:
            del times[0]
        self._times.move_to_end(key)
        for _ in range(2):  # one more than came
            oldest = next(iter(self._times))
            if self._times[oldest][-1] + self._span > now:
                break
            del self._times[oldest]
            if not self._times:
                break

    def clear(self) -> None:
        """Forget every event."""
        self._times.clear()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._times)
