"""What is said unasked is polled for while there is any of it, and a trouble is told once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from engine.bots.unasked.poll import INTERVAL, poll
from engine.storage.database.errors import StorageError
from engine.wakeup import Wakeup
from tests.support.clock import ManualClock

AWAY = StorageError("The database server cannot be reached.")


@asynccontextmanager
async def polling(
    work: Callable[[], Awaitable[bool]], clock: ManualClock, wakeup: Wakeup | None = None
) -> AsyncIterator[None]:
    reported: list[BaseException] = []
    log = logging.getLogger("polls")
    task = asyncio.create_task(poll(work, clock, reported.append, log, wakeup))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert reported == []


async def slept(clock: ManualClock) -> float:
    """Seconds that it sleeps, once it does."""
    while (left := clock.next_wake) is None:
        await asyncio.sleep(0)
    return left


async def test_a_trouble_that_lasts_is_one_line_and_the_next_one_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, away = ManualClock(), [True, True, True, False, True]

    async def work() -> bool:
        if away and away.pop(0):
            raise AWAY
        return True

    async with polling(work, clock):
        while away:
            assert await slept(clock) == INTERVAL  # a trouble is polled again soon
            clock.advance(INTERVAL)
            await asyncio.sleep(0)
    assert caplog.messages == [f"nothing is said unasked: {AWAY}"] * 2


async def test_without_anything_to_say_it_sleeps_for_a_minute_or_until_told() -> None:
    clock, found, polls = ManualClock(), [False, True, False], 0
    wakeup = Wakeup(clock)

    async def work() -> bool:
        nonlocal polls
        polls += 1
        return found.pop(0)

    async with polling(work, clock, wakeup):
        assert await slept(clock) == 60.0
        wakeup.give()
        while polls < 2:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert await slept(clock) == INTERVAL
        clock.advance(INTERVAL)
        while polls < 3:
            await asyncio.sleep(0)
