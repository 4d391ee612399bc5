"""The connection that writes to a SQLite file, in a thread of its own."""

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
from engine.storage.restores import record_file
from engine.storage.restores.record import Keep, Kind, marked

Result = TypeVar("Result")
Task = Callable[[sqlite3.Connection], Result]

_log = logging.getLogger(__name__)


class SqliteWriter:
    """Opens its connection at the first use and anew after a trouble.

    What a task did counts only if the file is in its place afterwards: else TroubleError, and the
    connection is kept, since the file may be put back. While it is away, a file in its place is
    another one, and so is one at the next start.
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
        return self._connection is not None

    async def do(self, task: Task[Result]) -> Result:
        """Raises TroubleError, LogGoneError, or what the task raises."""
        self.in_use += 1
        try:
            return await self.worker.do(lambda: self._attempt(task))
        finally:
            self.in_use -= 1

    async def close(self) -> None:
        await self.worker.do(self._close)

    async def save_log(self) -> None:
        """Move into the file what only the removed log holds, and close."""
        await self.worker.do(self._save_log)

    async def put_back(self) -> None:
        """Where the file was removed, write it anew from what is still open of it.

        Where it was written over, `leave_as_found` is to follow when all is closed.
        """
        await self.worker.do(self._put_back)

    async def leave_as_found(self) -> None:
        """Undo what closing did to a file that was written over: it moved our log into it."""
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
        """Note that the file is not in its place; the trouble to raise."""
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
        """As large as the file is with all that is in its log."""
        assert self._connection is not None  # noqa: S101 - called while it is open
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (size,) = self._connection.execute("PRAGMA page_size").fetchone()
        return int(pages * size)

    def _note_mark(self, mark: str) -> None:
        """Let the next start take only a file with this mark for the one last in use."""
        with suppress(OSError):
            record = record_file.record_of(self._opened.file)
            record_file.run(record, Keep((marked(Kind.SEEN, mark, 0.0),)))

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
