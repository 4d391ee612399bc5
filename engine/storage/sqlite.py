"""SQLite: one thread that writes, one that reads, each with a connection of its own.

A commit is flushed to the disk (WAL with synchronous FULL) before anybody is told of it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

from engine.errors import described
from engine.language import _
from engine.storage.backend import Answer, Bundle, share
from engine.storage.errors import ConflictError, StorageTrouble, TroubleError, TroubleKind
from engine.storage.operation import Outcome, Step
from engine.storage.statement import Batch, Query, Row, chunks, compile_once
from engine.storage.statistics import Connections
from engine.storage.worker import Worker

Result = TypeVar("Result")

DIALECT = sqlite.dialect(paramstyle="qmark")

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
_KINDS = {
    sqlite3.SQLITE_FULL: TroubleKind.FULL,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_PERM: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.UNREACHABLE,
    sqlite3.SQLITE_BUSY: TroubleKind.BUSY,
    sqlite3.SQLITE_LOCKED: TroubleKind.BUSY,
    sqlite3.SQLITE_PROTOCOL: TroubleKind.BUSY,
    sqlite3.SQLITE_IOERR: TroubleKind.FAILING,
    sqlite3.SQLITE_NOMEM: TroubleKind.FAILING,
    sqlite3.SQLITE_CORRUPT: TroubleKind.DAMAGED,
    sqlite3.SQLITE_NOTADB: TroubleKind.DAMAGED,
}

# sqlite3 searches anew for an adapter at each such value, which takes half of an insert.
_UNCHANGED: dict[None, None] = {None: None}
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(type(None), _UNCHANGED.__getitem__)


def connect(file: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """Open the file; `mode` as in SQLite's URIs: ro, rw, or rwc to create it."""
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


def trouble(error: sqlite3.Error, file: Path) -> StorageTrouble | None:
    """What `error` says of the database itself; None if it is about a row or a statement."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    kind = _KINDS.get(code & 0xFF) if code is not None else None
    return None if kind is None else StorageTrouble(kind, _sentence(kind, file))


def _sentence(kind: TroubleKind, file: Path) -> str:
    match kind:
        case TroubleKind.FULL:
            text = _("The disk of {file} is full: free some space, and storing goes on by itself.")
        case TroubleKind.READ_ONLY:
            text = _("{file} cannot be written to: allow it, and storing goes on by itself.")
        case TroubleKind.UNREACHABLE:
            text = _("{file} cannot be opened: put it back, and storing goes on by itself.")
        case TroubleKind.BUSY:
            text = _("Another program holds {file}: close it, and storing goes on by itself.")
        case TroubleKind.DAMAGED:
            text = _("{file} is damaged: stop Gavatcore and restore a backup.")
        case _:
            text = _("The disk of {file} reports errors: look at its state.")
    return text.format(file=file)


class _Connection:
    """One connection in one thread, opened at its first use and anew after a trouble."""

    def __init__(self, file: Path, name: str, *, holds: bool = False) -> None:
        self._file = file
        self.worker = Worker(name, holds=holds)
        self._connection: sqlite3.Connection | None = None
        self.in_use = 0

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    async def do(self, task: Callable[[sqlite3.Connection], Result]) -> Result:
        self.in_use += 1
        try:
            return await self.worker.do(lambda: self._attempt(task))
        finally:
            self.in_use -= 1

    async def close(self) -> None:
        await self.worker.do(self._close)

    def _attempt(self, task: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            if self._connection is None:
                self._connection = connect(self._file)
            return task(self._connection)
        except sqlite3.Error as error:
            reason = trouble(error, self._file)
            if reason is None:
                raise
            self._close()
            raise TroubleError(reason) from error

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class SqliteBackend:
    """The file must be there, at the newest revision."""

    name = "sqlite"
    commits_at_once = 2  # one is prepared while the loop tells of the other

    def __init__(self, file: Path) -> None:
        self._writer = _Connection(file, "storage writer", holds=True)
        self._reader = _Connection(file, "storage reader")

    async def commit(self, bundles: Sequence[Bundle]) -> list[list[Answer]]:
        tell = self._writer.worker.tell
        return await self._writer.do(lambda connection: _commit(connection, bundles, tell))

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]:
        return await self._reader.do(lambda connection: _read(connection, query, values))

    def connections(self) -> Connections:
        both = self._writer, self._reader
        return Connections(
            size=len(both),
            open=sum(one.is_open for one in both),
            in_use=sum(bool(one.in_use) for one in both),
            overflow=0,
            waiting=sum(max(one.in_use - 1, 0) for one in both),
        )

    async def reset(self) -> None:
        for one in (self._writer, self._reader):
            await one.close()

    async def close(self) -> None:
        # The writer last: whoever closes last moves the write-ahead log into the file.
        for one in (self._reader, self._writer):
            await one.close()
            await one.worker.stop()


def _read(
    connection: sqlite3.Connection, query: Query | ClauseElement, values: Row
) -> Sequence[Row]:
    if isinstance(query, Query):
        compiled = query.compiled(DIALECT)
        return connection.execute(compiled.sql, compiled.parameters(values)).fetchall()
    sql, parameters = compile_once(query, DIALECT)
    return connection.execute(sql, parameters).fetchall()


def _commit(
    connection: sqlite3.Connection, bundles: Sequence[Bundle], before_flush: Callable[[], None]
) -> list[list[Answer]]:
    """All in one go; if a row is refused, again with a savepoint around each request."""
    try:
        return _transaction(connection, bundles, _together, before_flush)
    except Exception as error:  # noqa: BLE001 - it is one of the callers'
        _raise_trouble(error)
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
    """Run the operation; if it fails, nothing of it remains."""
    connection.execute("SAVEPOINT request")
    try:
        results = _steps(connection, bundle, request)
    except Exception as error:  # noqa: BLE001 - it is the caller's
        _raise_trouble(error)
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


def _run(connection: sqlite3.Connection, step: Step) -> Outcome:
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


def _raise_trouble(error: Exception) -> None:
    """Let what concerns the whole database through."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _KINDS:
        raise error


def _own(error: Exception) -> Exception:
    if not isinstance(error, sqlite3.IntegrityError):
        return error
    conflict = ConflictError(
        _("A row was refused by the database: {error}.").format(error=described(error))
    )
    conflict.__cause__ = error
    return conflict
