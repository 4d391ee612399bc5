"""Commits what all callers want in groups, and tells each when its own is safe."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.clock import Clock
from engine.language import _
from engine.storage.backend import Answer, Backend, Bundle
from engine.storage.errors import StorageUnavailableError, TroubleError
from engine.storage.operation import Operation, Result
from engine.storage.statement import Row
from engine.storage.statistics import QueryTimes
from engine.storage.trouble import TroubleReport

MOST_WAITING = 20_000  # rows; beyond, callers wait before they may ask
_MOST_IN_GROUP = 1_000  # rows
_LEAST_INTERVAL = 0.008  # s between two commits: each costs about as much as storing ten rows
_FIRST_PAUSE = 0.25  # s between attempts in trouble, doubled each time
_LONGEST_PAUSE = 2.0  # s


@dataclass(eq=False, slots=True)
class _Request:
    operation: Operation[Any]
    rows: Sequence[Row]
    done: "asyncio.Future[Sequence[Any]]"


class Writer:
    """One task, one transaction at a time: what comes meanwhile makes the next group."""

    def __init__(
        self, backend: Backend, clock: Clock, report: TroubleReport, times: QueryTimes
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._report = report
        self._times = times
        self._waiting: deque[_Request] = deque()
        self._under_way: list[_Request] = []
        self.rows_waiting = 0
        self._wake = asyncio.Event()
        self._room: deque[asyncio.Future[None]] = deque()
        self._closing = False
        self._began = 0.0  # loop time of the last commit's start
        self._task = asyncio.get_running_loop().create_task(self._run(), name="storage writer")

    async def write(self, operation: Operation[Result], rows: Sequence[Row]) -> Sequence[Result]:
        """One result for each row, once all are safe; together they succeed or fail.

        Raises ConflictError, StorageUnavailableError, or what the operation itself raised.
        Writes that are not awaited one after the other have no order among themselves.
        """
        while self.rows_waiting >= MOST_WAITING and not self._closing:
            await self._make_room()
        if self._closing:
            raise _closed()
        done: asyncio.Future[Sequence[Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Request(operation, rows, done))
        self.rows_waiting += len(rows)
        self._wake.set()
        return await done

    async def close(self, patience: float) -> None:
        """Commit what was accepted; what cannot be within `patience` seconds, fails."""
        self._closing = True
        self._wake.set()
        self._let_in(len(self._room))
        await asyncio.wait((self._task,), timeout=patience)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for request in (*self._under_way, *self._waiting):
            if not request.done.done():
                request.done.set_exception(_closed())
        self._waiting.clear()

    async def _make_room(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._room.append(turn)
        await turn

    def _let_in(self, most: int) -> None:
        while self._room and most > 0:
            turn = self._room.popleft()
            if not turn.done():
                turn.set_result(None)
                most -= 1

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            if not self._waiting:
                if self._closing:
                    return
                self._wake.clear()
                continue
            if not self._closing:
                await asyncio.sleep(self._began + _LEAST_INTERVAL - loop.time())
            self._began = loop.time()
            await self._commit(self._take())

    def _take(self) -> list[_Request]:
        group: list[_Request] = []
        rows = 0
        while self._waiting and rows < _MOST_IN_GROUP:
            request = self._waiting.popleft()
            if not request.done.cancelled():
                group.append(request)
                rows += len(request.rows)
            self.rows_waiting -= len(request.rows)
        self._under_way = group
        self._let_in(MOST_WAITING - self.rows_waiting)
        return group

    async def _commit(self, group: list[_Request]) -> None:
        by_operation: dict[Operation[Any], list[_Request]] = {}
        for request in group:
            by_operation.setdefault(request.operation, []).append(request)
        bundles = [
            Bundle(operation, [request.rows for request in requests])
            for operation, requests in by_operation.items()
        ]
        try:
            answers = await self._until_stored(bundles)
        except Exception as error:  # noqa: BLE001 - not the database's: this group's alone
            answers = [[error] * len(requests) for requests in by_operation.values()]
        for requests, results in zip(by_operation.values(), answers, strict=True):
            for request, result in zip(requests, results, strict=True):
                if request.done.done():
                    continue
                if isinstance(result, Exception):
                    request.done.set_exception(result)
                else:
                    request.done.set_result(result)
        self._under_way = []

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
            self._times.commits += 1
            self._times.rows_written += sum(
                len(rows) for bundle in bundles for rows in bundle.requests
            )
            return answers


def _closed() -> StorageUnavailableError:
    return StorageUnavailableError(_("The storage is closed."))
