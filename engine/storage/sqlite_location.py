"""A database in a file of our own."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DatabaseError

from engine.clock import Clock
from engine.errors import described
from engine.language import _
from engine.storage.backend import Backend
from engine.storage.backup_file import (
    Backup,
    BackupFolder,
    Contents,
    contents,
    leave_files_out,
    unpacked,
)
from engine.storage.errors import StorageError
from engine.storage.location import Location
from engine.storage.migration import migrate
from engine.storage.schema import REVISION
from engine.storage.sqlite import SqliteBackend, connect, trouble

Result = TypeVar("Result")


class SqliteLocation(Location):
    """The file is made at the first migration, readable by its owner alone."""

    def __init__(self, file: Path) -> None:
        self.file = file

    async def exists(self) -> bool:
        return await self.revision() is not None

    async def revision(self) -> str | None:
        return await self._do(self._revision)

    async def migrate(self, clock: Clock) -> None:
        await self._do(lambda: self._migrate(clock.now()))

    async def move_to(self, revision: str, *, down: bool) -> None:
        def move() -> None:
            self._create()
            with transaction(self.file) as connection:
                migrate(connection, revision, direction="down" if down else "up")

        await self._do(move)

    async def backend(self, clock: Clock) -> Backend:  # noqa: ARG002 - the other kind's pool needs it
        return SqliteBackend(self.file)

    async def back_up(self, folder: BackupFolder, now: float) -> Backup:
        return await self._do(lambda: folder.add_sqlite(self.file, now))

    async def try_restore(self, backup: Path) -> Contents:
        def attempt() -> Contents:
            with unpacked(backup) as restored:
                found = contents(restored)
                _to_newest(restored)
                return found

        return await self._do(attempt)

    async def restore(self, backup: Path) -> None:
        def replace() -> None:
            with unpacked(backup) as restored:
                contents(restored)
                leave_files_out(restored)
                _to_newest(restored)
                self._create()
                with closing(connect(restored)) as new, closing(connect(self.file)) as old:
                    new.backup(old)  # one transaction of SQLite's, journal and all

        await self._do(replace)

    async def reset_pools(self) -> int:
        return 0  # an engine holds its two connections as long as it runs

    async def _do(self, work: Callable[[], Result]) -> Result:
        """In a worker thread, with errors in our own words."""
        try:
            return await asyncio.to_thread(work)
        except (sqlite3.Error, DatabaseError, OSError) as error:
            raise _unusable(self.file, error) from error

    def _revision(self) -> str | None:
        return _revision(self.file) if self.file.exists() else None

    def _migrate(self, now: float) -> None:
        found = self._revision()
        if found == REVISION:
            return
        self._create()
        if found is not None:
            BackupFolder(self.file.parent / "backups").add_sqlite(self.file, now)
        with transaction(self.file) as connection:
            migrate(connection)

    def _create(self) -> None:
        if not self.file.exists():
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.file.touch(mode=0o600)


@contextmanager
def transaction(file: Path) -> Iterator[Connection]:
    """A SQLAlchemy connection to the file, in one transaction that may change its tables."""
    with closing(connect(file, mode="rwc")) as own:
        engine = create_engine("sqlite://", creator=lambda: own, poolclass=NullPool)
        with engine.begin() as connection:
            own.execute("BEGIN IMMEDIATE")  # sqlite3 would leave table definitions out
            yield connection


def _to_newest(file: Path) -> None:
    with transaction(file) as connection:
        migrate(connection)


def _revision(file: Path) -> str | None:
    """As `revision_of`, without SQLAlchemy's engine: a start that needs no migration is quick."""
    with closing(connect(file)) as own:
        try:
            row = own.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            if trouble(error, file) is not None:
                raise
            return None  # no such table
    return None if row is None else str(row[0])


def _unusable(file: Path, error: Exception) -> StorageError:
    cause = (error.orig or error) if isinstance(error, DatabaseError) else error
    reason = trouble(cause, file) if isinstance(cause, sqlite3.Error) else None
    if reason is not None:
        return StorageError(reason.sentence)
    return StorageError(
        _("The database {file} cannot be used: {error}.").format(file=file, error=described(cause))
    )
