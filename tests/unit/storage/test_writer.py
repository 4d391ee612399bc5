"""How writes are grouped: nobody is told too early, and nobody can fill the memory."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import ClauseElement

from engine.clock import SystemClock
from engine.storage.database.database import Database
from engine.storage.database.sqlite.reader import SqliteReader
from engine.storage.database.statement import Row
from engine.storage.database.statistics import DatabaseStatus
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard


async def test_what_was_accepted_is_stored_when_the_database_closes(directory: Path) -> None:
    database = await open_database(None, directory, clock=SystemClock(), on_trouble=print)
    messages = Messages(database)
    writes = [asyncio.create_task(messages.store_incoming([heard(n)])) for n in range(300)]
    await asyncio.sleep(0)
    await database.close()
    ids = [stored.id for (stored,) in await asyncio.gather(*writes)]

    again = await open_database(None, directory, clock=SystemClock(), on_trouble=print)
    assert [one.id for one in await Messages(again).unfinished_incoming("anna")] == ids
    await again.close()


async def test_what_cancelled_callers_had_handed_over_is_stored_once_it_is_settled(
    database: Database,
) -> None:
    messages = Messages(database)
    writes = [asyncio.create_task(messages.store_incoming([heard(n)])) for n in range(300)]
    await asyncio.sleep(0)
    for write in writes:
        write.cancel()
    await asyncio.gather(*writes, return_exceptions=True)
    await messages.settled()
    assert len(await messages.unfinished_incoming("anna")) == 300


async def test_callers_in_several_groups_are_each_told_of_their_own(database: Database) -> None:
    messages = Messages(database)
    numbers = [n // 2 for n in range(2_000)]  # each is stored twice: one of the two is new
    stored = await asyncio.gather(*(messages.store_incoming([heard(n)]) for n in numbers))
    ids = [one.id for (one,) in stored]
    assert ids[::2] == ids[1::2]
    assert len(set(ids)) == 1_000
    assert sum(one.is_new for (one,) in stored) == 1_000
    assert database.statistics().rows_written == 2_000


async def test_callers_beyond_the_room_wait_their_turn(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.database.writer.MOST_WAITING", 10)
    messages = Messages(database)
    most = 0

    async def write(number: int) -> None:
        nonlocal most
        await messages.store_incoming([heard(number)])
        most = max(most, database.statistics().writes_waiting)

    await asyncio.gather(*(write(n) for n in range(200)))
    assert most <= 10
    assert len(await messages.unfinished_incoming("anna")) == 200


async def test_a_caller_that_goes_away_leaves_the_others_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.database.writer.MOST_WAITING", 2)
    messages = Messages(database)
    writes = [asyncio.create_task(messages.store_incoming([heard(n)])) for n in range(9)]
    await asyncio.sleep(0)
    for write in writes[1:8]:
        write.cancel()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert not isinstance(results[0], BaseException)
    assert not isinstance(results[8], BaseException)


async def test_reads_go_on_beside_a_write(database: Database) -> None:
    messages = Messages(database)
    write = asyncio.create_task(messages.store_incoming([heard(n) for n in range(5_000)]))
    await asyncio.sleep(0)
    assert len(await messages.history("anna", 1, 20)) == 0
    assert len(await write) == 5_000


async def test_slow_queries_are_counted_and_logged_without_their_values(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.storage.database.statistics.SLOW", -1.0)
    await Messages(database).unfinished_incoming("very secret")
    assert database.statistics().slow_queries == 1
    assert "FROM incoming" in caplog.text
    assert "very secret" not in caplog.text


async def test_no_sql_is_written_out_anew_for_a_slow_query(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = Messages(database)
    await messages.history("anna", 1, 20)
    monkeypatch.setattr("engine.storage.database.statistics.SLOW", -1.0)
    monkeypatch.setattr(ClauseElement, "compile", None)
    await messages.history("anna", 1, 20)
    assert database.statistics().slow_queries == 1


async def test_the_status_is_degraded_while_one_query_in_twenty_is_slow(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(*_: object) -> list[Row]:
        clock.advance(0.2)
        return []

    assert database.statistics().status is DatabaseStatus.HEALTHY
    monkeypatch.setattr(SqliteReader, "read", read)
    await Messages(database).history("anna", 1, 20)
    assert database.statistics().status is DatabaseStatus.DEGRADED
    clock.advance(61)
    assert database.statistics().status is DatabaseStatus.HEALTHY


_WRITE_FOR_EVER = """
import asyncio, itertools, sys
from pathlib import Path
from engine.clock import SystemClock
from engine.storage.opening import open_database
from engine.storage.database.sqlite.reader import SqliteReader
from engine.storage.messages.messages import Messages
from tests.support.stored_samples import heard

async def main():
    database = await open_database(
        None, Path(sys.argv[1]), clock=SystemClock(), on_trouble=print)
    messages, numbers = Messages(database), itertools.count(1)
    async def write():
        while True:
            number = next(numbers)
            await messages.store_incoming([heard(number)])
            print(number, flush=True)
    await asyncio.gather(*(write() for _ in range(20)))

asyncio.run(main())
"""


async def test_no_confirmed_row_is_lost_when_the_process_is_killed(directory: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITE_FOR_EVER, directory], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    confirmed = [int(process.stdout.readline()) for _ in range(500)]
    os.kill(process.pid, signal.SIGKILL)
    confirmed += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()

    database = await open_database(None, directory, clock=SystemClock(), on_trouble=print)
    kept = {one.message.message for one in await Messages(database).unfinished_incoming("anna")}
    await database.close()
    assert set(confirmed) <= kept
