"""Creates redis-py clients for a server or a cluster, without their retries and time limits."""

from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from engine.cache.redis.keys import Client

CONNECT_BUDGET = 1.0  # s
_CLUSTER = "+cluster"  # suffix of a cluster URL's scheme


def open_client(url: str) -> Client:
    """Return a client that connects on first use.

    `url` is redis://, rediss://, unix:// or redis+cluster://.
    """
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
    """Return the run id of each primary of a cluster, where a failover may lose writes."""
    if isinstance(client, Redis):
        await client.time()
        return frozenset()
    about = await client.info("server", target_nodes=RedisCluster.PRIMARIES)
    servers = about.values() if "run_id" not in about else (about,)
    return frozenset(str(server["run_id"]) for server in servers)


async def close_client(client: Client) -> None:
    """Close all connections of the client."""
    await client.aclose()
    if isinstance(client, RedisCluster):
        # After a ClusterDownError the client thinks it is closed, and closes nothing.
        await client.nodes_manager.aclose()
        await client.nodes_manager.aclose("startup_nodes")
