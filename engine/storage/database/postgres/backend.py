"""Runs transactions on the bare asyncpg connections of a pool."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect

from engine.errors import described
from engine.language import _
from engine.storage.database.backend import Answer, Bundle, share
from engine.storage.database.errors import ConflictError, TroubleError
from engine.storage.database.operation import Outcome, Step
from engine.storage.database.postgres.pool import PostgresPool
from engine.storage.database.postgres.trouble import is_conflict, is_momentary, trouble
from engine.storage.database.statement import Batch, Query, Row, chunks, compile_once
from engine.storage.database.statistics import Connections
from engine.storage.record import record_table
from engine.storage.record.record import RecordStep

DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own

_ATTEMPTS = 3  # at a transaction that the server aborted in favour of another


class PostgresBackend:
    """Requires the newest revision of the schema."""

    name = "postgresql"
    commits_at_once = 1

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

    async def commit(self, bundles: Sequence[Bundle]) -> list[list[Answer]]:
        """Commit all bundles; see `Backend`."""
        async with self._connection() as connection:
            for _attempt in range(_ATTEMPTS - 1):
                try:
                    return await _transaction(connection, bundles)
                except Exception as error:
                    if not is_momentary(error):
                        raise
            return await _transaction(connection, bundles)

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]:
        """Return the rows of a query."""
        if isinstance(query, Query):
            compiled = query.compiled(DIALECT)
            sql, parameters = compiled.sql, compiled.parameters(values)
        else:
            sql, parameters = compile_once(query, DIALECT)
        async with self._connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *parameters)]

    def connections(self) -> Connections:
        """Return the state of the pool."""
        return self._pool.connections()

    async def reset(self) -> None:
        """Close the pool's connections; the next use opens new ones."""
        await self._pool.reset()

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """Yield a bare connection; server troubles are raised as TroubleError."""
        try:
            async with self._pool.connection() as connection:
                yield connection
        except TroubleError:
            raise
        except Exception as error:
            reason = trouble(error)
            if reason is None:
                raise
            raise TroubleError(reason) from error


async def _transaction(connection: Any, bundles: Sequence[Bundle]) -> list[list[Answer]]:
    """Run everything at once; if a row is refused, again with a savepoint for each request."""
    try:
        async with connection.transaction():
            return [
                share(bundle, await _steps(connection, bundle, bundle.rows())) for bundle in bundles
            ]
    except Exception as error:
        if trouble(error) is not None or is_momentary(error):
            raise
    async with connection.transaction():
        return [
            [await _alone(connection, bundle, request) for request in bundle.requests]
            for bundle in bundles
        ]


async def _alone(connection: Any, bundle: Bundle, request: Sequence[Row]) -> Answer:
    try:
        async with connection.transaction():
            return await _steps(connection, bundle, request)
    except Exception as error:
        if trouble(error) is not None or is_momentary(error):
            raise
        if not is_conflict(error):
            return error
        conflict = ConflictError(
            _("A row was refused by the database: {error}.").format(error=described(error))
        )
        conflict.__cause__ = error
        return conflict


async def _steps(connection: Any, bundle: Bundle, rows: Sequence[Row]) -> Sequence[Any]:
    steps = bundle.operation(rows)
    outcome: Outcome | None = None
    while True:
        try:
            step = next(steps) if outcome is None else steps.send(outcome)
        except StopIteration as end:
            results: Sequence[Any] = end.value
            return results
        outcome = await _run(connection, step)


async def _run(connection: Any, step: Step | RecordStep) -> Outcome:
    if not isinstance(step, Step):
        return Outcome(0, await record_table.run(connection, step))
    if not isinstance(step.statement, Batch):
        sql, parameters = compile_once(step.statement, DIALECT)
        prepared = await connection.prepare(sql)
        rows = [tuple(row) for row in await prepared.fetch(*parameters)]
        return Outcome(_count(prepared.get_statusmsg()), rows)
    count = 0
    returned: list[Row] = []
    for chunk in chunks(step.rows):
        if not step.statement.is_compiled(DIALECT, len(chunk)):  # 20 ms for 64 rows
            await asyncio.to_thread(step.statement.compiled, DIALECT, len(chunk))
        compiled = step.statement.compiled(DIALECT, len(chunk))
        values = compiled.parameters(tuple(value for row in chunk for value in row))
        if step.statement.returns_rows:
            returned += map(tuple, await connection.fetch(compiled.sql, *values))
        else:
            count += _count(await connection.execute(compiled.sql, *values))
    return Outcome(count or len(returned), returned)


def _count(status: str) -> int:
    """Return the number at the end of `INSERT 0 64`, `UPDATE 3`."""
    number = status.rpartition(" ")[2]
    return int(number) if number.isdigit() else 0
