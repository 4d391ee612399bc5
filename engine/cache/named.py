"""Defines the engine's caches by name, with the limits of each, in one place."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.cache.cache import Cache
from engine.cache.disk.level import DiskLevel
from engine.cache.disk.store import Disk
from engine.cache.lower_level import LowerLevel
from engine.cache.memory import MemoryLevel
from engine.cache.policies.store import Eviction
from engine.cache.prediction.preloaders import Preloaders
from engine.cache.stats import CacheStats, Level
from engine.cache.trouble import OnTrouble, untold
from engine.clock import Clock, until_next
from engine.gates import Gates
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.cache.redis.level import RedisLevel
    from engine.cache.redis.link import RedisLink

Answers = TypeVar("Answers")
Value = TypeVar("Value")

FILE_NAME = "cache.db"
_CURSOR = "redis cursor"  # a note on disk: the position in the stream of invalidations
_WARMED = 500  # values of a cache
_SWEEP = 5.0  # s between sweeps of memory
_SWEEPS_A_PURGE = 2  # of the disk
_DAY = 86_400.0  # s


@dataclass(frozen=True, slots=True)
class CacheConfig:
    """The limits of one cache, and the levels where it keeps values."""

    name: str
    ttl: float  # seconds
    entries: int  # maximum in memory
    share: float  # of the bytes of all caches
    policy: Eviction = Eviction.ADAPTIVE
    levels: tuple[Level, ...] = (Level.REDIS, Level.DISK)  # below memory
    costly: bool = False  # a load costs money


# Consent may be withdrawn, so nothing that depends on it is kept where a crash could preserve it.
PROFILE = CacheConfig("profile", _DAY, 50_000, 0.25, levels=())
GPT = CacheConfig("gpt", 300.0, 8_192, 0.45, costly=True)
# Every write keeps it up to date, and the database behind it is as near as the disk.
LOG = CacheConfig("log", _DAY, 4_096, 0.20, Eviction.LRU, ())
SESSION = CacheConfig("session", 900.0, 8_192, 0.10, Eviction.TTL, (Level.REDIS,))
PLANS = (PROFILE, GPT, LOG, SESSION)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The limits of all caches together."""

    memory: int  # bytes
    disk: int  # bytes; 0: nothing is kept on disk
    redis_url: str | None = field(default=None, repr=False)  # None: no Redis

    @classmethod
    def of(cls, settings: Settings) -> "Sizes":
        """Return the limits in the settings."""
        url = settings.redis_url
        return cls(
            memory=settings.cache_memory_mb << 20,
            disk=settings.cache_disk_mb << 20,
            redis_url=None if url is None else url.get_secret_value(),
        )


class NamedCaches(Generic[Answers]):
    """Holds all caches; open them at the start and close them at the end.

    None of them ever fails.
    """

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
        """Use `open` instead."""
        self._ahead = None if gates is None else Preloaders(clock, gates)
        self._clock = clock
        self._disk = disk
        self._link = link

        def build(plan: CacheConfig, kind: type[Value]) -> Cache[Value]:
            levels: list[LowerLevel] = []
            if link is not None and Level.REDIS in plan.levels:
                levels.append(_redis().level(link, plan.name))
            if disk is not None and Level.DISK in plan.levels:
                levels.append(DiskLevel(disk, plan.name, clock))
            size = max(1, int(sizes.memory * plan.share))
            memory = MemoryLevel(plan.policy, plan.entries, size, clock)
            return Cache(plan.name, kind, clock=clock, memory=memory, levels=levels, ttl=plan.ttl)

        self.profile = build(PROFILE, dict[str, Any])  # facts about a person in a chat
        self.gpt = build(GPT, kind_of_answers)  # by a hash of the relevant parts of the prompt
        self.log = build(LOG, list[Any])  # a chat's newest messages
        self.session = build(SESSION, dict[str, Any])  # state of a conversation
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
        """Open the file in `directory` and connect to Redis, as far as possible at the moment.

        Without `gates`, nothing is loaded ahead.
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
        """Cancel loads and write what waits."""
        for cache in self.all:
            await cache.close()
        if self._link is not None:
            await self._link.close()
        await self._note_cursor()
        if self._disk is not None:
            await self._disk.close()

    async def run(self) -> None:
        """Warm the caches, load ahead and remove expired values, for ever."""
        await self.warm()
        async with asyncio.TaskGroup() as group:
            if self._ahead is not None:
                group.create_task(self._ahead.run(), name="loading ahead")
            await self._sweep()

    def load_ahead(self, cache: Cache[Value], load: Callable[[str], Awaitable[Value]]) -> None:
        """Learn the accesses to `cache`, and load expected keys ahead; call before `run`.

        `load` is called with any key at any time, and may raise. Raises ValueError if a load costs
        money, because nobody asked for it.
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
        """Copy the newest values on disk into memory and Redis; return how many, by cache."""
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
        """Delete everything that may concern a person, and the learned habits."""
        for cache in (self.profile, self.log, self.session):
            await cache.clear()
        if self._ahead is not None:
            self._ahead.clear()

    def stats(self) -> tuple[CacheStats, ...]:
        """Return the counters of all caches, including prediction."""
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
    """Types that need redis-py."""

    link: "type[RedisLink]"
    level: "type[RedisLevel]"


def _redis() -> _Redis:
    """Import redis-py; call it in a thread first, as it takes a third of a second and 10 MB."""
    from engine.cache.redis.level import RedisLevel  # noqa: PLC0415 - as said
    from engine.cache.redis.link import RedisLink  # noqa: PLC0415 - as said

    return _Redis(RedisLink, RedisLevel)
