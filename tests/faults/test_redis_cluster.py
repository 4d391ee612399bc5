"""A Redis cluster serves as one server does."""

from collections.abc import Iterator

import pytest

from tests.redis_server import RedisCluster
from tests.unit.cache.levels import process, until


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
