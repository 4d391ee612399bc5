"""Adds a minimum number of connections to SQLAlchemy's pool over asyncpg.

The pool opens up to 20 connections, and 10 more under load. Once a minute it shrinks to what the
last minute needed, but not below 5.
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
    """Create the engine, without SQLAlchemy's transactions; `settings` are the server's."""
    return create_async_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=SIZE,
        max_overflow=OVERFLOW,
        pool_timeout=TIMEOUT,
        pool_recycle=RECYCLE,
        pool_pre_ping=True,
        pool_use_lifo=True,  # so that unused ones stay unused, and can be closed
        connect_args={
            "timeout": _CONNECT_TIMEOUT,
            "command_timeout": _COMMAND_TIMEOUT,
            "max_cacheable_statement_size": 0,  # a statement over 64 rows is long
            "server_settings": {"application_name": "gavatcore", "jit": "off"} | (settings or {}),
        },
    )


class PostgresPool:
    """Opens the minimum with `start`, and closes all with `close`."""

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
        """Open the minimum; raises the driver's error if the server cannot be reached."""
        await self._warm()
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="storage pool")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Yield a bare asyncpg connection; after any error it is discarded."""
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
        """Return the state of the connections."""
        return Connections(
            size=SIZE,
            open=self._open,
            in_use=self._in_use,
            overflow=max(self._open - SIZE, 0),
            waiting=self._waiting,
        )

    async def reset(self) -> None:
        """Close idle connections now, and the others when they are returned."""
        await self._engine.dispose()
        pool = self._engine.sync_engine.pool
        event.listen(pool, "connect", self._opened)
        event.listen(pool, "close", self._closed)

    async def close(self) -> None:
        """Close all connections."""
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
        """Close what was not needed since the last call, and open up to the minimum."""
        needed = max(LEAST, self._peak)
        self._peak = self._in_use
        surplus = self._open - needed
        async with AsyncExitStack() as stack:
            idle = [
                await stack.enter_async_context(self._engine.connect())
                for _ in range(self._open - self._in_use if surplus > 0 else 0)
            ]
            # The last taken are the coldest, because the last returned is taken first.
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
