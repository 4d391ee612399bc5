"""A chat's lines loaded ahead of being asked for are as true as those that were asked for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.cache.chat_log import ChatLog
from engine.cache.named import NamedCaches, Sizes
from engine.storage.messages.message import HistoryEntry
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard

CHAT = -1001234567890123
KEY = f"0:anna:{CHAT}"


@pytest.fixture
async def caches(tmp_path: Path) -> AsyncIterator[NamedCaches[int]]:
    caches = await NamedCaches.open(Sizes(1 << 20, 0), int, tmp_path, ManualClock())
    yield caches
    await caches.close()


@pytest.fixture
async def log(tmp_path: Path, caches: NamedCaches[int]) -> AsyncIterator[ChatLog]:
    database = await open_database(None, tmp_path, clock=ManualClock(), on_trouble=lambda _: None)
    yield ChatLog(Messages(database), caches.log)
    await database.close()


def texts(lines: tuple[HistoryEntry, ...] | list[HistoryEntry]) -> list[str]:
    return [line.text for line in lines]


async def test_it_is_what_history_would_read(log: ChatLog, caches: NamedCaches[int]) -> None:
    await log.store_incoming([heard(1, text="one")])
    asked: list[str] = []
    caches.log.on_access = asked.append
    await log.history("anna", CHAT, 5)
    assert asked == [KEY]
    assert texts(await log.load(KEY)) == ["one"]


async def test_it_is_not_kept_if_it_changes_meanwhile(log: ChatLog) -> None:
    async def stored() -> None:
        await log.store_incoming([heard(1, text="one")])

    async def forgotten() -> None:
        log.forget()

    for change in (stored, forgotten):
        loading = asyncio.gather(log.load(KEY), return_exceptions=True)
        await asyncio.sleep(0)  # it reads
        await change()
        (outcome,) = await loading
        assert isinstance(outcome, LookupError)
