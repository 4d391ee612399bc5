"""Waits for Redis within time limits."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

Result = TypeVar("Result")


async def in_time(answer: Awaitable[Result], budget: float) -> Result:
    """Return the answer within `budget` s; raises TimeoutError."""
    loop = asyncio.get_running_loop()
    due = loop.time() + budget
    async with asyncio.timeout(None) as limit:
        # If our own loop was held up, the answer may be there unread: wait as long again.
        timer = loop.call_at(due, lambda: limit.reschedule(2 * loop.time() - due))
        try:
            return await answer
        finally:
            timer.cancel()


async def all_ended(works: Iterable[Awaitable[object]]) -> None:
    """Wait for the end of all, so that none is left unobserved; raises the first error."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
