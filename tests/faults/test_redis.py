"""Redis killed, frozen, restarted under load: callers notice nothing, nothing stale returns."""

from collections.abc import Iterator

import pytest

from engine.cache.redis.link import BUDGET, RedisLink
from tests.support.caches.levels import process, until
from tests.support.caches.redis_load import back, gone, load_on, more_answers, served_by_redis
from tests.support.servers.redis import RedisServer

_LATE = 0.1  # s


@pytest.fixture
def server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.mark.alone
@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_no_caller_meets_an_error_or_waits_while_redis_is_away(
    server: RedisServer, fault: str
) -> None:
    async with (
        process(server.url, entries=20, budget=BUDGET) as (cache, link),
        load_on(cache) as load,
    ):
        await served_by_redis(cache)
        for _ in range(2):
            server.kill() if fault == "kill" else server.freeze()
            await gone(link)
            await more_answers(load)
            server.start() if fault == "kill" else server.thaw()
            await served_by_redis(cache)
    assert not load.wrong
    assert load.latest - load.held < _LATE


async def test_what_was_deleted_while_redis_was_away_does_not_come_back_with_it(
    server: RedisServer,
) -> None:
    async with (
        process(server.url) as (cache, link),
        process(server.url) as (other, other_link),
    ):
        for key in ("deleted", "changed", "kept"):
            await cache.set(key, "old")
        await cache.set("tagged", "old", tags=("tag",))
        for key in ("deleted", "changed", "tagged"):
            assert await other.get(key) == "old"
        server.freeze()
        await cache.delete("deleted")
        await cache.set("changed", "new")
        await cache.delete_by_tags("tag")
        await gone(link)
        await gone(other_link)
        server.thaw()
        await back(link)
        await back(other_link)

        async def told() -> bool:
            return await other.get("deleted") is None

        await until(told)
        assert await other.get("changed") != "old"
        assert await other.get("tagged") is None
        async with process(server.url) as (third, _link):
            assert await third.get("deleted") is None
            assert await third.get("changed") is None
            assert await third.get("tagged") is None
            assert await third.get("kept") == "old"


async def test_a_redis_that_restarts_from_an_old_snapshot_is_not_believed(
    server: RedisServer,
) -> None:
    async with process(server.url) as (cache, link):
        await cache.set("key", "old")
        assert server.command("SAVE") == b"+OK\r\n"
        await cache.delete("key")
        server.kill()
        server.start()
        assert b"key" in server.command("KEYS", "*:k:*")

        async def swept() -> bool:
            assert await cache.get("key") is None
            return b"key" not in server.command("KEYS", "*:k:*")

        await until(swept)
        await back(link)
        assert await cache.get("key") is None


async def test_everything_is_forgotten_when_more_was_deleted_than_could_be_remembered(
    server: RedisServer,
) -> None:
    async with process(server.url) as (cache, link):
        await cache.set("key", "old")
        server.freeze()
        await cache.delete("key", *(f"other {number}" for number in range(11_000)))
        await gone(link)
        server.thaw()
        await back(link)
        async with process(server.url) as (other, _link):
            assert await other.get("key") is None


async def test_a_trouble_is_said_once_and_so_is_its_end(server: RedisServer) -> None:
    said: list[str | None] = []
    link = RedisLink(server.url, on_trouble=lambda _level, sentence: said.append(sentence))
    await link.start()
    server.kill()
    await gone(link)

    async def told() -> bool:
        return bool(said)

    await until(told)
    server.start()
    await back(link)

    async def told_again() -> bool:
        return len(said) == 2

    await until(told_again)
    await link.close()
    assert str(server.port) in (said[0] or "")
    assert said[1] is None


async def test_a_password_is_never_said() -> None:
    said: list[str | None] = []
    server = RedisServer("--requirepass", "right-secret")
    server.start()
    url = f"redis://:wrong-secret@127.0.0.1:{server.port}/0"
    link = RedisLink(url, on_trouble=lambda _level, sentence: said.append(sentence))
    await link.start()

    async def told() -> bool:
        return bool(said)

    await until(told)
    await link.close()
    server.close()
    assert "REDIS_URL" in (said[0] or "")
    assert "secret" not in (said[0] or "")
