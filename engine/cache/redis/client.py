"""How redis-py is used: no retries and no time limits of its own, for a server or a cluster."""

from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from engine.cache.redis.keys import Client

CONNECT_BUDGET = 1.0  # s
_CLUSTER = "+cluster"  # ends the scheme of a URL that leads to a cluster


def open_client(url: str) -> Client:
    """Connects at its first use. redis://, rediss://, unix://, or redis+cluster://."""
    options: dict[str, Any] = {
        "protocol": 2,
        "retry": Retry(NoBackoff(), 0),
        "socket_timeout": None,
        "socket_connect_timeout": CONNECT_BUDGET,
    }
    scheme, _colon, rest = url.partition(":")
    if scheme.endswith(_CLUSTER):
        return RedisCluster.from_url(f"{scheme.removesuffix(_CLUSTER)}:{rest}", **options)
    client: Redis = Redis.from_url(url, **options)
    return client


async def primaries(client: Client) -> frozenset[str]:
    """The run of each primary of a cluster, where a failover may lose writes beside the stream."""
    if isinstance(client, Redis):
        await client.time()
        return frozenset()
    about = await client.info("server", target_nodes=RedisCluster.PRIMARIES)
    servers = about.values() if "run_id" not in about else (about,)
    return frozenset(str(server["run_id"]) for server in servers)


async def close_client(client: Client) -> None:
    """Close every connection of it."""
    await client.aclose()
    if isinstance(client, RedisCluster):
        # After a ClusterDownError it takes itself for closed, and closes nothing.
        await client.nodes_manager.aclose()
        await client.nodes_manager.aclose("startup_nodes")
