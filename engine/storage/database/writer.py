"""Commits what all callers want in groups, and tells each when its own is safe."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from engine.clock import Clock
from engine.language import _
from engine.storage.database.backend import Answer, Backend, Bundle
from engine.storage.database.errors import StorageUnavailableError, TroubleError
from engine.storage.database.operation import Operation, Result, Steps
from engine.storage.database.statement import Row
from engine.storage.database.statistics import QueryTimes
from engine.storage.database.trouble import StorageTroubleReporter

MOST_WAITING = 20_000  # rows; beyond, callers wait before they may ask
_MOST_IN_GROUP = 256  # rows; the largest statement's
_LEAST_INTERVAL = 0.008  # s between two commits: each costs about as much as storing ten rows,
_ENOUGH = 64  # rows, of which one is worth its price at once
_FIRST_PAUSE = 0.25  # s between attempts in trouble, doubled each time
_LONGEST_PAUSE = 2.0  # s

_Done = asyncio.Future[Sequence[Any]]


class _Group:
    """What is committed together, and who waits for it."""

    __slots__ = ("rows", "wanted")

    def __init__(self) -> None:
        self.rows = 0
        self.wanted: dict[Operation[Any], tuple[list[Sequence[Row]], list[_Done]]] = {}

    def add(self, operation: Operation[Any], rows: Sequence[Row], done: _Done) -> None:
        self.rows += len(rows)
        known = self.wanted.get(operation)
        if known is None:
            self.wanted[operation] = [rows], [done]
        else:
            known[0].append(rows)
            known[1].append(done)

    def bundles(self) -> list[Bundle]:
        return [Bundle(operation, rows) for operation, (rows, _waiting) in self.wanted.items()]

    def tell(self, answers: list[list[Answer]]) -> None:
        """Each caller what became of its rows; some may have gone away."""
        for (_rows, waiting), results in zip(self.wanted.values(), answers, strict=True):
            for done, result in zip(waiting, results, strict=True):
                if done.done():
                    continue
                if isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)

    def fail(self, make: Callable[[], Exception]) -> None:
        """Tell all that still wait."""
        for _rows, waiting in self.wanted.values():
            for done in waiting:
                if not done.done():
                    done.set_exception(make())


class Writer:
    """Few transactions at once, as the backend says; what comes meanwhile makes the next group."""

    def __init__(
        self, backend: Backend, clock: Clock, report: StorageTroubleReporter, times: QueryTimes
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._report = report
        self._times = times
        self._waiting: deque[_Group] = deque()
        self._under_way: dict[_Group, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(backend.commits_at_once)
        self.rows_waiting = 0
        self._wake = asyncio.Event()
        self._enough = asyncio.Event()
        self._room: deque[asyncio.Future[None]] = deque()
        self._closing = False
        self._began = 0.0  # loop time of the last commit's start
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(), name="storage writer")

    async def write(self, operation: Operation[Result], rows: Sequence[Row]) -> Sequence[Result]:
        """One result for each row, once all are safe; together they succeed or fail.

        Raises ConflictError, StorageUnavailableError, or what the operation itself raised.
        Writes that are not awaited one after the other have no order among themselves.
        """
        if not rows:
            return ()
        while self.rows_waiting >= MOST_WAITING and not self._closing:
            await self._make_room()
        if self._closing:
            raise _closed()
        waiting = self._waiting
        if not waiting or waiting[-1].rows >= _MOST_IN_GROUP:
            waiting.append(_Group())
            self._wake.set()
        done: asyncio.Future[Sequence[Any]] = self._loop.create_future()
        waiting[-1].add(operation, rows, done)
        self.rows_waiting += len(rows)
        if self.rows_waiting >= _ENOUGH:
            self._enough.set()
        return await done

    async def settled(self) -> None:
        """Wait until all that was accepted before is safe, or has failed.

        Raises StorageUnavailableError if the storage is closed first.
        """
        await self.write(_nothing, ((),))  # every group before its own has begun by then
        if under_way := tuple(self._under_way.values()):
            await asyncio.wait(under_way)

    async def close(self, patience: float) -> None:
        """Commit what was accepted; what cannot be within `patience` seconds, fails."""
        self._closing = True
        self._wake.set()
        self._enough.set()
        self._let_in(len(self._room))
        await asyncio.wait((self._task,), timeout=patience)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for committing in self._under_way.values():
            committing.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        for group in (*self._under_way, *self._waiting):
            group.fail(_closed)
        self._waiting.clear()

    async def _make_room(self) -> None:
        turn: asyncio.Future[None] = self._loop.create_future()
        self._room.append(turn)
        await turn

    def _let_in(self, most: int) -> None:
        while self._room and most > 0:
            turn = self._room.popleft()
            if not turn.done():
                turn.set_result(None)
                most -= 1

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            if not self._waiting:
                if self._closing:
                    await asyncio.gather(*self._under_way.values())
                    return
                self._wake.clear()
                continue
            await self._turns.acquire()
            await self._gather()
            self._began = self._loop.time()
            group = self._waiting.popleft()
            self.rows_waiting -= group.rows
            self._let_in(MOST_WAITING - self.rows_waiting)
            self._under_way[group] = self._loop.create_task(self._commit(group))

    async def _gather(self) -> None:
        """Wait until a commit is worth its price, or due."""
        if self.rows_waiting >= _ENOUGH or self._closing:
            return
        self._enough.clear()
        due = self._loop.call_at(self._began + _LEAST_INTERVAL, self._enough.set)
        await self._enough.wait()
        due.cancel()

    async def _commit(self, group: _Group) -> None:
        try:
            answers = await self._until_stored(group.bundles())
        except Exception as error:  # noqa: BLE001 - not the database's: this group's alone
            answers = [[error] * len(waiting) for _rows, waiting in group.wanted.values()]
        else:
            self._times.commits += 1
            self._times.rows_written += group.rows
        group.tell(answers)
        del self._under_way[group]
        self._turns.release()

    async def _until_stored(self, bundles: list[Bundle]) -> list[list[Answer]]:
        pause = _FIRST_PAUSE
        while True:
            began = self._clock.monotonic()
            try:
                answers = await self._backend.commit(bundles)
            except TroubleError as error:
                self._times.failed += 1
                self._report.found(error.trouble)
                await self._clock.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            self._report.passed()
            self._times.add(self._clock.monotonic() - began, lambda: "a commit")
            return answers


def _nothing(rows: Sequence[Row]) -> Steps[None]:
    yield from ()
    return [None] * len(rows)


def _closed() -> StorageUnavailableError:
    return StorageUnavailableError(_("The storage is closed."))
