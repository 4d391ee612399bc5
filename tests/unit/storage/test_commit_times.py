"""When a commit begins: at once for one who waits alone, together for many, never for nobody."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from sqlalchemy import ClauseElement

from engine.clock import SystemClock
from engine.storage.database import writer as writer_module
from engine.storage.database.backend import Answer, Bundle
from engine.storage.database.database import Database
from engine.storage.database.operation import Steps
from engine.storage.database.statement import Query, Row
from engine.storage.database.statistics import Connections, QueryTimes
from engine.storage.database.trouble import StorageTroubleReporter
from engine.storage.database.writer import Writer
from engine.storage.messages.messages import Messages
from tests.support.stored_samples import heard, said

_TURNS = 5  # of the loop, more than a commit may take to begin


class _Backend:
    """Commits when it is told to; `begun` are the rows of each commit so far."""

    name = "scripted"
    commits_at_once = 2

    def __init__(self) -> None:
        self.begun: list[int] = []
        self._under_way: list[asyncio.Future[None]] = []

    async def commit(self, bundles: Sequence[Bundle]) -> list[list[Answer]]:
        self.begun.append(sum(len(bundle.rows()) for bundle in bundles))
        ended = asyncio.get_running_loop().create_future()
        self._under_way.append(ended)
        await ended
        return [[[None] * len(request) for request in bundle.requests] for bundle in bundles]

    def end(self) -> None:
        """End the oldest commit under way."""
        self._under_way.pop(0).set_result(None)

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]:
        raise NotImplementedError

    def connections(self) -> Connections:
        raise NotImplementedError

    async def reset(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


def _keep(rows: Sequence[Row]) -> Steps[None]:
    yield from ()
    return [None] * len(rows)


@pytest.fixture
def backend() -> _Backend:
    return _Backend()


@pytest_asyncio.fixture
async def writer(backend: _Backend) -> AsyncIterator[Writer]:
    clock = SystemClock()
    writer = Writer(backend, clock, StorageTroubleReporter(print), QueryTimes(clock))
    yield writer
    await writer.close(0.0)


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _callers(writer: Writer, count: int) -> list[asyncio.Task[Sequence[None]]]:
    return [asyncio.create_task(writer.write(_keep, ((n,),))) for n in range(count)]


async def _call_for_ever(writer: Writer) -> None:
    while True:
        await writer.write(_keep, ((0,),))


async def test_one_who_waits_for_each_row_has_it_committed_at_once(
    writer: Writer, backend: _Backend
) -> None:
    for number in range(1, 50):
        (caller,) = _callers(writer, 1)
        await _turns()
        assert backend.begun == [1] * number
        backend.end()
        await caller


async def test_what_comes_while_a_commit_is_under_way_goes_with_the_next(
    writer: Writer, backend: _Backend
) -> None:
    for count in (1, 4, 5):
        _callers(writer, count)
        await _turns()
    assert backend.begun == [1]
    backend.end()
    await _turns()
    assert backend.begun == [1, 9]


async def test_many_who_ask_for_more_each_time_are_committed_together_at_once(
    writer: Writer, backend: _Backend
) -> None:
    callers = [asyncio.create_task(_call_for_ever(writer)) for _ in range(20)]
    for number in range(1, 50):
        await _turns()
        assert backend.begun == [20] * number
        backend.end()
    for caller in callers:
        caller.cancel()


async def test_in_busy_times_a_commit_waits_for_more(writer: Writer, backend: _Backend) -> None:
    _callers(writer, 10)
    await _turns()
    backend.end()
    await _turns()
    later = _callers(writer, 2)
    await _turns()
    assert backend.begun == [10]
    async with asyncio.timeout(5):
        while len(backend.begun) < 2:
            await asyncio.sleep(0.001)
    backend.end()
    await asyncio.gather(*later)
    assert backend.begun == [10, 2]


async def test_where_others_come_during_most_commits_their_rows_are_gathered(
    writer: Writer, backend: _Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asks for more here: each caller comes once, as messages of many people do."""
    monkeypatch.setattr(writer_module, "_LEAST_INTERVAL", 3600.0)
    _callers(writer, 1)
    for number in range(1, 4):  # at first, the one who came meanwhile is committed at once
        await _turns()
        assert backend.begun == [1] * number
        _callers(writer, 1)
        await _turns()
        backend.end()
    await _turns()
    assert backend.begun == [1] * 3
    _callers(writer, 63)
    await _turns()
    assert backend.begun == [1, 1, 1, 64]


async def test_enough_rows_are_committed_beside_a_commit_under_way(
    writer: Writer, backend: _Backend
) -> None:
    _callers(writer, 1)
    await _turns()
    _callers(writer, 100)
    await _turns()
    assert backend.begun == [1, 100]
    _callers(writer, 100)
    await _turns()
    assert backend.begun == [1, 100]


async def test_what_nobody_waits_for_goes_with_the_next_commit(
    writer: Writer, backend: _Backend
) -> None:
    writer.write_later(_keep, ((1,),))
    await _turns()
    assert backend.begun == []
    (caller,) = _callers(writer, 1)
    await _turns()
    assert backend.begun == [2]
    backend.end()
    await caller


async def test_what_nobody_waits_for_is_stored_at_the_end_at_the_latest(
    writer: Writer, backend: _Backend
) -> None:
    writer.write_later(_keep, ((1,),))
    closing = asyncio.create_task(writer.close(5.0))
    await _turns()
    assert backend.begun == [1]
    backend.end()
    await closing


async def test_what_nobody_waits_for_is_stored_soon_by_itself(database: Database) -> None:
    messages = Messages(database)
    await messages.sent(await messages.plan(said()), 5.0)
    async with asyncio.timeout(5):
        while await messages.unsent("anna"):
            await asyncio.sleep(0.01)


async def test_an_answered_message_takes_two_commits(database: Database) -> None:
    messages = Messages(database)
    before = database.statistics().commits
    for number in range(10):
        (stored,) = await messages.store_incoming([heard(number)])
        await messages.sent(await messages.plan(said(stored.id)), 5.0)
    assert database.statistics().commits - before == 20
    await messages.settled()
    assert await messages.unsent("anna") == ()
    assert await messages.unfinished_incoming("anna") == ()
