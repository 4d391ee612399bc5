"""After a restore nobody hears an answer twice, although Telegram tells everything again."""

import asyncio
import gzip
import shutil
import time
from pathlib import Path

import pytest

from engine.bots import phrases
from engine.clock import SystemClock
from engine.language import text_in
from engine.simulator.client import LocalTelegram
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.people.consents import Purpose
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.soundness import opened_copy
from tests.support.waiting import until

SECRET = "my cat is called Tekir"


@pytest.mark.parametrize("how", ["restored", "copied by hand"])
async def test_what_telegram_tells_again_is_neither_answered_nor_kept(
    telegram: LocalTelegram, tmp_path: Path, how: str
) -> None:
    anna = await telegram.add_bot("Anna")
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    backups = Backups(location_of(None, tmp_path), tmp_path, SystemClock())
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, anna, "/agree")
        await ask(telegram, can, anna, "/agree")
        backup = (await backups.make()).file
    session, older = tmp_path / "sessions" / f"{anna.id}.session", tmp_path / "older"
    shutil.copy(session, older)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, can, anna, SECRET)
        await ask(telegram, ada, anna, "/decline")
        await ask(telegram, can, anna, "/forget yes")
    if how == "restored":
        await backups.restore(backup)
    else:
        await asyncio.to_thread(_copy, backup, tmp_path / FILE_NAME)
    older.replace(session)  # so that Telegram tells it all again
    before = await telegram.messages(sender=anna.id)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        allows = engine.services.policy.allows
        for person in (ada, can):
            assert not await allows(person.id, str(anna.id), person.id, Purpose.LLM)
        now = int(time.time())  # dates are whole seconds
        await until(lambda: int(time.time()) > now, "the next second")
        assert await ask(telegram, ada, anna, "/help") == text_in("tr", phrases.HELP)
    after = await telegram.messages(sender=anna.id)
    assert len(after) == len(before) + 1
    assert (await telegram.ledger_summary()).duplicated == 0
    with opened_copy(tmp_path / FILE_NAME) as database:
        found = database.execute("select count(*) from incoming where text = ?", (SECRET,))
        assert found.fetchone() == (0,)
        reasons = database.execute("select distinct reason from incoming where state = 3")
        assert ("restored",) in reasons.fetchall()


def _copy(backup: Path, database: Path) -> None:
    database.write_bytes(gzip.decompress(backup.read_bytes()))
