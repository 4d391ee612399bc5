"""The engine's caches by name, with what each may take, in one place."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.cache.cache import Cache
from engine.cache.disk.store import Disk
from engine.cache.disk.tier import DiskTier
from engine.cache.memory import MemoryTier
from engine.cache.policies.store import Eviction
from engine.cache.prediction.loading_ahead import LoadingAhead
from engine.cache.stats import CacheStats, Level
from engine.cache.tier import Tier
from engine.cache.trouble import OnTrouble, untold
from engine.clock import Clock, until_next
from engine.gates import Gates
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.cache.redis.link import RedisLink
    from engine.cache.redis.tier import RedisTier

Answers = TypeVar("Answers")
Value = TypeVar("Value")

FILE_NAME = "cache.db"
_CURSOR = "redis cursor"  # noted on disk: what others told while nobody ran is heard at the start
_WARMED = 500  # values of a cache
_SWEEP = 5.0  # s between sweeps of memory
_SWEEPS_A_PURGE = 2  # of the disk
_DAY = 86_400.0  # s


@dataclass(frozen=True, slots=True)
class Plan:
    """What one cache may take, and where it keeps it."""

    name: str
    ttl: float  # seconds
    entries: int  # most in memory
    share: float  # of the bytes of all caches
    policy: Eviction = Eviction.ADAPTIVE
    levels: tuple[Level, ...] = (Level.REDIS, Level.DISK)  # below memory
    costly: bool = False  # a load costs money


# Of what people agreed to nothing is kept that a crash could leave behind when they take it back.
PROFILE = Plan("profile", _DAY, 50_000, 0.25, levels=())
GPT = Plan("gpt", 300.0, 8_192, 0.45, costly=True)
# Kept true by whoever writes, with a database behind it as near as the disk.
LOG = Plan("log", _DAY, 4_096, 0.20, Eviction.LRU, ())
SESSION = Plan("session", 900.0, 8_192, 0.10, Eviction.TTL, (Level.REDIS,))
PLANS = (PROFILE, GPT, LOG, SESSION)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What all caches may take together."""

    memory: int  # bytes
    disk: int  # bytes; 0: nothing is kept on disk
    redis_url: str | None = field(default=None, repr=False)  # None: there is no Redis

    @classmethod
    def of(cls, settings: Settings) -> "Sizes":
        """What the operator allows."""
        url = settings.redis_url
        return cls(
            memory=settings.cache_memory_mb << 20,
            disk=settings.cache_disk_mb << 20,
            redis_url=None if url is None else url.get_secret_value(),
        )


class NamedCaches(Generic[Answers]):
    """Opened at the start and closed at the end; between, none of them ever fails."""

    def __init__(
        self,
        sizes: Sizes,
        kind_of_answers: type[Answers],
        clock: Clock,
        disk: Disk | None,
        link: "RedisLink | None",
        *,
        gates: Gates | None,
    ) -> None:
        """See `open`."""
        self._ahead = None if gates is None else LoadingAhead(clock, gates)
        self._clock = clock
        self._disk = disk
        self._link = link

        def build(plan: Plan, kind: type[Value]) -> Cache[Value]:
            tiers: list[Tier] = []
            if link is not None and Level.REDIS in plan.levels:
                tiers.append(_redis().tier(link, plan.name))
            if disk is not None and Level.DISK in plan.levels:
                tiers.append(DiskTier(disk, plan.name, clock))
            size = max(1, int(sizes.memory * plan.share))
            memory = MemoryTier(plan.policy, plan.entries, size, clock)
            return Cache(plan.name, kind, clock=clock, memory=memory, tiers=tiers, ttl=plan.ttl)

        self.profile = build(PROFILE, dict[str, Any])  # of a person in a chat
        self.gpt = build(GPT, kind_of_answers)  # by a hash of what matters in the prompt
        self.log = build(LOG, list[Any])  # a chat's newest messages
        self.session = build(SESSION, dict[str, Any])  # what a conversation has come to
        self.all: tuple[Cache[Any], ...] = (self.profile, self.gpt, self.log, self.session)

    @classmethod
    async def open(
        cls,
        sizes: Sizes,
        kind_of_answers: type[Answers],
        directory: Path,
        clock: Clock,
        on_trouble: OnTrouble = untold,
        *,
        gates: Gates | None = None,
    ) -> "NamedCaches[Answers]":
        """Open the file in `directory` and connect to Redis, as far as that is possible now.

        Without `gates` nothing is ever loaded ahead.
        """
        disk = link = cursor = None
        if sizes.disk:
            limits = {plan.name: int(sizes.disk * plan.share) for plan in PLANS}
            disk = Disk(directory / FILE_NAME, limits, clock, on_trouble)
            await disk.start()
            cursor = await disk.noted(_CURSOR)
        if sizes.redis_url is not None:
            redis = await asyncio.to_thread(_redis)
            link = redis.link(sizes.redis_url, cursor=cursor, on_trouble=on_trouble)
        caches = cls(sizes, kind_of_answers, clock, disk, link, gates=gates)
        if link is not None:
            await link.start()
        return caches

    async def close(self) -> None:
        """Cancel what is being loaded, write what waits."""
        for cache in self.all:
            await cache.close()
        if self._link is not None:
            await self._link.close()
        await self._note_cursor()
        if self._disk is not None:
            await self._disk.close()

    async def run(self) -> None:
        """Warm them, load ahead and remove what has expired, for ever."""
        await self.warm()
        async with asyncio.TaskGroup() as group:
            if self._ahead is not None:
                group.create_task(self._ahead.run(), name="loading ahead")
            await self._sweep()

    def load_ahead(self, cache: Cache[Value], load: Callable[[str], Awaitable[Value]]) -> None:
        """Before `run`: learn what is asked of `cache`, and load what is expected with `load`.

        It is called with keys of its own choice at any time, and may raise. ValueError if a load
        costs money: nobody asked for it.
        """
        if cache.name in {plan.name for plan in PLANS if plan.costly}:
            raise ValueError(f"a load of the cache {cache.name} costs money")
        if self._ahead is not None:
            self._ahead.add(cache, load)

    async def _sweep(self) -> None:
        while True:
            for _sweep in range(_SWEEPS_A_PURGE):
                await self._clock.sleep(until_next(self._clock, _SWEEP))
                for cache in self.all:
                    await cache.sweep()
            if self._disk is not None:
                await self._disk.purge()
            await self._note_cursor()

    async def warm(self) -> dict[str, int]:
        """Bring what was stored last on disk into memory and Redis; how many values, by cache."""
        if self._disk is None:
            return {}
        return {
            cache.name: await cache.bring(await self._disk.keys(cache.name, _WARMED))
            for cache in self.all
        }

    async def clear(self) -> None:
        """Delete everything in every cache."""
        for cache in self.all:
            await cache.clear()
        if self._ahead is not None:
            self._ahead.clear()

    async def forget_people(self) -> None:
        """Delete what is, or may be, of some person, and what was learnt of their habits."""
        for cache in (self.profile, self.log, self.session):
            await cache.clear()
        if self._ahead is not None:
            self._ahead.clear()

    def stats(self) -> tuple[CacheStats, ...]:
        ahead = self._ahead
        if ahead is None:
            return tuple(cache.stats() for cache in self.all)
        return tuple(
            replace(cache.stats(), prediction=ahead.stats(cache.name)) for cache in self.all
        )

    async def _note_cursor(self) -> None:
        if self._disk is not None and self._link is not None and self._link.cursor is not None:
            await self._disk.note(_CURSOR, self._link.cursor)


@dataclass(frozen=True, slots=True)
class _Redis:
    """The types that need redis-py."""

    link: "type[RedisLink]"
    tier: "type[RedisTier]"


def _redis() -> _Redis:
    """First from a thread: to import redis-py takes a third of a second, and 10 MB."""
    from engine.cache.redis.link import RedisLink  # noqa: PLC0415 - as said
    from engine.cache.redis.tier import RedisTier  # noqa: PLC0415 - as said

    return _Redis(RedisLink, RedisTier)
