"""The cache against cashews and aiocache, its disk, what it leaves the loop, a Redis that dies."""

import asyncio
import gc
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiocache
import cashews

from engine.cache.cache import Cache
from engine.cache.disk.level import DiskLevel
from engine.cache.disk.store import Disk
from engine.cache.memory import ENTRY_OVERHEAD, MemoryLevel
from engine.cache.policies.store import Eviction
from engine.cache.redis.link import BUDGET
from engine.clock import SystemClock
from tests.performance.table import Table
from tests.support.caches.levels import process
from tests.support.caches.redis_load import gone, load_on, more_answers, served_by_redis
from tests.support.servers.redis import RedisServer

NAME = "cache"

_ROUNDS = 5
_ASKED = ((1_000, False), (50_000, False), (50_000, True))  # keys; whether by chance
_CALLS = 50_000  # a round
_ENTRIES = 100_000
_TURN = 100  # values stored by one caller between two breaths
_DISK_WRITES = 50_000
_VALUE = "An answer of the usual length, neither long nor short." * 2

Call = Callable[[str], Awaitable[object]]


def run() -> Table:
    """Hits in turns, five rounds each; then the disk; then 100,000 entries on one loop."""
    rows: list[tuple[str, str]] = []
    for keys, by_chance in _ASKED:
        hits = asyncio.run(_hits(keys, by_chance=by_chance))
        of = f"{keys:,} by chance" if by_chance else f"{keys:,} in turn"
        rows += [(f"hit of {of}, {name}, /s", f"{rate:,.0f}") for name, rate in hits.items()]
        peers = {name: hits[name] for name in ("cashews", "aiocache")}
        for policy in Eviction:
            ratios = (f"{hits[policy] / rate:.1f}× {name}" for name, rate in peers.items())
            rows.append((f"{policy} against them, {of}", ", ".join(ratios)))
    writes, misses, reads = asyncio.run(_disk())
    rows += [
        ("disk, batched writes, /s", f"{writes:,.0f}"),
        ("longest the loop was held meanwhile", f"{misses:.1f} ms"),
        ("disk, reads one by one, /s", f"{reads:,.0f}"),
    ]
    for job, held in asyncio.run(_loop_held()).items():
        rows.append((f"longest the loop was held, {job}", f"{held:.1f} ms"))
    for fault in ("killed", "frozen"):
        rows.append((f"longest wait while Redis was {fault}", asyncio.run(_redis_away(fault))))
    return Table(
        "The cache",
        ("job", "figure"),
        tuple(rows),
        "Hits are awaited `get`s of all keys through each library's public asynchronous "
        f"interface, all in one run and in turns, median of {_ROUNDS} rounds. The loop is held "
        f"for as long as its thread works (CPU time) between two turns of a task that only yields.",
    )


def _memory(policy: Eviction, entries: int) -> MemoryLevel:
    return MemoryLevel(policy, entries, 1 << 30, SystemClock())


async def _hits(keys: int, *, by_chance: bool) -> dict[str, float]:
    """Hits a second, by policy and peer, in a cache of so many keys.

    Asked for by chance, nearly each of them is out of the processor's caches, for the peers too.
    """
    calls: dict[str, Call] = {}
    for policy in Eviction:
        cache = Cache(
            policy.value, str, clock=SystemClock(), memory=_memory(policy, 2 * keys), ttl=600
        )
        await cache.set_many({_key(n): _VALUE for n in range(keys)})
        calls[policy] = cache.get
    peer = cashews.Cache()
    peer.setup("mem://", size=2 * keys)
    other = aiocache.SimpleMemoryCache(timeout=None)
    for n in range(keys):
        await peer.set(_key(n), _VALUE, expire=600)
        await other.set(_key(n), _VALUE, ttl=600)
    calls |= {"cashews": peer.get, "aiocache": other.get}
    names = [_key(n) for n in range(keys)]
    if by_chance:
        random.Random(1).shuffle(names)
    rounds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(_ROUNDS):
        for name, call in calls.items():
            rounds[name].append(await _rate(call, names))
    await peer.close()
    await other.close()
    return {name: statistics.median(rates) for name, rates in rounds.items()}


async def _rate(call: Call, names: Sequence[str]) -> float:
    rounds = max(_CALLS // len(names), 1)
    began = time.perf_counter()
    for _ in range(rounds):
        for name in names:
            await call(name)
    return rounds * len(names) / (time.perf_counter() - began)


async def _disk() -> tuple[float, float, float]:
    """Writes a second until all are committed, ms the loop was held, reads a second."""
    directory = Path(tempfile.mkdtemp(prefix=".bench-", dir=Path.cwd()))
    clock = SystemClock()
    disk = Disk(directory / "cache.db", {"bench": 1 << 30}, clock)
    await disk.start()
    cache = Cache("bench", str, clock=clock, levels=(DiskLevel(disk, "bench", clock),), ttl=600)
    try:
        values = {_key(n): _VALUE for n in range(_DISK_WRITES)}
        async with _watched() as watch:
            began = time.perf_counter()
            await cache.set_many(values)
            await cache.delete("none")  # returns when all before it is committed
            writes = _DISK_WRITES / (time.perf_counter() - began)
        began = time.perf_counter()
        for n in range(2_000):
            if await cache.get(_key(n * 7 % _DISK_WRITES)) is None:
                raise RuntimeError("a value is missing")
        reads = 2_000 / (time.perf_counter() - began)
    finally:
        await disk.close()
        shutil.rmtree(directory)
    return writes, watch.longest * 1000, reads


async def _loop_held() -> dict[str, float]:
    """Milliseconds, with 100,000 entries in memory, by job."""
    held: dict[str, float] = {}
    values = {_key(n): _VALUE for n in range(_ENTRIES)}
    twice = {_key(n): _VALUE for n in range(2 * _ENTRIES)}
    for policy in Eviction:
        cache = Cache(policy.value, str, clock=SystemClock(), memory=_memory(policy, 2 * _ENTRIES))
        async with _watched() as watch:
            await cache.set_many(values, ttl=1.0, tags=("bench",))
        held[f"storing {_ENTRIES:,} ({policy})"] = watch.longest * 1000
        await asyncio.sleep(1.5)
        async with _watched() as watch:
            await cache.sweep()
        held[f"their expiry ({policy})"] = watch.longest * 1000
        if cache.stats().entries:
            raise RuntimeError(f"{cache.stats().entries} entries did not expire")
        for tag, job in (("{}", "a tag each"), ("bench", "one tag")):
            async with _watched() as watch:
                for count, (key, value) in enumerate(values.items()):
                    await cache.set(key, value, tags=(tag.format(key),))
                    if not count % _TURN:
                        await asyncio.sleep(0)
            held[f"storing {_ENTRIES:,} with {job} ({policy})"] = watch.longest * 1000
        async with _watched() as watch:
            await cache.delete_by_tags("bench")
        held[f"their deletion by tag ({policy})"] = watch.longest * 1000
        await cache.set_many(values)
        async with _watched() as watch:
            await cache.clear()
        held[f"clearing {_ENTRIES:,} ({policy})"] = watch.longest * 1000
        size = _ENTRIES * (ENTRY_OVERHEAD + len(_VALUE) + len(_key(0)))
        memory = MemoryLevel(policy, 4 * _ENTRIES, size, SystemClock())
        cache = Cache(policy.value, str, clock=SystemClock(), memory=memory)
        async with _watched() as watch:
            await cache.set_many(twice, ttl=60)
        held[f"storing {2 * _ENTRIES:,} where bytes for half are ({policy})"] = watch.longest * 1000
    return held


async def _redis_away(fault: str) -> str:
    """Twenty callers that ask all the time: who meets an error raises it here."""
    server = RedisServer()
    server.start()
    try:
        async with (
            process(server.url, entries=20, budget=BUDGET) as (cache, link),
            load_on(cache) as load,
        ):
            await served_by_redis(cache)
            load.latest = 0.0
            server.kill() if fault == "killed" else server.freeze()
            await gone(link)
            await more_answers(load, 1_000)
            server.start() if fault == "killed" else server.thaw()
            await served_by_redis(cache)
    finally:
        server.close()
    return f"{load.latest * 1000:.0f} ms of {load.answers:,} answers, no error"


class _Watch:
    """The longest time the loop's thread worked between two turns of a task that only yields.

    CPU time, since what other programs take of this machine is not the cache's.
    """

    def __init__(self) -> None:
        self.longest = 0.0  # s

    async def run(self) -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            self.longest = max(self.longest, now - last)
            last = now


@asynccontextmanager
async def _watched() -> AsyncIterator[_Watch]:
    gc.collect()  # what earlier jobs left is not this one's
    watch = _Watch()
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    yield watch
    await asyncio.sleep(0)  # the last turn is watched too
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _key(number: int) -> str:
    return f"key:{number:06}"
