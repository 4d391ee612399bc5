"""Shares one load among all who wait for the same key."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from engine.cache.errors import LoadCancelledError

Result = TypeVar("Result")


class Flight(Generic[Result]):
    """A load under way; its result must not be kept once it is no longer `current`."""

    __slots__ = ("current", "task", "waiting")

    def __init__(self) -> None:
        self.current = True
        self.waiting = 0
        self.task: asyncio.Task[Result]


class SingleFlight(Generic[Result]):
    """Runs loads; each lives as long as somebody waits for it.

    When the last waiter is cancelled, the load is too: nobody wants it, and hanging loaders cannot
    pile up. Its error reaches all who wait.
    """

    def __init__(self) -> None:
        self._joinable: dict[str, Flight[Result]] = {}
        self._under_way: set[Flight[Result]] = set()

    async def run(
        self, key: str, load: Callable[[Flight[Result]], Coroutine[Any, Any, Result]]
    ) -> Result:
        """Return the result of the load of `key` under way, or else of `load`.

        Raises the load's own error, or LoadCancelledError if something else cancelled it.
        """
        flight = self._joinable.get(key) or self._begin(key, load)
        flight.waiting += 1
        try:
            await asyncio.wait((flight.task,))  # its cancellation leaves the task alone
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._leave(key, flight)
                flight.task.cancel()
        if flight.task.cancelled():
            raise LoadCancelledError(key)
        return flight.task.result()

    def forget(self, key: str) -> None:
        """Start a new load for later callers; those already waiting get the old one."""
        flight = self._joinable.pop(key, None)
        if flight is not None:
            flight.current = False

    def forget_all(self) -> None:
        """Start new loads for later callers of every key."""
        for key in tuple(self._joinable):
            self.forget(key)

    async def close(self) -> None:
        """Cancel all loads."""
        tasks = [flight.task for flight in self._under_way]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(
        self, key: str, load: Callable[[Flight[Result]], Coroutine[Any, Any, Result]]
    ) -> Flight[Result]:
        flight: Flight[Result] = Flight()
        flight.task = asyncio.get_running_loop().create_task(load(flight), name="cache load")
        self._joinable[key] = flight
        self._under_way.add(flight)

        def landed(task: asyncio.Task[Result]) -> None:
            self._under_way.discard(flight)
            self._leave(key, flight)
            if not task.cancelled():
                task.exception()  # nobody may be waiting any longer, so the error is retrieved here

        flight.task.add_done_callback(landed)
        return flight

    def _leave(self, key: str, flight: Flight[Result]) -> None:
        if self._joinable.get(key) is flight:
            del self._joinable[key]
