"""Defines how the caches are laid out in Redis, and how entries are invalidated there."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

from redis.asyncio import Redis, RedisCluster

from engine.cache.lower_level import Invalidation

# Redis' own types are not generic at run time, and its pipelines share no base.
Client: TypeAlias = "Redis | RedisCluster"
Pipeline: TypeAlias = Any

_AT_ONCE = 500  # keys a round trip


class RedisKeys:
    """`<namespace>:<cache>:k:<key>` is a value; `…:t:<tag>` is the set of keys with that tag."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self.stream = f"{namespace}:invalidations"
        self._probe = f"{namespace}:probe"

    def value(self, cache: str, key: str) -> str:
        """Return the Redis key of a value."""
        return f"{self._namespace}:{cache}:k:{key}"

    def tag(self, cache: str, tag: str) -> str:
        """Return the Redis key of a tag's set."""
        return f"{self._namespace}:{cache}:t:{tag}"

    async def invalidate(
        self, client: Client, cache: str, what: Invalidation
    ) -> AsyncIterator[None]:
        """Delete it, one round trip for each step; may be repeated after a failure."""
        if what.everything:
            async for _ in self._delete_all(client, cache):
                yield
            return
        for start in range(0, len(what.keys), _AT_ONCE):
            await self._delete(client, cache, what.keys[start : start + _AT_ONCE])
            yield
        for tag in what.tags:
            async for _ in self._delete_tagged(client, cache, tag):
                yield

    async def try_writing(self, client: Client) -> None:
        """Try a small write like the caches' own; raises RedisError if Redis rejects it."""
        await _ask(
            client,
            ("SET", f"{self._probe}:value", "", "PX", 1_000),
            ("SADD", f"{self._probe}:tag", ""),
            ("EXPIRE", f"{self._probe}:tag", 1, "NX"),
            ("EXPIRE", f"{self._probe}:tag", 1, "GT"),
        )

    async def _delete(self, client: Client, cache: str, keys: Sequence[str]) -> None:
        await _unlink(client, [self.value(cache, key) for key in keys])

    async def _delete_tagged(self, client: Client, cache: str, tag: str) -> AsyncIterator[None]:
        """Delete the tagged values, then the set: without the set, a failure would leave them."""
        name = self.tag(cache, tag)
        while True:
            answers = await _ask(client, ("SRANDMEMBER", name, _AT_ONCE))
            yield
            members: list[bytes] = answers[0]
            if not members:
                return
            await self._delete(client, cache, [member.decode() for member in members])
            yield
            await _ask(client, ("SREM", name, *members))
            yield

    async def _delete_all(self, client: Client, cache: str) -> AsyncIterator[None]:
        found: list[bytes] = []
        async for name in client.scan_iter(match=f"{self._namespace}:{cache}:*", count=1_000):
            found.append(name)
            if len(found) == _AT_ONCE:
                await _unlink(client, found)
                found = []
                yield
        await _unlink(client, found)


async def _unlink(client: Client, names: Sequence[str | bytes]) -> None:
    if names:
        await _ask(client, *(("UNLINK", name) for name in names))


async def _ask(client: Client, *commands: tuple[Any, ...]) -> list[Any]:
    """Return a pipeline, which a cluster's client distributes over the servers."""
    pipeline: Pipeline = client.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    answers: list[Any] = await pipeline.execute()
    return answers
