"""Reads a SQLite file beside the connection that writes it."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import ClauseElement

from engine.files.sqlite_errors import FILE_ERRORS
from engine.storage.database.errors import TroubleError
from engine.storage.database.opened_file import OpenedFile
from engine.storage.database.sqlite.asynchronous import open_async
from engine.storage.database.sqlite.dialect import DIALECT
from engine.storage.database.sqlite.trouble import moved, trouble
from engine.storage.database.statement import Query, Row, compile_once


class SqliteReader:
    """Opens its connection at the first use, and again after a trouble."""

    def __init__(self, opened: OpenedFile, connect: Callable[[Path], sqlite3.Connection]) -> None:
        self._opened = opened
        self._connect = connect
        self._opening = asyncio.Lock()
        self._connection: aiosqlite.Connection | None = None
        self.in_use = 0  # queries under way

    @property
    def is_open(self) -> bool:
        """True while the connection is open."""
        return self._connection is not None

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]:
        """Return the rows of `query`; raises TroubleError, or SQLite's error about the query."""
        self.in_use += 1
        try:
            sql, parameters = await _compiled(query, values)
            connection = self._connection or await self._open()
            rows: Any = await connection.execute_fetchall(sql, parameters)  # a list of tuples
        except (*FILE_ERRORS, OSError) as error:
            reason = trouble(error, self._opened.file)
            if reason is None:
                raise
            await self.close()
            raise TroubleError(reason) from error
        else:
            found: list[Row] = rows
            return found
        finally:
            self.in_use -= 1

    async def close(self) -> None:
        """Close once all queries under way have ended; the next use opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _open(self) -> aiosqlite.Connection:
        async with self._opening:
            if self._connection is None:
                self._connection = await open_async(self._connect_in_place)
            return self._connection

    def _connect_in_place(self) -> sqlite3.Connection:
        """Open the file, if it is still the one that was opened first; runs in the thread."""
        connection = self._connect(self._opened.file)
        if not self._opened.is_in_place():
            connection.close()
            raise TroubleError(moved(self._opened.file))
        return connection


async def _compiled(query: Query | ClauseElement, values: Row) -> tuple[str, Row]:
    """Return SQL and parameters; the first compilation takes milliseconds of a thread."""
    if not isinstance(query, Query):
        return await asyncio.to_thread(compile_once, query, DIALECT)
    if not query.is_compiled(DIALECT):
        await asyncio.to_thread(query.compiled, DIALECT)
    compiled = query.compiled(DIALECT)
    return compiled.sql, compiled.parameters(values)
