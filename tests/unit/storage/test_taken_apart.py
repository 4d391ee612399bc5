"""A batch with rows that no database takes: the others are stored, and those are counted."""

import asyncio
import math
from dataclasses import replace

import pytest

from engine.storage.database.database import Database
from engine.storage.database.errors import StorageUnavailableError
from engine.storage.database.taken_apart import store_apart
from engine.storage.llm_usage import LlmUsage, Reservation, Scope, Settlement
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.messages.operation_totals import OperationTotals
from tests.support.clock import ManualClock

DAY = "2027-01-15"
TOO_MANY = 10**23


async def test_settlements_that_cannot_be_stored_hold_no_others(database: Database) -> None:
    usage = LlmUsage(database)
    whole = Settlement(0, 1, 10, 5, 0.5)
    settlements = [replace(whole, reservation=number) for number in range(1, 9)]
    settlements[2] = replace(settlements[2], prompt_tokens=TOO_MANY)
    settlements[5] = replace(settlements[5], cost=math.nan)
    for one in settlements:
        await usage.reserve(Reservation(one.reservation, DAY, "a", 1, 1, "p", 20, 20, 1.0))
    assert await usage.settle(settlements) == 2
    (fleet,) = (one for one in await usage.on(DAY) if one.scope == Scope.FLEET)
    assert (fleet.calls, fleet.prompt_tokens, fleet.cost) == (6, 60, 3.0)
    await usage.settle_abandoned()  # what was reserved for the two counts as taken
    (fleet,) = (one for one in await usage.on(DAY) if one.scope == Scope.FLEET)
    assert (fleet.calls, fleet.prompt_tokens, fleet.cost) == (8, 100, 5.0)


async def test_sums_of_operations_that_cannot_be_stored_hold_no_others(
    database: Database, clock: ManualClock
) -> None:
    totals, metrics = OperationTotals(clock), OperationMetrics(database)
    totals.add("answer", 0.5, person=1)
    totals.add("answer", 0.5, person=TOO_MANY)
    totals.add("send", math.nan)
    await totals.flush(metrics)
    await totals.flush(metrics)
    assert await metrics.on(DAY) == (OperationMetric("answer", DAY, 1, 1, 0, 0.5, 0.5),)
    assert totals.dropped == 2


async def test_a_closed_storage_refuses_no_row() -> None:
    tries = 0

    async def closed(_: object) -> None:
        nonlocal tries
        tries += 1
        raise StorageUnavailableError

    with pytest.raises(StorageUnavailableError):
        await store_apart(closed, [1, 2, 3])
    assert tries == 1


async def test_who_stops_waiting_for_a_batch_takes_nothing_apart() -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    storing = asyncio.create_task(store_apart(never, [1, 2]))
    await asyncio.sleep(0)
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
