"""Provides `@cached`, which keeps a coroutine function's results, keyed by its arguments."""

import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, ParamSpec, TypeVar

import msgspec

from engine.cache.cache import Cache

Parameters = ParamSpec("Parameters")
Value = TypeVar("Value")

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


class CachedFunction(Generic[Parameters, Value]):
    """A callable like the function; simultaneous calls with the same arguments share one."""

    def __init__(
        self,
        function: Callable[Parameters, Awaitable[Value]],
        cache: Cache[Value],
        ttl: float | None,
        tags: Callable[Parameters, Iterable[str]] | None,
    ) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._cache = cache
        self._ttl = ttl
        self._tags = tags
        self._signature = inspect.signature(function)
        self._name = f"{function.__module__}.{function.__qualname__}"

    async def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Value:
        """Return the kept result, or call the function and keep its result."""
        return await self._cache.get_or_load(
            self.key(*args, **kwargs),
            lambda: self._function(*args, **kwargs),
            ttl=self._ttl,
            tags=self._tags(*args, **kwargs) if self._tags is not None else (),
        )

    def key(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> str:
        """Return the key of a result; raises TypeError for arguments msgspec cannot encode."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = _encode(bound.arguments)
        return f"{self._name}:{hashlib.blake2b(given, digest_size=16).hexdigest()}"

    async def invalidate(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        """Delete the result of these arguments."""
        await self._cache.delete(self.key(*args, **kwargs))


def cached(
    cache: Cache[Value],
    *,
    ttl: float | None = None,
    tags: Callable[Parameters, Iterable[str]] | None = None,
) -> Callable[[Callable[Parameters, Awaitable[Value]]], CachedFunction[Parameters, Value]]:
    """Keep results for `ttl` seconds, by default the cache's own, with the tags from `tags`.

    For functions, not methods. Two calls are the same if their arguments are, however passed; 1,
    1.0, True and "1" differ.
    """

    def decorate(
        function: Callable[Parameters, Awaitable[Value]],
    ) -> CachedFunction[Parameters, Value]:
        return CachedFunction(function, cache, ttl, tags)

    return decorate
