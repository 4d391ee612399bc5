"""What processes that share a Redis see of each other's changes."""

import functools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.cache.cache import Cache
from engine.cache.named import NamedCaches, Sizes
from engine.clock import SystemClock
from tests.support.caches import levels
from tests.support.caches.levels import disk_at, until
from tests.support.caches.patience import PATIENCE
from tests.support.clock import ManualClock
from tests.support.servers.redis import RedisServer

process = functools.partial(levels.process, budget=PATIENCE)


@pytest.fixture(scope="module")
def running() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def server(running: RedisServer) -> RedisServer:
    running.command("FLUSHALL")
    return running


async def sees(cache: Cache[Any], key: str, value: object) -> None:
    """Wait until `cache` has `value` (None: nothing) for `key`."""

    async def seen() -> bool:
        return bool(await cache.get(key) == value)

    await until(seen)


async def test_what_one_process_changes_leaves_the_memory_and_disk_of_the_others(
    server: RedisServer, tmp_path: Path
) -> None:
    async with (
        disk_at(tmp_path / "cache.db", SystemClock()) as disk,
        process(server.url) as (cache, _link),
        process(server.url, disk=disk) as (other, _other_link),
    ):
        changes: tuple[tuple[Callable[[], Awaitable[None]], str | None], ...] = (
            (lambda: cache.set("key", "new"), "new"),
            (lambda: cache.delete("key"), None),
            (lambda: cache.delete_by_tags("tag"), None),
            (cache.clear, None),
        )
        for change, left in changes:
            await other.set("key", "old", tags=("tag",))
            await sees(cache, "key", "old")
            assert await other.get("key") == "old"
            await change()
            await sees(other, "key", left)


async def test_a_loaded_value_is_shared_without_disturbing_others(server: RedisServer) -> None:
    async with (
        process(server.url) as (cache, _link),
        process(server.url) as (other, _other_link),
    ):
        calls: list[str] = []

        async def load() -> str:
            calls.append("load")
            return "text"

        assert await cache.get_or_load("key", load, tags=("tag",)) == "text"
        assert await other.get_or_load("key", load) == "text"
        assert calls == ["load"]
        assert server.command("XLEN", "gavatcore:invalidations") == b":1\r\n"  # the beginning
        await other.delete_by_tags("tag")
        await sees(cache, "key", None)


async def test_a_value_comes_nearer_for_the_time_it_has_left_and_tags_expire_too(
    server: RedisServer,
) -> None:
    clock = ManualClock()
    async with process(server.url) as (cache, _link):
        await cache.set("key", "text", ttl=600, tags=("tag",))
    # Begun later, it is not told any more that the key was set, and keeps what it fetches.
    async with process(server.url, clock=clock) as (other, _other_link):
        assert await other.get("key") == "text"
        assert 500 < int(server.command("TTL", "gavatcore:texts:t:tag")[1:]) <= 602
        server.command("DEL", "gavatcore:texts:k:key")
        clock.advance(500)
        assert await other.get("key") == "text"
        clock.advance(100)
        assert await other.get("key") is None


async def test_what_is_no_value_of_ours_is_a_miss_and_deleted(server: RedisServer) -> None:
    async with process(server.url) as (cache, link):
        server.command("LPUSH", "gavatcore:texts:k:list", "x")
        server.command("SET", "gavatcore:texts:k:text", "not msgpack")
        assert await cache.get_many(["list", "text", "none"]) == {}
        assert link.available
        assert (
            server.command("EXISTS", "gavatcore:texts:k:list", "gavatcore:texts:k:text")
            == b":0\r\n"
        )


async def test_what_others_deleted_while_nobody_ran_here_is_gone_from_the_disk(
    server: RedisServer, tmp_path: Path
) -> None:
    sizes, clock = Sizes(1 << 20, 1 << 20, server.url), SystemClock()
    caches = await NamedCaches.open(sizes, str, tmp_path / "here", clock)
    await sees(caches.gpt, "deleted", None)
    await caches.gpt.set("deleted", "text")
    await caches.gpt.set("kept", "text")
    await caches.close()
    other = await NamedCaches.open(sizes, str, tmp_path / "there", clock)
    await sees(other.gpt, "deleted", "text")
    await other.gpt.delete("deleted")
    await other.close()
    server.command("DEL", "gavatcore:gpt:k:kept")
    again = await NamedCaches.open(sizes, str, tmp_path / "here", clock)
    assert await again.gpt.get("kept") == "text"
    await sees(again.gpt, "deleted", None)
    await again.close()
