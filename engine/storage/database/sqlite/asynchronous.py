"""Opens SQLite connections of aiosqlite whose threads cannot keep a process from exiting."""

import asyncio
import sqlite3
from collections.abc import Callable

import aiosqlite

_ROWS_AT_ONCE = 64  # rows that an iterated cursor fetches at once


async def open_async(connector: Callable[[], sqlite3.Connection]) -> aiosqlite.Connection:
    """Return the connection that `connector` opens, run in the connection's own thread.

    Raises what `connector` raises.
    """
    connection = aiosqlite.Connection(connector, _ROWS_AT_ONCE)
    # Like SQLAlchemy: aiosqlite has no option for it, and otherwise joins the thread at exit.
    connection._thread.daemon = True
    try:
        return await connection
    except Exception:
        # Its thread is about to end and reports to the loop, which must still exist.
        await asyncio.to_thread(connection._thread.join)
        raise
