"""Connects all caches to Redis: gives up quickly, comes back quickly."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

from redis.exceptions import RedisClusterException, RedisError

from engine.cache.lower_level import Invalidation, OnInvalidated
from engine.cache.missed_invalidations import MissedInvalidations
from engine.cache.redis.client import CONNECT_BUDGET, close_client, open_client, primaries
from engine.cache.redis.invalidations import Invalidations
from engine.cache.redis.keys import Client, Pipeline, RedisKeys
from engine.cache.redis.refusals import refusal_sentence
from engine.cache.stats import Level
from engine.cache.trouble import LevelTroubleReporter, OnTrouble, untold
from engine.cache.waiting import all_ended, in_time

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

BUDGET = 0.05  # s for one operation
_AT_ONCE = 8  # simultaneous operations, and so connections; more are not faster
_RETURN_BUDGET = 2 * CONNECT_BUDGET  # s for coming back, without the sweep
_SWEEP_BUDGET = 30.0  # s
_FIRST_PAUSE = 0.02  # s between attempts to come back, doubled each time
_LONGEST_PAUSE = 1.0  # s
_STEADY = 5.0  # s a connection must last before the pause starts small again
_TROUBLES = (RedisError, RedisClusterException, OSError, TimeoutError)


class RedisAwayError(Exception):
    """Internal: Redis did not do it, or it is unknown whether it did."""


class RedisLink:
    """Closes for all after one failure or delay; a single task tries to come back.

    Before it opens again, what Redis missed is invalidated there, and other processes'
    invalidations are read. So nothing that was deleted or changed during an outage comes back.
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "gavatcore",
        budget: float = BUDGET,
        cursor: str | None = None,
        on_trouble: OnTrouble = untold,
    ) -> None:
        """Take `url` as redis-py or as redis+cluster://, and `cursor` from an earlier run."""
        self._url = url
        self._budget = budget
        self._report = LevelTroubleReporter(Level.REDIS, on_trouble)
        self.keys = RedisKeys(namespace)
        self._invalidations = Invalidations(self.keys, self._hand_on, cursor)
        self._missed = MissedInvalidations()
        self._caches: dict[str, OnInvalidated] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._client: Client | None = None
        self._primaries: frozenset[str] = frozenset()
        self._open = asyncio.Event()
        self._lost = asyncio.Event()
        self._lost.set()
        self._task: asyncio.Task[None] | None = None
        self._listener: asyncio.Task[None] | None = None

    @property
    def available(self) -> bool:
        """True while Redis is usable."""
        return self._open.is_set()

    @property
    def cursor(self) -> str | None:
        """The position up to which other processes' invalidations are read."""
        return self._invalidations.cursor

    def register(self, cache: str, receive: OnInvalidated) -> None:
        """Have `receive` called with other processes' invalidations of `cache`."""
        self._caches[cache] = receive

    async def start(self) -> None:
        """Begin to connect and wait a moment for it; without Redis it keeps trying."""
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._keep_open(), name="redis link")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._budget * 4):
                await self._open.wait()

    async def close(self) -> None:
        """Stop trying, and close all connections."""
        self._open.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._drop_client()

    async def do(self, work: Callable[[Client], Awaitable[Result]]) -> Result:
        """Do one operation within the budget; raises RedisAwayError."""
        if self._open.is_set():
            async with self._slots:
                if self._open.is_set():
                    try:
                        return await self._in_time(work)
                    except _TROUBLES as error:
                        self._lose()
                        raise RedisAwayError from error
        raise RedisAwayError

    async def invalidate(self, cache: str, what: Invalidation, *, tell: bool = True) -> None:
        """Delete it in Redis, now or, if Redis is away, before it is used again."""
        steps: AsyncIterator[None] | None = None

        async def step(client: Client) -> bool:
            nonlocal steps
            if steps is None:
                steps = self.keys.invalidate(client, cache, what)
            async for _done in steps:
                return True
            if tell:
                await self._tell_now(client, cache, what)
            return False

        try:
            while await self.do(step):
                pass
        except RedisAwayError:
            self._missed.add(cache, what)

    def tell(self, pipeline: Pipeline, cache: str, what: Invalidation) -> None:
        """Have `pipeline` tell other processes."""
        self._invalidations.tell(pipeline, cache, what)

    def missed(self, cache: str, what: Invalidation) -> None:
        """Ensure that it is invalidated before Redis is used again."""
        self._missed.add(cache, what)

    async def _in_time(self, work: Callable[[Client], Awaitable[Result]]) -> Result:
        if self._client is None:
            raise RedisAwayError
        return await in_time(work(self._client), self._budget)

    def _lose(self) -> None:
        """Let nobody else try, and have our single task come back."""
        self._open.clear()
        self._lost.set()

    async def _hand_on(self, cache: str, what: Invalidation) -> None:
        receive = self._caches.get(cache)
        if receive is not None:
            await receive(what)

    # -- coming back --

    async def _keep_open(self) -> None:
        loop = asyncio.get_running_loop()
        pause, opened = _FIRST_PAUSE, loop.time()
        unexpected: Exception | None = None  # the last one: the log need not repeat it every second
        while True:
            await self._lost.wait()
            if loop.time() - opened > _STEADY:
                pause = _FIRST_PAUSE
            try:
                await self._come_back()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                if not isinstance(error, (*_TROUBLES, type(unexpected))):
                    _log.error("the caches cannot use Redis", exc_info=error)
                    unexpected = error
                self._report.found(refusal_sentence(self._url, error))
            else:
                opened = loop.time()
                self._report.passed()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _come_back(self) -> None:
        await self._drop_client()
        client = self._client = open_client(self._url)
        async with asyncio.timeout(_RETURN_BUDGET):
            known, forgotten = await self._invalidations.catch_up(client)
            await self.keys.try_writing(client)
            found = await primaries(client)
            # Connecting takes longer than an operation, so the first must not pay for it.
            await all_ended(primaries(client) for _ in range(_AT_ONCE))
        if not known:
            for receive in self._caches.values():
                await receive(Invalidation(everything=True))
        if forgotten or (self._primaries and found != self._primaries):
            async with asyncio.timeout(_SWEEP_BUDGET):
                await self._sweep(client)
        self._primaries = found
        await self._tell_missed(client)
        async with self._alone():
            # New callers wait meanwhile; otherwise busy ones would keep adding to what Redis
            # missed.
            self._open.set()
            try:
                async with asyncio.timeout(self._budget):
                    await self._tell_missed(client)
            except BaseException:
                self._open.clear()
                raise
            self._lost.clear()
        self._listener = asyncio.get_running_loop().create_task(
            self._listen(client), name="redis invalidations"
        )

    async def _sweep(self, client: Client) -> None:
        """Delete everything: what came back may be older than our deletes."""
        for cache, what in self._invalidations.told_lately():
            self._missed.add(cache, what)
        for cache in self._caches:
            async for _done in self.keys.invalidate(client, cache, Invalidation(everything=True)):
                pass
        await self._invalidations.swept(client)

    async def _tell_missed(self, client: Client) -> None:
        taken = self._missed.take()
        try:
            async with asyncio.timeout(_SWEEP_BUDGET):
                for cache, what in taken.items():
                    async for _done in self.keys.invalidate(client, cache, what):
                        pass
                    await self._tell_now(client, cache, what)
        except BaseException:
            for cache, what in taken.items():
                self._missed.add(cache, what)
            raise

    async def _tell_now(self, client: Client, cache: str, what: Invalidation) -> None:
        pipeline: Pipeline = client.pipeline(transaction=False)
        self._invalidations.tell(pipeline, cache, what)
        await pipeline.execute()

    async def _drop_client(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        # A connection opened late must not outlive its client.
        async with self._alone():
            client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_TROUBLES):
                async with asyncio.timeout(self._budget):
                    await close_client(client)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Wait until no operation is under way; each ends within its budget."""
        async with AsyncExitStack() as stack:
            for _slot in range(_AT_ONCE):
                await stack.enter_async_context(self._slots)
            yield

    # -- invalidations by others --

    async def _listen(self, client: Client) -> None:
        try:
            while True:
                await self._invalidations.read_on(client)
        except _TROUBLES:
            self._lose()
        except Exception:  # noqa: BLE001 - a cache's, told and begun anew
            _log.exception("what other processes told the caches could not be taken")
            self._lose()
