"""Reading a SQLite file: who goes away meanwhile, and what is left at the end."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.clock import SystemClock
from engine.storage.database.database import Database
from engine.storage.database.opened_file import OpenedFile
from engine.storage.database.sqlite.backend import connect
from engine.storage.database.sqlite.reader import SqliteReader
from engine.storage.database.statement import Query
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from tests.support.stored_samples import heard

_LONG = Query(
    text(
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted LIMIT 300000)"
        " SELECT count(*) FROM counted"
    ),
    (),
)


async def test_readers_that_go_away_leave_the_connection_to_the_others(database: Database) -> None:
    messages = Messages(database)
    await database.read(_LONG)
    readers = [asyncio.create_task(database.read(_LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    await messages.store_incoming([heard(1)])
    assert len(await messages.unfinished_incoming("anna")) == 1
    assert database.statistics().connections.in_use == 0


async def test_readers_that_go_away_while_it_opens_do_not_keep_it_closed(
    database: Database,
) -> None:
    await database.reset()
    first = asyncio.create_task(database.read(_LONG))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert [tuple(row) for row in await database.read(_LONG)] == [(300_000,)]


async def test_a_closed_database_leaves_no_thread(directory: Path) -> None:
    before = set(threading.enumerate())
    database = await open_database(None, directory, clock=SystemClock(), on_trouble=print)
    await Messages(database).unfinished_incoming("anna")
    named = "_connection_worker", "storage writer"
    own = [
        one
        for one in set(threading.enumerate()) - before
        if any(name in one.name for name in named)
    ]
    assert len(own) == 2
    await database.close()
    for thread in own:
        await asyncio.to_thread(thread.join, 5.0)
    assert not any(thread.is_alive() for thread in own)


def test_a_file_that_cannot_be_opened_leaves_no_thread_behind_the_loop(tmp_path: Path) -> None:
    """A thread that tells a loop which is closed by then would say so on the terminal."""
    file = tmp_path / "gavatcore.db"
    (tmp_path / "elsewhere").touch()
    file.symlink_to(tmp_path / "elsewhere")
    before = set(threading.enumerate())

    async def read() -> None:
        with pytest.raises(Exception, match=r"gavatcore\.db"):
            await SqliteReader(OpenedFile(file), connect).read(_LONG, ())

    asyncio.run(read())
    assert not [one for one in set(threading.enumerate()) - before if "connection" in one.name]
