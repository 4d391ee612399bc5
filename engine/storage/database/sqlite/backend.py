"""Runs SQLite with one connection that writes and one that reads, each in its own thread.

The reader is aiosqlite's. A thread of ours runs a transaction of many statements in one go: with
aiosqlite, each statement would go to its thread and back. A commit is flushed to the disk (WAL with
synchronous FULL) before it is reported.
"""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement

from engine.errors import described
from engine.files.private_files import keep_database_private
from engine.language import _
from engine.storage.database.backend import Answer, Bundle, share
from engine.storage.database.errors import ConflictError, TroubleError
from engine.storage.database.opened_file import LogGoneError, OpenedFile
from engine.storage.database.operation import Outcome, Step
from engine.storage.database.sqlite.dialect import DIALECT
from engine.storage.database.sqlite.reader import SqliteReader
from engine.storage.database.sqlite.trouble import moved, raise_trouble
from engine.storage.database.sqlite.writer import SqliteWriter
from engine.storage.database.statement import Batch, Query, Row, chunks, compile_once
from engine.storage.database.statistics import Connections
from engine.storage.record import record_file
from engine.storage.record.record import RecordStep

_BUSY_TIMEOUT = 5.0  # s, in the thread
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS: through the disk's own cache
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 8000",  # pages: a busy page is moved once, not with every commit
)

# sqlite3 looks up an adapter for each such value, which takes half of an insert.
_UNCHANGED: dict[None, None] = {None: None}
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(type(None), _UNCHANGED.__getitem__)


def connect(file: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """Open the file; `mode` as in SQLite's URIs: ro, rw, or rwc to create it.

    Raises sqlite3.Error, and UnsafeFileError if a file to write is a link.
    """
    if mode != "ro":
        keep_database_private(file)
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for pragma in _PRAGMAS if mode != "ro" else ():
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


class SqliteBackend:
    """Requires the file, at the newest revision of the schema."""

    name = "sqlite"
    commits_at_once = 2  # one is prepared while the loop reports the other

    def __init__(self, file: Path) -> None:
        self._opened = opened = OpenedFile(file)
        self._writer = SqliteWriter(opened, connect)
        self._reader = SqliteReader(opened, connect)

    async def commit(self, bundles: Sequence[Bundle]) -> list[list[Answer]]:
        """Commit all bundles; see `Backend`."""
        tell = self._writer.worker.tell
        try:
            return await self._writer.do(lambda connection: _commit(connection, bundles, tell))
        except LogGoneError as error:
            await self._reader.close()
            await self._writer.save_log()
            raise TroubleError(moved(self._opened.file)) from error

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]:
        """Return the rows of a query."""
        return await self._reader.read(query, values)

    def connections(self) -> Connections:
        """Return the state of both connections."""
        both = self._writer, self._reader
        return Connections(
            size=len(both),
            open=sum(one.is_open for one in both),
            in_use=sum(bool(one.in_use) for one in both),
            overflow=0,
            waiting=sum(max(one.in_use - 1, 0) for one in both),
        )

    async def reset(self) -> None:
        """Close both connections; the next use opens them again."""
        for one in (self._writer, self._reader):
            await one.close()

    async def close(self) -> None:
        """Close both connections for good."""
        await self._writer.put_back()
        # The writer last: the last to close moves the write-ahead log into the file.
        for one in (self._reader, self._writer):
            await one.close()
        await self._writer.leave_as_found()
        await self._writer.worker.stop()


def _commit(
    connection: sqlite3.Connection, bundles: Sequence[Bundle], before_flush: Callable[[], None]
) -> list[list[Answer]]:
    """Run everything at once; if a row is refused, again with a savepoint for each request."""
    try:
        return _transaction(connection, bundles, _together, before_flush)
    except Exception as error:  # noqa: BLE001 - it is one of the callers'
        raise_trouble(error)
    return _transaction(connection, bundles, _one_by_one, before_flush)


def _transaction(
    connection: sqlite3.Connection,
    bundles: Sequence[Bundle],
    do: Callable[[sqlite3.Connection, Bundle], list[Answer]],
    before_flush: Callable[[], None],
) -> list[list[Answer]]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        answers = [do(connection, bundle) for bundle in bundles]
        before_flush()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise
    return answers


def _together(connection: sqlite3.Connection, bundle: Bundle) -> list[Answer]:
    return share(bundle, _steps(connection, bundle, bundle.rows()))


def _one_by_one(connection: sqlite3.Connection, bundle: Bundle) -> list[Answer]:
    return [_alone(connection, bundle, request) for request in bundle.requests]


def _alone(connection: sqlite3.Connection, bundle: Bundle, request: Sequence[Row]) -> Answer:
    """Run the operation; if it fails, undo it."""
    connection.execute("SAVEPOINT request")
    try:
        results = _steps(connection, bundle, request)
    except Exception as error:  # noqa: BLE001 - it is the caller's
        raise_trouble(error)
        connection.execute("ROLLBACK TO request")
        connection.execute("RELEASE request")
        return _own(error)
    connection.execute("RELEASE request")
    return results


def _steps(connection: sqlite3.Connection, bundle: Bundle, rows: Sequence[Row]) -> Sequence[Any]:
    steps = bundle.operation(rows)
    outcome: Outcome | None = None
    while True:
        try:
            step = next(steps) if outcome is None else steps.send(outcome)
        except StopIteration as end:
            results: Sequence[Any] = end.value
            return results
        outcome = _run(connection, step)


def _run(connection: sqlite3.Connection, step: Step | RecordStep) -> Outcome:
    if not isinstance(step, Step):
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        return Outcome(0, record_file.run(record_file.record_of(Path(file)), step))
    if not isinstance(step.statement, Batch):
        sql, parameters = compile_once(step.statement, DIALECT)
        cursor = connection.execute(sql, parameters)
        rows = cursor.fetchall()
        return Outcome(cursor.rowcount, rows)
    count = 0
    returned: list[Row] = []
    for chunk in chunks(step.rows):
        compiled = step.statement.compiled(DIALECT, len(chunk))
        values = tuple(chain.from_iterable(chunk))
        cursor = connection.execute(compiled.sql, compiled.parameters(values))
        if step.statement.returns_rows:
            returned += cursor.fetchall()
        count += cursor.rowcount
    return Outcome(count, returned)


def _own(error: Exception) -> Exception:
    if not isinstance(error, sqlite3.IntegrityError):
        return error
    conflict = ConflictError(
        _("A row was refused by the database: {error}.").format(error=described(error))
    )
    conflict.__cause__ = error
    return conflict
