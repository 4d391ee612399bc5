"""Commits all callers' rows in groups, and tells each caller when its own are safe."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from engine.clock import Clock
from engine.errors import described
from engine.language import _
from engine.storage.database.backend import Answer, Backend, Bundle
from engine.storage.database.errors import StorageUnavailableError, TroubleError
from engine.storage.database.operation import Operation, Result, Steps
from engine.storage.database.statement import Row
from engine.storage.database.statistics import QueryTimes
from engine.storage.database.trouble import StorageTroubleReporter

MOST_WAITING = 20_000  # rows; beyond it, callers wait
_MOST_IN_GROUP = 256  # rows of the largest statement
_LEAST_INTERVAL = 0.008  # s between commits under load: each costs as much as ten rows
_ENOUGH = 64  # rows that are worth a commit at once
_CROWD = 0.25  # share of commits during which others came; above it, rows are gathered
_CROWD_WEIGHT = 0.1  # of the newest commit in that share
_LONGEST_DELAY = 0.25  # s that rows without a waiting caller may wait for a commit
_FIRST_PAUSE = 0.25  # s between attempts in trouble, doubled each time
_LONGEST_PAUSE = 2.0  # s

_log = logging.getLogger(__name__)

_Done = asyncio.Future[Sequence[Any]]


class _Group:
    """The rows that are committed together, and their callers (None: nobody waits)."""

    __slots__ = ("callers", "rows", "wanted")

    def __init__(self) -> None:
        self.rows = 0
        self.callers = 0
        self.wanted: dict[Operation[Any], tuple[list[Sequence[Row]], list[_Done | None]]] = {}

    def add(self, operation: Operation[Any], rows: Sequence[Row], done: _Done | None) -> None:
        self.rows += len(rows)
        self.callers += done is not None
        known = self.wanted.get(operation)
        if known is None:
            self.wanted[operation] = [rows], [done]
        else:
            known[0].append(rows)
            known[1].append(done)

    def bundles(self) -> list[Bundle]:
        return [Bundle(operation, rows) for operation, (rows, _waiting) in self.wanted.items()]

    def tell(self, answers: list[list[Answer]]) -> None:
        """Give each caller its results; some may have gone."""
        for (_rows, waiting), results in zip(self.wanted.values(), answers, strict=True):
            for done, result in zip(waiting, results, strict=True):
                if done is None:
                    if isinstance(result, Exception):
                        _log.error("rows could not be stored: %s", described(result))
                elif done.done():
                    continue
                elif isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)

    def fail(self, make: Callable[[], Exception]) -> None:
        """Fail all callers that still wait."""
        for _rows, waiting in self.wanted.values():
            for done in waiting:
                if done is not None and not done.done():
                    done.set_exception(make())


class Writer:
    """Commits a single caller's rows at once, and many callers' rows together.

    While a commit is under way, rows gather for the next. That begins in the loop's next turn if
    all that the previous one served have asked for more by then, or if it served a single caller
    and others rarely come during a commit: nobody else is to be expected. Otherwise it begins 8 ms
    after the previous one began, or when 64 rows wait. With nothing to store there is no timer.
    """

    def __init__(
        self, backend: Backend, clock: Clock, report: StorageTroubleReporter, times: QueryTimes
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._report = report
        self._times = times
        self._waiting: deque[_Group] = deque()
        self._under_way: dict[_Group, asyncio.Task[None]] = {}
        self.rows_waiting = 0
        self._room: deque[asyncio.Future[None]] = deque()
        self._closing = False
        self._all_done: asyncio.Future[None] | None = None  # `close` waits for it
        self._began = 0.0  # loop time when the last commit began
        self._served = 0  # callers of the last commit
        self._crowd = 0.0  # share of the last commits during which others came
        self._came_meanwhile = 0  # callers that waited when the last commit ended
        self._is_starting = False  # the next commit begins in the loop's next turn
        self._are_returning = False  # those just served have this turn to ask for more
        self._due: asyncio.TimerHandle | None = None  # start of the next commit
        self._loop = asyncio.get_running_loop()

    async def write(self, operation: Operation[Result], rows: Sequence[Row]) -> Sequence[Result]:
        """Store `rows` together or not at all; return one result for each when all are safe.

        Raises ConflictError, StorageUnavailableError, or the operation's own errors. Writes that
        are not awaited one after the other have no order.
        """
        if not rows:
            return ()
        while self.rows_waiting >= MOST_WAITING and not self._closing:
            await self._make_room()
        done: asyncio.Future[Sequence[Any]] = self._loop.create_future()
        self._add(operation, rows, done)
        return await done

    def write_later(self, operation: Operation[Any], rows: Sequence[Row]) -> None:
        """Store `rows` with the next commit, at most 0.25 s later, without waiting.

        A process killed before loses them. Raises StorageUnavailableError once it is closed.
        """
        self._add(operation, rows, None)

    async def settled(self) -> None:
        """Wait until all earlier writes are safe, or have failed.

        Raises StorageUnavailableError if the storage is closed first.
        """
        await self.write(_nothing, ((),))  # every earlier group has begun by then
        if under_way := tuple(self._under_way.values()):
            await asyncio.wait(under_way)

    async def close(self, patience: float) -> None:
        """Commit what was accepted; what takes longer than `patience` seconds fails."""
        self._closing = True
        self._let_in(len(self._room))
        if self._waiting or self._under_way:
            self._all_done = self._loop.create_future()
            self._decide()
            await asyncio.wait((self._all_done,), timeout=patience)
        self._forget_due()
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

    def _add(self, operation: Operation[Any], rows: Sequence[Row], done: _Done | None) -> None:
        if self._closing:
            raise _closed()
        waiting = self._waiting
        if not waiting or waiting[-1].rows >= _MOST_IN_GROUP:
            waiting.append(_Group())
        waiting[-1].add(operation, rows, done)
        self.rows_waiting += len(rows)
        if not self._is_starting:
            self._decide()

    def _decide(self) -> None:
        """Decide when the next commit begins, by what waits for it and what is under way."""
        if self._is_starting or not self._waiting:
            return
        if self.rows_waiting >= _ENOUGH or self._closing:
            if len(self._under_way) < self._backend.commits_at_once:
                self._start_soon()
        elif self._under_way or self._are_returning:
            return  # decided again at its end
        elif not self._waiting[0].callers:
            self._start_at(self._loop.time() + _LONGEST_DELAY)
        elif self._served <= 1 and self._crowd <= _CROWD:
            self._start_soon()
        else:
            self._start_at(self._began + _LEAST_INTERVAL)

    def _start_soon(self) -> None:
        self._is_starting = True
        self._loop.call_soon(self._begin)

    def _start_at(self, when: float) -> None:
        if self._due is None or self._due.when() > when:
            self._forget_due()
            self._due = self._loop.call_at(when, self._begin)

    def _forget_due(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _begin(self) -> None:
        self._is_starting = False
        self._forget_due()
        if not self._waiting:  # closed meanwhile
            return
        group = self._waiting.popleft()
        self.rows_waiting -= group.rows
        self._let_in(MOST_WAITING - self.rows_waiting)
        self._began = self._loop.time()
        self._served = group.callers
        self._under_way[group] = self._loop.create_task(self._commit(group))
        self._decide()

    async def _commit(self, group: _Group) -> None:
        try:
            answers = await self._until_stored(group.bundles())
        except Exception as error:  # noqa: BLE001 - not the database's: this group's alone
            answers = [[error] * len(waiting) for _rows, waiting in group.wanted.values()]
        else:
            self._times.commits += 1
            self._times.rows_written += group.rows
        self._came_meanwhile = sum(waiting.callers for waiting in self._waiting)
        self._crowd += _CROWD_WEIGHT * ((self._came_meanwhile > 0) - self._crowd)
        group.tell(answers)
        del self._under_way[group]
        if self._closing:
            self._go_on_closing()
        elif not self._under_way:
            self._are_returning = True
            self._loop.call_soon(self._have_returned)
        else:
            self._decide()

    def _have_returned(self) -> None:
        self._are_returning = False
        if self._is_starting or not self._waiting:
            return
        returned = sum(group.callers for group in self._waiting) - self._came_meanwhile
        if returned >= max(self._served, 1):
            self._begin()
        else:
            self._decide()

    def _go_on_closing(self) -> None:
        self._decide()
        if self._all_done is not None and not (self._waiting or self._under_way):
            self._all_done.set_result(None)

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
