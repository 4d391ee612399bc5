"""An event loop whose time is ours: it jumps to the next timer whenever nothing else is to do.

All that asks the loop for the time moves along: sleeps, timeouts, deadlines. What a thread or the
database does takes real time, and none of the loop's.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import aiosqlite

from engine.storage.database.worker import Worker

DAY = 86_400.0  # s
_DAY_BEGAN = 20_000 * DAY  # in UTC, seconds since 1970
_FIRST = 1_000.0  # s; no clock stands at zero
MIDNIGHT = _FIRST + DAY  # of the loop's time: the day's end


class _Selector(selectors.DefaultSelector):
    """Waits for threads, and for nothing else."""

    loop: "MovedLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or self.loop.threads_at_work:
            return super().select(None if timeout is None or timeout > 0 else 0)
        self.loop.jump(timeout)
        return super().select(0)


class MovedLoop(asyncio.SelectorEventLoop):
    """Made by a Runner's `loop_factory`."""

    FIRST = _FIRST

    def __init__(self) -> None:
        self._now = _FIRST
        self.threads_at_work = 0
        self.without_threads = False  # their work is done at once; set it when all has started
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self._now

    def jump(self, seconds: float) -> None:
        self._now += max(seconds, 0.0)

    def run_in_executor(  # type: ignore[override]  # a future of any result
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        if self.without_threads:
            done = self.create_future()
            done.set_result(func(*args))
            return done
        self.threads_at_work += 1
        running = super().run_in_executor(executor, func, *args)
        running.add_done_callback(lambda _: self._has_come_back())
        return running

    def _has_come_back(self) -> None:
        self.threads_at_work -= 1


class MovedClock:
    """The engine's clock, of the running loop; the day begins at midnight in UTC."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        return _DAY_BEGAN - _FIRST + self.monotonic()

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _at_once(_: object, task: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return task(*arguments, **named)


@contextmanager
def storing_at_once() -> Iterator[None]:
    """The storage's work is done by the loop's own thread: a day would wait hours for another."""
    with (
        mock.patch.object(Worker, "do", _at_once),
        mock.patch.object(aiosqlite.Connection, "_execute", _at_once),
    ):
        yield
