"""Opens and migrates the engine's database, writes to it in groups, and reads beside that."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, select

from engine.clock import Clock
from engine.storage.database.backend import Backend, Bundle
from engine.storage.database.errors import StorageTrouble, TroubleError
from engine.storage.database.identifiers import Identifiers
from engine.storage.database.location import Location
from engine.storage.database.operation import Operation, Result
from engine.storage.database.statement import Query, Row
from engine.storage.database.statistics import SLOW, DatabaseStatistics, DatabaseStatus, QueryTimes
from engine.storage.database.trouble import OnTrouble, StorageTroubleReporter
from engine.storage.database.writer import Writer
from engine.storage.record.record import RecordLine
from engine.storage.restores.lineage import confirm, settle

_log = logging.getLogger(__name__)

_CLOSE_PATIENCE = 3.0  # s for accepted writes; less than a stop may take


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """The state of the database, and how fast it answers."""

    status: DatabaseStatus
    backend: str
    answer_ms: float | None  # None: it did not
    trouble: StorageTrouble | None


class Database:
    """The engine's database; use it on one loop, from `open` to `close`."""

    def __init__(self, backend: Backend, clock: Clock, on_trouble: OnTrouble) -> None:
        self._backend = backend
        self._clock = clock
        self._report = StorageTroubleReporter(on_trouble)
        self._times = QueryTimes(clock)
        self._writer = Writer(backend, clock, self._report, self._times)
        self.next_id = Identifiers(clock).next
        self.told_before: float | None = None
        """New messages that Telegram dates before it may have been answered before a restore."""

    @classmethod
    async def open(
        cls,
        url: str | None,
        directory: Path,
        *,
        clock: Clock,
        on_trouble: OnTrouble,
        renew: bool = False,
    ) -> "Database":
        """Open the database at `url`, or `gavatcore.db` in `directory`; migrate it if necessary.

        A database is backed up before it is migrated, and one that is not the one last in use is
        settled (see `lineage`). An engine passes `renew`, which distinguishes its database from
        earlier copies. `on_trouble` is called when storing becomes impossible, and with None when
        it works again. Raises StorageError.
        """
        location = Location.of(url, directory)
        await location.migrate(clock)
        database = cls(await location.backend(clock), clock, on_trouble)
        try:
            others = await asyncio.to_thread(location.other_records)
            await database._settle(renew, others)
        except TroubleError as error:
            await database.close()
            raise error.while_opening() from error
        except BaseException:
            await database.close()
            raise
        return database

    async def _settle(self, renew: bool, others: Sequence[Sequence[RecordLine]]) -> None:
        mark, now = secrets.token_hex(8), self._clock.now()
        settled = await self._at_once(settle(mark, now, others, renew=renew))
        if settled.is_marked:
            await self._at_once(confirm(mark, now))
        self.told_before = settled.told_before
        if not settled.is_known:
            _log.warning(
                "this is not the database last in use: what was withdrawn or erased since is "
                "withdrawn and erased again, %d open messages are set aside",
                settled.set_aside,
            )

    async def _at_once(self, operation: Operation[Result]) -> Result:
        """Run it now or raise TroubleError, because nobody can wait yet."""
        ((answer,),) = await self._backend.commit([Bundle(operation, [[()]])])
        if isinstance(answer, Exception):
            raise answer
        result: Result = answer[0]
        return result

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
