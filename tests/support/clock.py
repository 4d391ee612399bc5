"""A clock that a test moves."""

import asyncio
import heapq
import itertools


class ManualClock:
    """Time stands until `advance`; those who sleep wake in order."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), wake))
        await wake

    def advance(self, seconds: float) -> None:
        """Move on, waking whoever's time has come."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                wake.set_result(None)

    @property
    def next_wake(self) -> float | None:
        """Seconds until the next sleeper wakes; None if nobody sleeps."""
        waiting = [due for due, _, wake in self._sleepers if not wake.done()]
        return min(waiting) - self._now if waiting else None
