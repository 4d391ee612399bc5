"""Caches over chosen levels, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from engine.cache.cache import Cache
from engine.cache.disk.level import DiskLevel
from engine.cache.disk.store import Disk
from engine.cache.lower_level import LowerLevel
from engine.cache.memory import MemoryLevel
from engine.cache.policies.store import Eviction
from engine.cache.redis.level import RedisLevel
from engine.cache.redis.link import RedisLink
from engine.cache.trouble import OnTrouble, untold
from engine.clock import Clock, SystemClock

TTL = 60.0  # s
MIB = 1 << 20


def memory(clock: Clock, entries: int = 1_000) -> MemoryLevel:
    return MemoryLevel(Eviction.LRU, entries, 8 * MIB, clock)


def texts(clock: Clock, *levels: LowerLevel, near: MemoryLevel | None = None) -> Cache[str]:
    return Cache("texts", str, clock=clock, memory=near, levels=levels, ttl=TTL)


@asynccontextmanager
async def disk_at(
    file: Path, clock: Clock, limit: int = 8 * MIB, on_trouble: OnTrouble = untold
) -> AsyncIterator[Disk]:
    disk = Disk(file, {"texts": limit}, clock, on_trouble)
    await disk.start()
    try:
        yield disk
    finally:
        await disk.close()


@asynccontextmanager
async def process(
    url: str,
    *,
    entries: int = 1_000,
    disk: Disk | None = None,
    budget: float = 0.3,
    clock: Clock | None = None,
) -> AsyncIterator[tuple[Cache[str], RedisLink]]:
    """One process' cache over memory and Redis, with a link of its own.

    The budget suits tests that take Redis away; others have patience. `clock` is its memory's.
    """
    clock = clock or SystemClock()
    link = RedisLink(url, budget=budget)
    levels: Sequence[LowerLevel] = (RedisLevel(link, "texts"),)
    if disk is not None:
        levels = (*levels, DiskLevel(disk, "texts", clock))
    cache = texts(clock, *levels, near=memory(clock, entries))

    async def connected() -> bool:
        return link.available

    await link.start()
    try:
        await until(connected)
        yield cache, link
    finally:
        await cache.close()
        await link.close()


async def until(holds: Callable[[], Awaitable[bool]], within: float = 60.0) -> None:
    """Wait for what another process or a server does; TimeoutError if it does not."""
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.005)


def loader(answer: str, calls: list[str] | None = None) -> Callable[[], Awaitable[str]]:
    async def load() -> str:
        if calls is not None:
            calls.append(answer)
        return answer

    return load
