"""What a caller of a cache may rely on, whatever its levels."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.cache.cache import Cache
from engine.cache.disk.level import DiskLevel
from engine.cache.disk.store import Disk
from engine.cache.memory import ENTRY_OVERHEAD, MemoryLevel
from engine.cache.policies.store import Eviction
from engine.cache.stats import Level, overall
from engine.clock import SystemClock
from tests.support.caches.levels import TTL, disk_at, loader, memory, texts
from tests.support.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def disk(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Disk]:
    async with disk_at(tmp_path / "cache.db", clock) as disk:
        yield disk


@pytest.fixture(params=["memory", "disk", "memory and disk"])
def cache(request: pytest.FixtureRequest, disk: Disk, clock: ManualClock) -> Cache[str]:
    """One of each combination that needs no server."""
    levels = (DiskLevel(disk, "texts", clock),) if "disk" in request.param else ()
    return texts(clock, *levels, near=memory(clock) if "memory" in request.param else None)


async def test_a_value_is_there_until_its_time_is_over(
    cache: Cache[str], clock: ManualClock
) -> None:
    await cache.set("short", "one", ttl=5)
    await cache.set("usual", "two")
    await cache.set("endless", "three", ttl=math.inf)
    clock.advance(4.9)
    assert await cache.get_many(["short", "usual", "none"]) == {"short": "one", "usual": "two"}
    clock.advance(0.2)
    assert await cache.get("short") is None
    assert await cache.get("short", "else") == "else"
    clock.advance(TTL)
    assert await cache.get("usual") is None
    assert await cache.get("endless") == "three"


async def test_what_is_deleted_set_anew_or_tagged_is_gone(cache: Cache[str]) -> None:
    await cache.set_many({"a": "1", "b": "2"}, tags=("letters",))
    await cache.set_many({"c": "3", "d": "4"}, tags=("letters", "late"))
    await cache.set("e", "5", tags=("late",))
    await cache.set("c", "6")
    await cache.delete("a", "none")
    await cache.delete_by_tags("letters", "nothing")
    assert await cache.get_many("abcde") == {"c": "6", "e": "5"}
    await cache.clear()
    assert await cache.get_many("abcde") == {}
    await cache.set("a", "again")
    assert await cache.get("a") == "again"


async def test_a_value_is_loaded_once_and_kept_with_its_tags(cache: Cache[str]) -> None:
    calls: list[str] = []
    for _ in range(2):
        assert await cache.get_or_load("key", loader("text", calls), tags=("tag",)) == "text"
    assert calls == ["text"]
    await cache.delete_by_tags("tag")
    assert await cache.get("key") is None


async def test_a_hundred_concurrent_misses_load_once(cache: Cache[str]) -> None:
    calls: list[str] = []
    answers = await asyncio.gather(
        *(cache.get_or_load("key", loader("text", calls)) for _ in range(100))
    )
    assert set(answers) == {"text"}
    assert calls == ["text"]


async def test_what_was_deleted_while_it_was_loaded_is_not_kept(cache: Cache[str]) -> None:
    changes: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: cache.delete("key"),
        lambda: cache.delete_by_tags("tag"),
        cache.clear,
        lambda: cache.set("key", "new"),
    )
    for change in changes:
        began, go_on = asyncio.Event(), asyncio.Event()

        async def load(began: asyncio.Event = began, go_on: asyncio.Event = go_on) -> str:
            began.set()
            await go_on.wait()
            return "old"

        waiting = asyncio.create_task(cache.get_or_load("key", load, tags=("tag",)))
        await began.wait()
        await change()
        go_on.set()
        assert await waiting == "old"
        assert await cache.get("key") in {None, "new"}
        await cache.clear()


async def test_warming_loads_what_is_missing_a_few_at_a_time_and_survives_a_bad_loader(
    cache: Cache[str],
) -> None:
    await cache.set("there", "before")
    running, most = 0, 0
    three = asyncio.Event()

    async def load(key: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 3:
            three.set()
        await three.wait()
        running -= 1
        if key == "bad":
            raise RuntimeError(key)
        return key

    keys = ["there", "bad", *(f"key {number}" for number in range(20))]
    assert await cache.warm(keys, load, at_once=3) == 21
    assert most == 3
    assert await cache.get("there") == "before"
    assert len(await cache.get_many(keys)) == 21
    figures = cache.stats()
    assert (figures.loads, figures.misses) == (21, 1)


def test_a_cache_without_a_level_is_refused(clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="no level"):
        Cache("none", str, clock=clock)


async def test_a_value_found_on_disk_comes_nearer_for_the_time_it_has_left(
    disk: Disk, clock: ManualClock
) -> None:
    level = DiskLevel(disk, "texts", clock)
    await texts(clock, level).set("key", "text", ttl=10, tags=("tag",))
    cache = texts(clock, level, near=memory(clock))
    clock.advance(6)
    assert await cache.get("key") == "text"
    assert await cache.get("key") == "text"
    near, far = cache.stats().levels
    assert (near.level, near.hits, near.misses) == (Level.MEMORY, 1, 1)
    assert (far.level, far.hits, far.misses) == (Level.DISK, 1, 0)
    clock.advance(4.1)
    assert await cache.get("key") is None
    await cache.set("key", "text", tags=("tag",))
    assert await texts(clock, level, near=memory(clock)).bring(["key", "none"]) == 1


async def test_memory_is_bounded_by_entries_and_by_bytes(clock: ManualClock) -> None:
    few = texts(clock, near=MemoryLevel(Eviction.LRU, 10, 1 << 20, clock))
    await few.set_many({f"{number}": "x" for number in range(50)}, tags=("tag",))
    assert (few.stats().entries, few.stats().evictions) == (10, 40)
    await few.delete_by_tags("tag")
    assert few.stats().entries == 0
    each = ENTRY_OVERHEAD + 1_003 + 2
    small = texts(clock, near=MemoryLevel(Eviction.LRU, 1_000, 10 * each, clock))
    await small.set_many({f"{number:02}": "x" * 1_000 for number in range(50)})
    assert small.stats().entries == 10
    assert small.stats().bytes == 10 * each <= small.stats().bytes_capacity
    await small.set("huge", "x" * 20_000)
    assert await small.get("huge") is None


async def test_entries_come_into_memory_and_leave_it_expired_in_small_steps(
    clock: ManualClock,
) -> None:
    cache = texts(clock, near=memory(clock, 5_000))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await asyncio.sleep(0)
    await cache.set_many({f"{number}": "x" for number in range(3_000)}, ttl=5, tags=("tag",))
    assert turns >= 15  # of at most 200 entries
    await cache.set("later", "x", ttl=50)
    clock.advance(6)
    turns = 0
    await cache.sweep()
    task.cancel()
    assert turns >= 15
    assert cache.stats().entries == 1
    assert cache.stats().expirations == 3_000


async def test_values_of_another_type_or_another_program_are_misses_and_deleted(
    disk: Disk, clock: ManualClock
) -> None:
    level = DiskLevel(disk, "texts", clock)
    numbers = Cache("texts", int, clock=clock, levels=(level,), ttl=TTL)
    await numbers.set("key", 7)
    cache = texts(clock, level)
    assert await cache.get("key") is None
    assert await cache.get_or_load("key", loader("text")) == "text"
    assert await cache.get("key") == "text"
    assert cache.stats().undecodable == 1


async def test_the_hit_ratio_is_that_of_the_last_minute(clock: ManualClock) -> None:
    cache = texts(clock, near=memory(clock))
    assert cache.stats().hit_ratio is None
    for _ in range(4):
        await cache.get_or_load("key", loader("text"))
    assert cache.stats().hit_ratio == 0.75
    clock.advance(30)
    await cache.get("none")
    assert cache.stats().hit_ratio == 0.6
    clock.advance(31)
    assert cache.stats().hit_ratio == 0
    clock.advance(61)
    assert cache.stats().hit_ratio is None
    assert (cache.stats().hits, cache.stats().misses) == (3, 2)


async def test_the_hit_ratio_of_all_caches_weighs_them_by_their_last_minute(
    clock: ManualClock,
) -> None:
    busy, quiet = texts(clock, near=memory(clock)), texts(clock, near=memory(clock))
    for _ in range(100):
        await busy.get_or_load("key", loader("text"))
    assert overall([busy.stats(), quiet.stats()]) == (0.99, 1)
    clock.advance(61)  # what was asked before counts no more, and the value has expired
    for _ in range(2):
        await busy.get_or_load("key", loader("text"))
        await quiet.get("none")
    assert overall([busy.stats(), quiet.stats()]) == (0.25, 1)
    clock.advance(61)
    assert overall([busy.stats(), quiet.stats()])[0] is None


async def test_any_msgspec_type_comes_back_as_it_was(disk: Disk, clock: ManualClock) -> None:
    class Person(msgspec.Struct, frozen=True):
        name: str
        friends: tuple[str, ...] = ()
        seen: dict[int, float] = {}

    people = Cache("texts", Person, clock=clock, levels=(DiskLevel(disk, "texts", clock),))
    ada = Person("Ada", ("Can", "Eda"), {1: 2.5})
    await people.set("ada", ada)
    assert await people.get("ada") == ada


async def test_large_values_are_compressed_and_the_ratio_is_told(
    disk: Disk, clock: ManualClock
) -> None:
    cache = texts(clock, DiskLevel(disk, "texts", clock))
    await cache.set("small", "x" * 1_000)
    assert cache.stats().compression_ratio is None
    text = "Once more with feeling. " * 100
    huge = "Once more with feeling. " * 100_000
    await cache.set_many({"text": text, "huge": huge})
    assert await cache.get("text") == text
    assert await cache.get("huge") == huge
    assert 0 < (cache.stats().compression_ratio or 1) < 0.1
    assert (cache.stats().levels[0].bytes or 0) < 10_000


async def test_loading_ahead_counts_neither_as_hit_nor_as_miss(clock: ManualClock) -> None:
    cache = texts(clock, near=memory(clock))
    asked: list[str] = []
    cache.on_access = asked.append
    calls: list[str] = []
    for _ in range(2):
        await cache.load_ahead("key", loader("text", calls))
    assert calls == ["text"]
    assert (cache.stats().hits, cache.stats().misses) == (0, 0)
    assert asked == []
    assert await cache.get("key") == "text"
    assert asked == ["key"]


async def test_many_values_are_deleted_a_little_at_a_time_and_all_of_them_if_that_is_cancelled(
    clock: ManualClock,
) -> None:
    cache = texts(clock, near=memory(clock, 5_000))

    async def everything_deleted(deletion: Coroutine[Any, Any, None], turns: int) -> None:
        await cache.set_many({f"k{n}": "text" for n in range(5_000)}, tags=("tag",))
        deleting = asyncio.create_task(deletion)
        for _ in range(turns):
            await asyncio.sleep(0)
        assert 0 < cache.stats().entries < 5_000
        if turns % 2:
            deleting.cancel()
        await asyncio.gather(deleting, return_exceptions=True)
        assert cache.stats().entries == 0

    for turns in (2, 3):
        await everything_deleted(cache.delete_by_tags("tag"), turns)
        await everything_deleted(cache.clear(), turns)


async def test_a_hit_in_memory_never_waits() -> None:
    clock = SystemClock()
    cache = texts(clock, near=memory(clock))
    await cache.set("key", "text")
    coroutine = cache.get("key")
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    assert ended.value.value == "text"
