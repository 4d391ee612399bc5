"""Serves all caches from one file: batched writes, a new file after any trouble."""

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engine.cache.disk.file import Delete, DiskFile, DiskRow, DiskUsage, Put
from engine.cache.stats import Level
from engine.cache.trouble import LevelTroubleReporter, OnTrouble, untold
from engine.clock import Clock
from engine.errors import described
from engine.files.sqlite_errors import FILE_ERRORS
from engine.language import _

Result = TypeVar("Result")

_BATCH = 500  # writes a transaction
_MOST_WAITING = 5_000  # writes; beyond it, callers wait
_MOST_BYTES = 16 << 20  # bytes of waiting writes
_READ_BUDGET = 0.25  # s
_WRITE_BUDGET = 5.0  # s
_PURGED_AT_ONCE = 500
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_Waiting = tuple[Put | Delete, "asyncio.Future[None] | None"]


class DiskAwayError(Exception):
    """Internal: the disk did not do it."""


class Disk:
    """Makes a write visible at once and durable a moment later; a delete is done when it returns.

    A file that SQLite finds damaged is set aside; after any other trouble it is removed. Either
    way, nothing deleted comes back. A crash of the machine may lose the last writes and deletes.
    """

    def __init__(
        self,
        file: Path,
        limits: Mapping[str, int],
        clock: Clock,
        on_trouble: OnTrouble = untold,
    ) -> None:
        """Set the `limits` in bytes, by cache."""
        self._path = file
        self._file = DiskFile(file, limits)
        self._clock = clock
        self._report = LevelTroubleReporter(Level.DISK, on_trouble)
        self._turn = asyncio.Lock()  # of whoever uses the file
        self._attempts: set[asyncio.Task[Any]] = set()
        self._anew = False  # the file has outdated content: remove it first
        self._waiting: deque[_Waiting] = deque()
        self._bytes_waiting = 0
        self._newest: dict[tuple[str, str], Put | Delete] = {}  # uncommitted, by key
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.available = True

    async def start(self) -> None:
        """Open the file; if that fails, every use tries again."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="cache disk")
        with contextlib.suppress(DiskAwayError):
            await self._do(DiskFile.open, _WRITE_BUDGET)

    async def close(self) -> None:
        """Write what waits, then close the file."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=_WRITE_BUDGET)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        async with self._turn:
            await self._file.close()

    def usage(self, cache: str) -> DiskUsage:
        """Return the space that `cache` uses."""
        return self._file.usage[cache]

    async def read(self, cache: str, keys: Sequence[str]) -> dict[str, DiskRow]:
        """Return the rows under `keys`; none if the disk takes too long."""
        now = self._clock.now()
        found: dict[str, DiskRow] = {}
        asked: list[str] = []
        for key in keys:
            waiting = self._newest.get((cache, key))
            if waiting is None:
                asked.append(key)
            elif isinstance(waiting, Put) and (waiting.expires is None or waiting.expires > now):
                found[key] = DiskRow(waiting.payload, waiting.expires, waiting.tags)
        if asked and self.available:
            with contextlib.suppress(DiskAwayError):
                found |= await self._do(lambda file: file.read(cache, asked, now), _READ_BUDGET)
        return found

    async def put(self, writes: Sequence[Put]) -> None:
        """Store the writes a moment later; waits only if far too many are pending."""
        for write in writes:
            if not self._room.is_set() and self.available:
                await self._room.wait()
            self._enqueue(write, None)
            self._newest[write.cache, write.key] = write

    async def delete(self, what: Delete) -> None:
        """Delete `what`; done when it returns."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for key in what.keys:
            self._newest[what.cache, key] = what
        self._enqueue(what, done)
        await asyncio.wait((done,), timeout=_WRITE_BUDGET)
        if not done.done():
            self._anew = True

    async def purge(self) -> None:
        """Remove expired values in small batches."""
        try:
            while (
                await self._do(
                    lambda file: file.purge(self._clock.now(), _PURGED_AT_ONCE), _WRITE_BUDGET
                )
                == _PURGED_AT_ONCE
            ):
                pass
        except DiskAwayError:
            pass

    async def keys(self, cache: str, most: int) -> list[str]:
        """Return the most recently written keys, newest first."""
        try:
            return await self._do(lambda file: file.keys(cache, most), _WRITE_BUDGET)
        except DiskAwayError:
            return []

    async def note(self, name: str, value: str) -> None:
        """Store a text for `noted`."""
        with contextlib.suppress(DiskAwayError):
            await self._do(lambda file: file.note(name, value), _WRITE_BUDGET)

    async def noted(self, name: str) -> str | None:
        """Return the text under `name`; None if there is none or the disk is in trouble."""
        try:
            return await self._do(lambda file: file.noted(name), _WRITE_BUDGET)
        except DiskAwayError:
            return None

    def _enqueue(self, operation: Put | Delete, done: "asyncio.Future[None] | None") -> None:
        if not self.available and isinstance(operation, Put) and not self._room.is_set():
            self._anew = True  # it may hold an older value, and nobody can wait for it
            return
        self._waiting.append((operation, done))
        if isinstance(operation, Put):
            self._bytes_waiting += len(operation.payload)
        if len(self._waiting) >= _MOST_WAITING or self._bytes_waiting >= _MOST_BYTES:
            self._room.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            if not self._waiting:
                if self._closing:
                    return
                self._wake.clear()
                continue
            await self._write([self._take() for _ in range(min(_BATCH, len(self._waiting)))])

    def _take(self) -> _Waiting:
        taken = self._waiting.popleft()
        if isinstance(taken[0], Put):
            self._bytes_waiting -= len(taken[0].payload)
        if len(self._waiting) < _MOST_WAITING and self._bytes_waiting < _MOST_BYTES:
            self._room.set()
        return taken

    async def _write(self, batch: list[_Waiting]) -> None:
        operations = [operation for operation, _done in batch]
        # After a trouble a new file begins, so pending deletes are done too.
        with contextlib.suppress(DiskAwayError):
            await self._do(lambda file: file.apply(operations), None)
        for operation, done in batch:
            for key in operation.keys if isinstance(operation, Delete) else (operation.key,):
                if self._newest.get((operation.cache, key)) is operation:
                    del self._newest[operation.cache, key]
            if done is not None and not done.done():
                done.set_result(None)

    async def _do(
        self, work: Callable[[DiskFile], Awaitable[Result]], budget: float | None
    ) -> Result:
        attempt = asyncio.get_running_loop().create_task(self._attempt(work))
        self._attempts.add(attempt)
        attempt.add_done_callback(self._have_attempted)
        try:
            async with asyncio.timeout(budget):
                result = await asyncio.shield(attempt)  # a transaction that began must end
        except TimeoutError as error:
            self.available = False  # until an operation succeeds again
            raise DiskAwayError from error
        except (*FILE_ERRORS, OSError) as error:
            self.available = not self._anew
            self._report.found(
                _("The cache file {file} could not be used ({error}) and was begun anew.").format(
                    file=self._path, error=described(error)
                )
            )
            raise DiskAwayError from error
        self.available = True
        self._report.passed()
        return result

    def _have_attempted(self, attempt: asyncio.Task[Any]) -> None:
        self._attempts.discard(attempt)
        if not attempt.cancelled():
            attempt.exception()  # the caller has it, or has gone away

    async def _attempt(self, work: Callable[[DiskFile], Awaitable[Result]]) -> Result:
        """Do the work when it is its turn; after an error, start a new file."""
        async with self._turn:
            if self._anew:
                await self._file.remove()
                self._anew = False
            try:
                return await work(self._file)
            except (*FILE_ERRORS, OSError) as error:
                self._anew = True
                code: int | None = getattr(error, "sqlite_errorcode", None)
                if code is not None and code & 0xFF in _DAMAGED:
                    await self._file.set_aside()
                else:
                    await self._file.remove()
                self._anew = False
                raise
