"""Operations are summed in memory and reach the database once a minute, each once."""

import asyncio
from pathlib import Path

import pytest

from engine.storage.database.database import Database
from engine.storage.database.schema import NOBODY
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.messages.operation_totals import OperationTotals
from engine.storage.opening import open_database
from tests.support.clock import ManualClock

_DAY = "2027-01-15"


async def test_a_minutes_operations_are_added_together_once(
    database: Database, clock: ManualClock
) -> None:
    totals, metrics = OperationTotals(clock), OperationMetrics(database)
    running = asyncio.create_task(totals.run(metrics))
    for minute in (1, 2):
        while clock.next_wake is None:
            await asyncio.sleep(0)
        totals.add("answer", 0.5, person=7)
        totals.add("answer", 1.0, person=7, failed=True)
        totals.add("send", 0.25)
        clock.advance(60)
        while sum(one.count for one in await metrics.on(_DAY)) < 3 * minute:
            await asyncio.sleep(0)
    while clock.next_wake is None:
        await asyncio.sleep(0)
    running.cancel()
    assert await metrics.on(_DAY) == (
        OperationMetric("answer", _DAY, 7, 4, 2, 3.0, 1.0),
        OperationMetric("send", _DAY, NOBODY, 2, 0, 0.5, 0.25),
    )


async def test_an_operation_counts_for_the_day_it_ended_on(
    database: Database, clock: ManualClock
) -> None:
    totals, metrics = OperationTotals(clock), OperationMetrics(database)
    totals.add("answer", 0.5)
    clock.advance(86_400)
    totals.add("answer", 0.5)
    await totals.flush(metrics)
    assert [one.day for one in await metrics.filter()] == [_DAY, "2027-01-16"]


async def test_what_is_beyond_the_room_is_counted_as_nobodys(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.messages.operation_totals._MOST", 3)
    totals, metrics = OperationTotals(clock), OperationMetrics(database)
    for person in range(1, 9):
        totals.add("answer", 0.5, person=person)
    await totals.flush(metrics)
    counts = {one.person: one.count for one in await metrics.on(_DAY)}
    assert counts == {1: 1, 2: 1, 3: 1, NOBODY: 5}


async def test_what_was_done_for_a_person_who_is_erased_is_not_stored(
    database: Database, clock: ManualClock
) -> None:
    totals, metrics = OperationTotals(clock), OperationMetrics(database)
    totals.add("answer", 0.5, person=7)
    totals.add("answer", 0.5, person=8)
    await totals.erase(7)
    await totals.flush(metrics)
    assert [one.person for one in await metrics.on(_DAY)] == [8]


async def test_what_cannot_be_stored_is_kept_and_added_to(
    database: Database, directory: Path, clock: ManualClock
) -> None:
    totals = OperationTotals(clock)
    totals.add("answer", 0.5)
    await database.close()
    await totals.flush(OperationMetrics(database))
    totals.add("answer", 2.0)
    again = await open_database(None, directory, clock=clock, on_trouble=print)
    await totals.flush(OperationMetrics(again))
    (found,) = await OperationMetrics(again).on(_DAY)
    await again.close()
    assert (found.count, found.seconds, found.slowest) == (2, 2.5, 2.0)
