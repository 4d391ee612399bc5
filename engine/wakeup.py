"""Provides a sleep that others can cut short when there is something to do."""

import asyncio

from engine.clock import Clock


class Wakeup:
    """Serves one sleeper at a time; a wake-up without a sleeper cuts the next sleep short."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given = asyncio.Event()

    def give(self) -> None:
        """Wake the sleeper."""
        self._given.set()

    def forget(self) -> None:
        """Discard a wake-up that no sleep has used yet."""
        self._given.clear()

    async def sleep(self, seconds: float | None) -> bool:
        """Sleep up to `seconds` (None: without end); return True if woken by `give`."""
        if seconds is None:
            await self._given.wait()
            self._given.clear()
            return True
        waits = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._given.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return self._given.is_set()
        finally:
            self._given.clear()
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
