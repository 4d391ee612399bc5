"""Writes to the engine's database in groups, and reads beside that."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, select

from engine.clock import Clock
from engine.storage.database.backend import Backend
from engine.storage.database.errors import StorageTrouble, TroubleError
from engine.storage.database.identifiers import Identifiers
from engine.storage.database.operation import Operation, Result
from engine.storage.database.statement import Query, Row
from engine.storage.database.statistics import SLOW, DatabaseStatistics, DatabaseStatus, QueryTimes
from engine.storage.database.trouble import OnTrouble, StorageTroubleReporter
from engine.storage.database.writer import Writer

_CLOSE_PATIENCE = 3.0  # s for accepted writes; less than a stop may take


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """The state of the database, and how fast it answers."""

    status: DatabaseStatus
    backend: str
    answer_ms: float | None  # None: it did not
    trouble: StorageTrouble | None


class Database:
    """The engine's database; use it on one loop, from `open_database` to `close`."""

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        on_trouble: OnTrouble,
        *,
        told_before: float | None = None,
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._report = StorageTroubleReporter(on_trouble)
        self._times = QueryTimes(clock)
        self._writer = Writer(backend, clock, self._report, self._times)
        self.next_id = Identifiers(clock).next
        self.told_before = told_before
        """New messages that Telegram dates before it may have been answered before a restore."""

    async def settled(self) -> None:
        """Wait until all earlier writes are safe, or have failed."""
        await self._writer.settled()

    async def close(self) -> None:
        """Commit accepted writes, and close; in trouble, what cannot be stored fails."""
        await self._writer.close(_CLOSE_PATIENCE)
        await self._backend.close()

    async def write(self, operation: Operation[Result], row: Row) -> Result:
        """Return the operation's result for this row, once it survives a power cut.

        Raises ConflictError if a rule of the schema forbids the row, StorageUnavailableError if the
        storage is closed first. In trouble it waits until that has passed.
        """
        return (await self._writer.write(operation, (row,)))[0]

    def write_all(
        self, operation: Operation[Result], rows: Sequence[Row]
    ) -> Awaitable[Sequence[Result]]:
        """Return the results for several rows, which are stored together or not at all."""
        return self._writer.write(operation, rows)

    def write_later(self, operation: Operation[Any], row: Row) -> None:
        """Store `row` with the next commit, at most 0.25 s later, without waiting.

        For writes that a killed process may repeat without harm. Raises StorageUnavailableError
        once the storage is closed.
        """
        self._writer.write_later(operation, (row,))

    async def read(self, query: Query | ClauseElement, *values: object) -> Sequence[Row]:
        """Return the rows of a query; `values` are those of a Query's names, in order.

        Raises TroubleError (a StorageError) at once if the database cannot be used.
        """
        began = self._clock.monotonic()
        try:
            rows = await self._backend.read(query, values)
        except TroubleError as error:
            self._times.failed += 1
            self._report.found(error.trouble)
            raise
        self._times.add(self._clock.monotonic() - began, lambda: str(query))
        return rows

    def statistics(self) -> DatabaseStatistics:
        """Return the figures since the start."""
        p50, p95, p99 = self._times.quantiles_ms()
        return DatabaseStatistics(
            backend=self._backend.name,
            status=self._status(p95),
            connections=self._backend.connections(),
            total_queries=self._times.total,
            slow_queries=self._times.slow,
            failed_queries=self._times.failed,
            query_p50_ms=p50,
            query_p95_ms=p95,
            query_p99_ms=p99,
            commits=self._times.commits,
            rows_written=self._times.rows_written,
            writes_waiting=self._writer.rows_waiting,
        )

    async def health(self) -> DatabaseHealth:
        """Run an empty query; return if and how fast the database answers."""
        began = self._clock.monotonic()
        try:
            async with asyncio.timeout(5):
                await self.read(select(1))
        except (TroubleError, TimeoutError):
            down = DatabaseStatus.DOWN
            return DatabaseHealth(down, self._backend.name, None, self._report.current)
        answer_ms = (self._clock.monotonic() - began) * 1000
        status = self._status(answer_ms)
        return DatabaseHealth(status, self._backend.name, answer_ms, self._report.current)

    def _status(self, typical_ms: float | None) -> DatabaseStatus:
        if self._report.current is not None:
            return DatabaseStatus.DOWN
        slow = typical_ms is not None and typical_ms > SLOW * 1000
        return DatabaseStatus.DEGRADED if slow else DatabaseStatus.HEALTHY

    async def reset(self) -> None:
        """Close every connection once it is free; the next use opens new ones."""
        await self._backend.reset()
