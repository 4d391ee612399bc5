"""SQLAlchemy's pool over asyncpg, with the least number of connections it lacks by itself.

It opens what is asked for up to 20 and 10 more; here, once a minute, it goes back to what the last
minute needed, and never below 5.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from engine.clock import Clock
from engine.storage.database.statistics import Connections

LEAST = 5
SIZE = 20
OVERFLOW = 10
TIMEOUT = 30.0  # s a caller waits for a connection
RECYCLE = 3600.0  # s after which a connection is replaced

_CONNECT_TIMEOUT = 10.0  # s
_COMMAND_TIMEOUT = 30.0  # s
_TEND_INTERVAL = 60.0  # s

_log = logging.getLogger(__name__)


def make_engine(url: URL, *, settings: dict[str, str] | None = None) -> AsyncEngine:
    """Connections with no transaction of SQLAlchemy's own; `settings` are the server's."""
    return create_async_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=SIZE,
        max_overflow=OVERFLOW,
        pool_timeout=TIMEOUT,
        pool_recycle=RECYCLE,
        pool_pre_ping=True,
        pool_use_lifo=True,  # the least used grow cold, and can be closed
        connect_args={
            "timeout": _CONNECT_TIMEOUT,
            "command_timeout": _COMMAND_TIMEOUT,
            "max_cacheable_statement_size": 0,  # a statement over 64 rows is long
            "server_settings": {"application_name": "gavatcore", "jit": "off"} | (settings or {}),
        },
    )


class PostgresPool:
    """`start` opens the least number; `close` ends them all."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._open = 0
        self._in_use = 0
        self._waiting = 0
        self._peak = 0
        self._tending: asyncio.Task[None] | None = None
        pool = engine.sync_engine.pool
        event.listen(pool, "connect", self._opened)
        event.listen(pool, "close", self._closed)

    async def start(self) -> None:
        """Raises what the driver raises if the server cannot be reached."""
        await self._warm()
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="storage pool")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A bare asyncpg connection; after any error it is thrown away."""
        self._waiting += 1
        try:
            pooled = await self._engine.connect()
        finally:
            self._waiting -= 1
        self._in_use += 1
        self._peak = max(self._peak, self._in_use)
        bare: Any = None
        try:
            bare = (await pooled.get_raw_connection()).driver_connection
            yield bare
        except BaseException:
            if bare is not None:
                bare.terminate()  # it may be within a transaction, or dead
            await pooled.invalidate()
            raise
        finally:
            self._in_use -= 1
            await pooled.close()

    def connections(self) -> Connections:
        return Connections(
            size=SIZE,
            open=self._open,
            in_use=self._in_use,
            overflow=max(self._open - SIZE, 0),
            waiting=self._waiting,
        )

    async def reset(self) -> None:
        """Close the idle; those in use are closed when they come back."""
        await self._engine.dispose()
        pool = self._engine.sync_engine.pool
        event.listen(pool, "connect", self._opened)
        event.listen(pool, "close", self._closed)

    async def close(self) -> None:
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)
        await self._engine.dispose()

    async def _tend(self) -> None:
        while True:
            await self._clock.sleep(_TEND_INTERVAL)
            try:
                await self.shrink()
            except Exception as error:  # noqa: BLE001 - whoever needs the server says so
                _log.debug("the pool could not be tended: %s", type(error).__name__)

    async def shrink(self) -> None:
        """Close what was not needed since the last call; open what is missing of the least."""
        needed = max(LEAST, self._peak)
        self._peak = self._in_use
        surplus = self._open - needed
        async with AsyncExitStack() as stack:
            idle = [
                await stack.enter_async_context(self._engine.connect())
                for _ in range(self._open - self._in_use if surplus > 0 else 0)
            ]
            # The last taken are the coldest. What is given back first is taken last.
            for cold in idle[len(idle) - max(surplus, 0) :]:
                await cold.invalidate()
                await cold.close()
        if self._open < LEAST:
            await self._warm()

    async def _warm(self) -> None:
        async with AsyncExitStack() as stack:
            while self._open < LEAST:
                await stack.enter_async_context(self._engine.connect())

    def _opened(self, *_: object) -> None:
        self._open += 1

    def _closed(self, *_: object) -> None:
        self._open -= 1
