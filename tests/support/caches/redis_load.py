"""Callers that ask a cache all the time, and what they meet while its Redis comes and goes."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from engine.cache.cache import Cache
from engine.cache.redis.link import RedisLink
from tests.support.caches.levels import loader, until

_KEYS = 300
_CALLERS = 20


@dataclass
class Load:
    """What callers met while they asked all the time."""

    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    latest: float = 0.0  # s
    held: float = 0.0  # s; the longest the machine gave this loop no turn

    async def ask(self, cache: Cache[str]) -> None:
        while True:
            key = f"key {random.randrange(_KEYS)}"
            began = time.perf_counter()
            answer = await cache.get_or_load(key, loader(key))
            self.latest = max(self.latest, time.perf_counter() - began)
            self.answers += 1
            if answer != key:
                self.wrong.append(answer)
            await asyncio.sleep(0.001)

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.held = max(self.held, time.perf_counter() - began)


@asynccontextmanager
async def load_on(cache: Cache[str]) -> AsyncIterator[Load]:
    """Whoever meets an error raises it at the end."""
    load = Load()
    tasks = [asyncio.create_task(load.ask(cache)) for _ in range(_CALLERS)]
    tasks.append(asyncio.create_task(load.watch()))
    yield load
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def more_answers(load: Load, count: int = 200) -> None:
    wanted = load.answers + count

    async def there() -> bool:
        return load.answers >= wanted

    await until(there)


async def back(link: RedisLink) -> None:
    async def there() -> bool:
        return link.available

    await until(there)


async def gone(link: RedisLink) -> None:
    async def away() -> bool:
        return not link.available

    await until(away)


async def served_by_redis(cache: Cache[str]) -> None:
    hits = cache.stats().levels[1].hits

    async def more() -> bool:
        return cache.stats().levels[1].hits > hits + 20

    await until(more)
