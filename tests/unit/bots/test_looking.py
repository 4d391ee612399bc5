"""What is said unasked is looked for again and again, and a trouble is told once."""

import asyncio
import logging

import pytest

from engine.bots.unasked.poll import LOOK, keep_looking
from engine.storage.database.errors import StorageError
from tests.support.clock import ManualClock

AWAY = StorageError("The database server cannot be reached.")


async def test_a_trouble_that_lasts_is_one_line_and_the_next_one_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, away = ManualClock(), [True, True, True, False, True]
    reported: list[BaseException] = []

    async def look() -> None:
        if away and away.pop(0):
            raise AWAY

    log = logging.getLogger("looking")
    task = asyncio.create_task(keep_looking(look, clock, reported.append, log))
    while away:
        await asyncio.sleep(0)
        if clock.next_wake is not None:
            clock.advance(LOOK)
    task.cancel()
    assert reported == []
    assert caplog.messages == [f"nothing is said unasked: {AWAY}"] * 2
