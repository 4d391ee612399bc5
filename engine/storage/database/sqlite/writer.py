"""Runs the connection that writes to a SQLite file, in its own thread."""

import logging
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from engine.files.sqlite_errors import FILE_ERRORS
from engine.storage.database.errors import TroubleError
from engine.storage.database.opened_file import OpenedFile, is_sqlite
from engine.storage.database.sqlite.trouble import moved, trouble
from engine.storage.database.worker import Worker
from engine.storage.record import record_file
from engine.storage.record.record import KeepLines, RecordKind, marked

Result = TypeVar("Result")
Task = Callable[[sqlite3.Connection], Result]

_log = logging.getLogger(__name__)


class SqliteWriter:
    """Opens its connection at the first use, and again after a trouble.

    A task counts only if the file is still in its place afterwards. Otherwise TroubleError is
    raised, and the connection is kept, since the file may be put back. Meanwhile, a file in its
    place counts as a different one, also at the next start.
    """

    def __init__(self, opened: OpenedFile, connect: Callable[[Path], sqlite3.Connection]) -> None:
        self._opened = opened
        self._connect = connect
        self.worker = Worker("storage writer")
        self._connection: sqlite3.Connection | None = None
        self._is_away = False
        self._found: Path | None = None  # a copy of what was written over the file
        self.in_use = 0

    @property
    def is_open(self) -> bool:
        """True while the connection is open."""
        return self._connection is not None

    async def do(self, task: Task[Result]) -> Result:
        """Run `task`; raises TroubleError, LogGoneError, or the task's errors."""
        self.in_use += 1
        try:
            return await self.worker.do(lambda: self._attempt(task))
        finally:
            self.in_use -= 1

    async def close(self) -> None:
        """Close the connection."""
        await self.worker.do(self._close)

    async def save_log(self) -> None:
        """Move what only the removed log holds into the file, and close."""
        await self.worker.do(self._save_log)

    async def put_back(self) -> None:
        """Write a removed file again from its open contents.

        If it was overwritten, call `leave_as_found` after everything is closed.
        """
        await self.worker.do(self._put_back)

    async def leave_as_found(self) -> None:
        """Undo the effect of closing on an overwritten file: our log was moved into it."""
        await self.worker.do(self._leave_as_found)

    def _attempt(self, task: Task[Result]) -> Result:
        file = self._opened.file
        try:
            if self._connection is None:
                self._connection = self._open()
            self._check()
            result = task(self._connection)
            self._check()
            return result
        except (*FILE_ERRORS, OSError) as error:
            reason = trouble(error, file)
            if reason is None:
                raise
            self._close()
            raise TroubleError(reason) from error

    def _open(self) -> sqlite3.Connection:
        """Open the file, if it is still the one that was opened first."""
        file = self._opened.file
        connection = self._connect(file)
        if not self._opened.is_in_place():
            connection.close()
            raise self._away()
        return connection

    def _away(self) -> TroubleError:
        """Note that the file is not in its place; return the trouble."""
        if not self._is_away:
            self._is_away = True
            self._note_mark(secrets.token_hex(8))
        return TroubleError(moved(self._opened.file))

    def _check(self) -> None:
        if not self._opened.is_in_place() or self._opened.has_shrunk(self._bytes):
            raise self._away()
        if self._is_away:
            self._is_away = False
            self._note_mark(self._mark())
        self._opened.check_log()

    def _mark(self) -> str:
        assert self._connection is not None  # noqa: S101 - called while it is open
        found = self._connection.execute("SELECT mark FROM lineage").fetchone()
        return str(found[0]) if found else secrets.token_hex(8)

    def _bytes(self) -> int:
        """Return the size of the file including its log."""
        assert self._connection is not None  # noqa: S101 - called while it is open
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (size,) = self._connection.execute("PRAGMA page_size").fetchone()
        return int(pages * size)

    def _note_mark(self, mark: str) -> None:
        """Let the next start accept only a file with this mark as the one last in use."""
        with suppress(OSError):
            record = record_file.record_of(self._opened.file)
            record_file.run(record, KeepLines((marked(RecordKind.SEEN, mark, 0.0),)))

    def _save_log(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._close()

    def _put_back(self) -> None:
        file = self._opened.file
        if self._connection is None or not file.parent.is_dir():
            return
        new = file.with_name(f".{file.name}.new")
        if file.exists():
            if self._is_away and self._opened.is_in_place() and is_sqlite(file):
                with suppress(OSError):
                    new.touch(mode=0o600)
                    shutil.copyfile(file, new)
                    self._found = new
            return
        with suppress(sqlite3.Error, OSError):
            new.touch(mode=0o600)
            with closing(sqlite3.connect(new)) as copy:
                self._connection.backup(copy)
            new.replace(file)
            self._note_mark(self._mark())
            _log.warning("%s had been removed: it was written anew", file)

    def _leave_as_found(self) -> None:
        if self._found is not None:
            file = self._opened.file
            with suppress(OSError):
                for end in ("-wal", "-shm"):
                    file.with_name(file.name + end).unlink(missing_ok=True)
                self._found.replace(file)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        self._opened.forget_log()  # the last one to close has removed it
