"""Handles a database on a PostgreSQL server; needs the extra `postgres`."""

import asyncio
import importlib.util
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.clock import Clock
from engine.language import _
from engine.storage.backups.contents import (
    BackupError,
    Contents,
    contents,
    scratch_folder,
    sound_contents,
    unpacked,
)
from engine.storage.backups.file import Backup, BackupFolder, leave_files_out
from engine.storage.database.backend import Backend
from engine.storage.database.errors import StorageError, TroubleError
from engine.storage.database.migration import migrate, revision_of
from engine.storage.database.postgres.backend import PostgresBackend
from engine.storage.database.postgres.pool import PostgresPool, make_engine
from engine.storage.database.postgres.trouble import refusal, told, trouble
from engine.storage.database.schema import REVISION
from engine.storage.locations.location import Location
from engine.storage.locations.postgres_copy import copy_in, copy_out
from engine.storage.record import record_table

_MIGRATION_LOCK = 0x6761_7661  # any number; one program at a time migrates
_CLOSE_IDLE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'gavatcore' AND datname = current_database()
        AND state = 'idle' AND pid <> pg_backend_pid()
"""


class PostgresLocation(Location):
    """Uses `address`, the URL after `postgresql://`, which may contain a password: never shown."""

    def __init__(self, address: str, directory: Path, *, schema: str | None = None) -> None:
        super().__init__(directory)
        for module in ("asyncpg", "greenlet"):
            if importlib.util.find_spec(module) is None:
                raise StorageError(
                    _("PostgreSQL needs more packages: install gavatcore[postgres].")
                )
        try:
            self._url = _understood(make_url(f"postgresql+asyncpg://{address}"))
        except (ArgumentError, ValueError):
            raise StorageError(_("DATABASE_URL cannot be understood.")) from None
        self._address = address
        self._settings = {"search_path": schema} if schema else {}

    async def exists(self) -> bool:
        """Return True if it has tables of ours."""
        return await self.revision() is not None

    async def revision(self) -> str | None:
        """Return the schema's revision; None without tables of ours."""
        async with self._engine() as engine, engine.connect() as connection:
            return await connection.run_sync(revision_of)

    def url(self) -> str:
        """Return the whole URL, with the password."""
        return f"postgresql://{self._address}"

    async def migrate_here(self, now: float) -> None:
        """Migrate in this process, after a backup."""
        if await self.revision() is not None:
            await self.back_up(BackupFolder(self.directory), now)
        await self._in_transaction(lambda connection: _migrate(connection, REVISION, down=False))

    async def move_to(self, revision: str, *, down: bool) -> None:
        """Run the migrations up or down to `revision`."""
        await self._move(lambda connection: _migrate(connection, revision, down=down))

    async def _move(self, work: Callable[[Connection], None]) -> None:
        # Importing it would hold the loop for too long.
        await asyncio.to_thread(importlib.import_module, "alembic.command")
        await self._in_transaction(work)

    async def _in_transaction(self, work: Callable[[Connection], None]) -> None:
        async with self._engine() as engine:
            in_transactions = engine.execution_options(isolation_level="READ COMMITTED")
            async with in_transactions.begin() as connection:
                await connection.run_sync(work)

    async def backend(self, clock: Clock) -> Backend:
        """Open the database with a pool."""
        await self._in_transaction(_make_record)
        pool = PostgresPool(make_engine(self._url, settings=self._settings), clock)
        try:
            await pool.start()
        except Exception as error:
            await pool.close()
            raise self._unusable(error) from error
        return PostgresBackend(pool)

    async def back_up(self, folder: BackupFolder, now: float) -> Backup:
        """Copy all rows of one moment into a backup."""
        async with in_thread(folder.scratch()) as copy:
            async with self._engine() as engine:
                await copy_out(engine, copy)
            return await asyncio.to_thread(folder.add, copy, now)

    async def try_restore(self, backup: Path) -> Contents:
        """Restore into a new schema, read it back, and drop it; return the backup's contents."""
        schema = f"gavatcore_check_{secrets.token_hex(6)}"
        trial = PostgresLocation(self._address, self.directory, schema=schema)
        async with in_thread(scratch_folder(self.directory)) as folder:
            async with self._engine() as engine:
                await _execute(engine, f"CREATE SCHEMA {schema}")
                try:
                    await trial.restore(backup, 0.0)
                    again = folder / "again.db"
                    async with trial._engine() as restored:
                        await copy_out(restored, again)
                finally:
                    await _execute(engine, f"DROP SCHEMA {schema} CASCADE")
            found, wanted = await asyncio.to_thread(self._both_contents, again, backup)
        # A missing table was dropped by a newer migration.
        if any(found.rows.get(table, rows) != rows for table, rows in wanted.rows.items()):
            raise BackupError(_("The backup could not be restored to the last row."))
        return wanted

    async def restore(self, backup: Path, now: float) -> None:
        """Replace all rows by the backup's."""
        async with in_thread(unpacked(backup, self.directory)) as source:
            await asyncio.to_thread(sound_contents, source)
            await asyncio.to_thread(leave_files_out, source)
            async with self._engine() as engine:
                await copy_in(engine, source, now)

    def _both_contents(self, copy: Path, backup: Path) -> tuple[Contents, Contents]:
        with unpacked(backup, self.directory) as original:
            return contents(copy), contents(original)

    async def reset_pools(self) -> int:
        """Close idle connections of every engine; return how many."""
        async with self._engine() as engine, engine.connect() as connection:
            closed = await connection.execute(text(_CLOSE_IDLE))
            return len(closed.all())

    @asynccontextmanager
    async def _engine(self) -> AsyncIterator[AsyncEngine]:
        """Yield an engine for one task; its errors are put into our own words."""
        engine = make_engine(self._url, settings=self._settings)
        try:
            yield engine
        except StorageError:
            raise
        except Exception as error:
            raise self._unusable(error) from error
        finally:
            await engine.dispose()

    def _unusable(self, error: Exception) -> StorageError:
        """Return one sentence without the password, which drivers may repeat."""
        where = f"{self._url.host or self._url.query.get('host', 'localhost')}/{self._url.database}"
        text = _("The database {where} cannot be used: {detail}")
        if refused := refusal(error):
            return StorageError(text.format(where=where, detail=refused))
        if isinstance(error, TypeError) and self._url.query:  # the driver knows no such argument
            unknown = _("DATABASE_URL has a parameter that is not understood behind its ?.")
            return StorageError(text.format(where=where, detail=unknown))
        reason = trouble(error)
        if reason is None:
            return StorageError(text.format(where=where, detail=f"{told(error)}."))
        return TroubleError(reason, text.format(where=where, detail=reason.fact))


def _understood(url: URL) -> URL:
    """Return the URL with libpq's `sslmode` under the driver's name for it.

    Raises ValueError for an invalid port.
    """
    if url.port is not None and not 0 < url.port < 1 << 16:
        raise ValueError
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def _migrate(connection: Connection, revision: str, *, down: bool) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    if revision_of(connection) != revision:
        migrate(connection, revision, direction="down" if down else "up")


def _make_record(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    record_table.make(connection)


@asynccontextmanager
async def in_thread(manager: AbstractContextManager[Path]) -> AsyncIterator[Path]:
    """Enter and leave the blocking `manager` in a worker thread; yield its value."""
    entered = await asyncio.to_thread(manager.__enter__)
    try:
        yield entered
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


async def _execute(engine: AsyncEngine, sql: str) -> None:
    async with engine.connect() as connection:
        await connection.execute(text(sql))
