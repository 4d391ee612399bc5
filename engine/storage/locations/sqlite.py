"""Handles a database in a file of our own."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DatabaseError

from engine.clock import Clock
from engine.errors import described
from engine.files.private_files import UnsafeFileError, keep_database_private
from engine.files.sqlite_errors import FILE_ERRORS
from engine.language import _
from engine.storage.backups.contents import Contents, sound_contents, unpacked
from engine.storage.backups.file import (
    DAMAGED,
    Backup,
    BackupFolder,
    leave_files_out,
    stamp_of,
)
from engine.storage.database.backend import Backend
from engine.storage.database.errors import StorageError, TroubleError, TroubleKind
from engine.storage.database.migration import migrate
from engine.storage.database.schema import REVISION
from engine.storage.database.sqlite.backend import SqliteBackend, connect
from engine.storage.database.sqlite.file import transaction
from engine.storage.database.sqlite.trouble import trouble
from engine.storage.locations.location import Location
from engine.storage.record.record_file import record_of
from engine.storage.restores.carried import carry_over
from engine.storage.restores.lineage import BACKUP_MARK, CARRIED_MARK, mark_copy

Result = TypeVar("Result")


class SqliteLocation(Location):
    """Creates the file at the first migration, readable by its owner only."""

    def __init__(self, file: Path, directory: Path) -> None:
        super().__init__(directory)
        self.file = file

    async def exists(self) -> bool:
        """Return True if it has tables of ours."""
        return await self.revision() is not None

    async def revision(self) -> str | None:
        """Return the schema's revision; None without tables of ours."""
        return await self._do(self._revision)

    def url(self) -> str:
        """Return the URL of the file."""
        return f"sqlite:///{self.file.absolute()}"

    async def migrate_here(self, now: float) -> None:
        """Migrate in this process, after a backup."""
        await self._do(lambda: self._migrate(now))

    async def move_to(self, revision: str, *, down: bool) -> None:
        """Run the migrations up or down to `revision`."""

        def move() -> None:
            self._create()
            with transaction(self.file) as connection:
                migrate(connection, revision, direction="down" if down else "up")

        await self._do(move)

    async def backend(self, clock: Clock) -> Backend:  # noqa: ARG002 - the other kind's pool needs it
        """Open the database."""
        return SqliteBackend(self.file)

    async def back_up(self, folder: BackupFolder, now: float) -> Backup:
        """Copy the database at one moment into a backup."""
        return await self._do(lambda: folder.add_sqlite(self.file, now))

    async def try_restore(self, backup: Path) -> Contents:
        """Unpack, check and migrate a backup in a scratch folder; return its contents."""

        def attempt() -> Contents:
            with unpacked(backup, self.directory) as restored:
                found = sound_contents(restored)
                _to_newest(restored)
                return found

        return await self._do(attempt)

    async def put_damaged_aside(self, now: float) -> Path | None:
        """Move a damaged file aside; return its folder, None if it is sound."""
        return await self._do(lambda: self._put_damaged_aside(now))

    async def restore(self, backup: Path, now: float) -> None:
        """Replace the contents by the backup's."""

        def replace() -> None:
            with unpacked(backup, self.directory) as restored:
                sound_contents(restored)
                leave_files_out(restored)
                _to_newest(restored)
                carried = self.file.exists() and carry_over(self.file, restored, now)
                mark_copy(restored, CARRIED_MARK if carried else BACKUP_MARK)
                self._create()
                with closing(connect(restored)) as new, closing(connect(self.file)) as old:
                    new.backup(old)  # one transaction of SQLite, with its journal

        await self._do(replace)

    def own_record(self) -> Path | None:
        """Return the file of this database's record."""
        return record_of(self.file)

    async def reset_pools(self) -> int:
        """Return 0: an engine keeps its two connections."""
        return 0  # an engine keeps its two connections while it runs

    async def _do(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a worker thread, with errors in our own words."""
        try:
            return await asyncio.to_thread(work)
        except (*FILE_ERRORS, DatabaseError, OSError) as error:
            raise _unusable(self.file, error) from error

    def _revision(self) -> str | None:
        return _revision(self.file) if self.file.exists() else None

    def _migrate(self, now: float) -> None:
        found = self._revision()
        if found == REVISION:
            return
        self._create()
        if found is not None:
            BackupFolder(self.directory).add_sqlite(self.file, now)
        with transaction(self.file) as connection:
            migrate(connection)

    def _put_damaged_aside(self, now: float) -> Path | None:
        if not self.file.exists() or not _is_damaged(self.file):
            return None
        folder = BackupFolder(self.directory).directory / f"{DAMAGED}{stamp_of(now)}"
        folder.mkdir(mode=0o700, parents=True)
        for end in ("-shm", "-wal", ""):  # the file last: a log would be played into the next one
            part = self.file.with_name(self.file.name + end)
            if part.exists():
                part.rename(folder / part.name)
        return folder

    def _create(self) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_database_private(self.file, made=True)


def _to_newest(file: Path) -> None:
    with transaction(file) as connection:
        migrate(connection)


def _revision(file: Path) -> str | None:
    """Return the revision without SQLAlchemy's engine, for a quick start without migration."""
    with closing(connect(file)) as own:
        try:
            row = own.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            if trouble(error, file) is not None:
                raise
            return None  # no such table
    return None if row is None else str(row[0])


def _is_damaged(file: Path) -> bool:
    try:
        with closing(connect(file)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except FILE_ERRORS as error:
        reason = trouble(error, file)
        if reason is not None and reason.kind is TroubleKind.DAMAGED:
            return True
        raise


def _unusable(file: Path, error: Exception) -> StorageError:
    if isinstance(error, UnsafeFileError):
        return StorageError(str(error))
    cause = (error.orig or error) if isinstance(error, DatabaseError) else error
    reason = trouble(cause, file) if isinstance(cause, sqlite3.Error | OSError) else None
    if reason is not None:
        return TroubleError(reason).while_opening()
    return StorageError(
        _("The database {file} cannot be used: {error}.").format(file=file, error=described(cause))
    )
