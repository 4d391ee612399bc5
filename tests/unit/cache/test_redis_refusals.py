"""What is said of a Redis that refuses, by a real one; the caches go on without, and come back."""

from collections.abc import Callable, Iterator

import pytest

from engine.cache.redis.link import RedisLink
from engine.cache.stats import Level
from tests.support.caches.levels import process, until
from tests.support.servers.redis import RedisCluster, RedisServer

_BUDGET = 0.3  # s
_SECRET = "hunter2-hunter2"


class Told:
    """What was said of Redis last; None: all is well."""

    def __init__(self) -> None:
        self.sentence: str | None = None

    def __call__(self, _level: Level, sentence: str | None) -> None:
        self.sentence = sentence


@pytest.fixture
def server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


async def _until(holds: Callable[[], bool]) -> None:
    async def now() -> bool:
        return holds()

    await until(now)


def _with(url: str, credentials: str) -> str:
    return url.replace("//", f"//{credentials}@")


def _forbid_all_but_reading(server: RedisServer) -> str:
    server.command("ACL", "SETUSER", "reader", "on", f">{_SECRET}", "~*", "+@read", "+@connection")
    server.command("ACL", "SETUSER", "reader", "+time", "+xadd")
    return _with(server.url, f"reader:{_SECRET}")


def _want_password(server: RedisServer) -> str:
    server.command("CONFIG", "SET", "requirepass", _SECRET)
    return server.url


def _no_such_database(server: RedisServer) -> str:
    return server.url.removesuffix("/0") + "/99"


def _replica(server: RedisServer) -> str:
    server.command("CONFIG", "SET", "replica-serve-stale-data", "yes")
    server.command("REPLICAOF", "127.0.0.1", "1")
    return server.url


def _replica_alone(server: RedisServer) -> str:
    server.command("CONFIG", "SET", "replica-serve-stale-data", "no")
    server.command("REPLICAOF", "127.0.0.1", "1")
    return server.url


def _no_memory(server: RedisServer) -> str:
    server.command("CONFIG", "SET", "maxmemory", "1")
    return server.url


@pytest.mark.parametrize(
    ("prepare", "sentence", "mend"),
    [
        (_want_password, "asks for a password and REDIS_URL has none", ()),
        (lambda server: _with(server.url, f":{_SECRET}"), "refuses the user name or pass", ()),
        (_no_such_database, "has no database 99", ()),
        (
            _forbid_all_but_reading,
            "does not permit its user",
            ("ACL", "SETUSER", "reader", "+@all"),
        ),
        (_replica, "is a replica, which takes no writes", ("REPLICAOF", "NO", "ONE")),
        (_replica_alone, "has lost its primary", ("REPLICAOF", "NO", "ONE")),
        (_no_memory, "has used up its memory", ("CONFIG", "SET", "maxmemory", "0")),
        (lambda server: server.url.replace("redis:", "rediss:"), "does not answer with TLS", ()),
        (lambda server: server.url.replace("redis:", "redis+cluster:"), "is no cluster", ()),
        (lambda server: "redis://no-such-machine.invalid:6379/0", "is not found", ()),
        (lambda server: "redis://127.0.0.1:1/0", "does not answer", ()),
        (lambda server: "unix:///no/such/socket", "Redis at /no/such/socket does not ans", ()),
    ],
)
async def test_why_redis_cannot_be_used_is_said_and_it_is_taken_back_once_it_can(
    prepare: Callable[[RedisServer], str],
    sentence: str,
    mend: tuple[str, ...],
    server: RedisServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = Told()
    link = RedisLink(prepare(server), budget=_BUDGET, on_trouble=told)
    await link.start()
    try:
        await _until(lambda: sentence in (told.sentence or ""))
        assert not link.available
        assert _SECRET not in (told.sentence or "")
        if mend:
            server.command(*mend)
            await _until(lambda: told.sentence is None and link.available)
    finally:
        await link.close()
    assert not [record for record in caplog.records if record.exc_info]


async def test_one_that_begins_to_refuse_writes_loses_nothing_that_was_deleted(
    server: RedisServer,
) -> None:
    async with process(server.url) as (cache, link):
        await cache.set("key", "old", tags=("tag",))
        server.command("CONFIG", "SET", "maxmemory", "1")
        await cache.set("other", "text")
        await _until(lambda: not link.available)
        await cache.delete("key")
        server.command("CONFIG", "SET", "maxmemory", "0")
        await _until(lambda: link.available)
        assert server.command("EXISTS", "gavatcore:texts:k:key") == b":0\r\n"


async def test_a_cluster_reached_as_one_server_is_told_apart() -> None:
    told, cluster = Told(), RedisCluster()
    cluster.start()
    link = RedisLink(cluster.servers[0].url, budget=_BUDGET, on_trouble=told)
    await link.start()
    try:
        await _until(lambda: "begin REDIS_URL with redis+cluster" in (told.sentence or ""))
    finally:
        await link.close()
        cluster.close()
