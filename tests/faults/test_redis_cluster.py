"""A Redis cluster serves as one server does."""

from collections.abc import Iterator

import pytest

from engine.cache.redis.link import BUDGET
from tests.support.caches.levels import process, until
from tests.support.caches.redis_load import gone, load_on, more_answers, served_by_redis
from tests.support.servers.redis import RedisCluster


@pytest.fixture
def cluster() -> Iterator[RedisCluster]:
    cluster = RedisCluster()
    cluster.start()
    yield cluster
    cluster.close()


async def test_keys_and_tags_on_all_servers_are_shared_and_deleted(
    cluster: RedisCluster,
) -> None:
    keys = [f"key {number}" for number in range(300)]
    async with (
        process(cluster.url) as (cache, _link),
        process(cluster.url) as (other, _other_link),
    ):
        await cache.set_many({key: key for key in keys}, tags=("all",))
        await cache.set("kept", "kept")
        for server in cluster.servers:
            assert server.command("DBSIZE") != b":0\r\n"
        assert len(await other.get_many(keys)) == 300
        await other.delete(keys[0])
        await other.delete_by_tags("all")

        async def told() -> bool:
            return not await cache.get_many(keys)

        await until(told)
        assert await other.get("kept") == "kept"
        await cache.clear()
        for server in cluster.servers:
            assert b":k:" not in server.command("KEYS", "*:k:*")


@pytest.mark.alone
@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_no_caller_notices_that_one_of_its_servers_dies_and_comes_back(
    cluster: RedisCluster, fault: str
) -> None:
    dying = cluster.servers[1]
    async with (
        process(cluster.url, entries=20, budget=BUDGET) as (cache, link),
        load_on(cache) as load,
    ):
        await served_by_redis(cache)
        await cache.set("deleted", "old")
        dying.kill() if fault == "kill" else dying.freeze()
        await gone(link)
        await cache.delete("deleted")
        await more_answers(load)
        dying.start() if fault == "kill" else dying.thaw()
        await served_by_redis(cache)
        assert await cache.get("deleted") is None
    assert not load.wrong
    assert load.latest - load.held < 0.1
