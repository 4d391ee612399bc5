"""Waiting for Redis: not too long, and for all that was asked."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

Result = TypeVar("Result")


async def in_time(answer: Awaitable[Result], budget: float) -> Result:
    """The answer within `budget` s; raises TimeoutError."""
    loop = asyncio.get_running_loop()
    due = loop.time() + budget
    async with asyncio.timeout(None) as limit:
        # If it was our loop that was held, the answer may be there, unread: as long again.
        timer = loop.call_at(due, lambda: limit.reschedule(2 * loop.time() - due))
        try:
            return await answer
        finally:
            timer.cancel()


async def all_ended(works: Iterable[Awaitable[object]]) -> None:
    """Wait for the end of each, so that none goes on unheeded; raises the first's error."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
