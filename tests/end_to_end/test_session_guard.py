"""What an engine does at its start with sessions that dead owners left behind."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.waiting import until

# Leaves half a transaction in the file and its journal beside it.
_TORN = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("pragma cache_size = 2")
db.execute("begin immediate")
db.execute("update sessions set auth_key = zeroblob(256)")
db.executemany("insert into entities values (?, 1, null, null, hex(randomblob(200)), 1)",
               ((i,) for i in range(10_000, 10_300)))
os._exit(9)
"""


def tear(session: Path) -> Path:
    """Kill a writer in mid-transaction; the journal it leaves."""
    subprocess.run([sys.executable, "-I", "-S", "-c", _TORN, str(session)], check=False)
    journal = session.with_name(session.name + "-journal")
    assert journal.stat().st_size > 512
    return journal


async def test_a_bot_whose_session_was_torn_goes_on_with_the_same_login(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    session = tmp_path / "sessions" / f"{bot.id}.session"
    for torn in (False, True, True):
        if torn:
            journal = tear(session)
        async with running_engine(telegram, [bot], tmp_path) as engine:
            await until_fleet(engine, all_online)
    assert not journal.exists()
    assert len(list((session.parent / "backup").rglob("*.session-journal"))) == 2
    assert (await telegram.ledger_summary()).logins == 1


async def test_a_bot_whose_session_is_beyond_repair_logs_in_anew(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    session = tmp_path / "sessions" / f"{bot.id}.session"
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
    ruined = os.urandom(session.stat().st_size)
    session.write_bytes(ruined)
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
    (kept,) = (session.parent / "set_aside").rglob("*.session")
    assert kept.read_bytes() == ruined
    assert (await telegram.ledger_summary()).logins == 2


async def test_what_others_left_behind_is_repaired_after_five_minutes_and_not_before(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    journals = {}
    for name, age in (("old", 301), ("new", 200)):
        session = tmp_path / "sessions" / f"{name}.session"
        session.parent.mkdir(exist_ok=True)
        with sqlite3.connect(session) as database:
            database.execute("create table sessions (auth_key blob)")
            database.execute("insert into sessions values (randomblob(256))")
            database.execute("create table entities (id integer primary key, a, b, c, d, e)")
        database.close()
        journals[name] = tear(session)
        written = time.time() - age
        os.utime(journals[name], (written, written))
    async with running_engine(telegram, [], tmp_path):
        await until(lambda: not journals["old"].exists(), "the repair")
    assert journals["new"].exists()
