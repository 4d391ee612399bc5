"""SQLite connections of aiosqlite: a thread each, which no hung disk can keep the process with."""

import asyncio
import sqlite3
from collections.abc import Callable

import aiosqlite

_ROWS_AT_ONCE = 64  # that a cursor fetches when it is iterated


async def open_async(connector: Callable[[], sqlite3.Connection]) -> aiosqlite.Connection:
    """Return the connection that `connector` opens, run in the connection's own thread.

    Raises what `connector` raises.
    """
    connection = aiosqlite.Connection(connector, _ROWS_AT_ONCE)
    # As SQLAlchemy does: aiosqlite has no word for it, and joins the thread at the exit otherwise.
    connection._thread.daemon = True
    try:
        return await connection
    except Exception:
        # Its thread is about to end, and tells the loop, which must still be there.
        await asyncio.to_thread(connection._thread.join)
        raise
