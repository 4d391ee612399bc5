"""Waits for what another process does, where nothing tells of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

_PAUSE = 0.02  # s


async def until(find: Callable[[], Found | None], what: str, within: float = 60.0) -> Found:
    """The first true answer of `find`; an AssertionError naming `what` after `within` seconds."""

    async def ask() -> Found | None:
        return find()

    return await until_answered(ask, what, within)


async def until_answered(
    ask: Callable[[], Awaitable[Found | None]], what: str, within: float = 60.0
) -> Found:
    """Like `until`, for a question whose answer has to be awaited."""
    deadline = asyncio.get_running_loop().time() + within
    while not (found := await ask()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what}")
        await asyncio.sleep(_PAUSE)
    return found


async def until_next_second() -> None:
    """In a basic group what is written in the second of an /agree counts as from before it."""
    second = int(time.time())
    await until(lambda: int(time.time()) > second, "the next second of Telegram's")
