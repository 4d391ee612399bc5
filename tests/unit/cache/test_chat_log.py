"""The chat log: always what the database would say, and seldom asked of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.cache.cache import Cache
from engine.cache.chat_log import ChatLog
from engine.cache.memory import MemoryLevel
from engine.cache.policies.store import Eviction
from engine.storage.database.database import Database
from engine.storage.database.statement import Row
from engine.storage.messages.message import ChatKind, IncomingMessage, OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.peer import Peer
from engine.storage.people.person_data import PersonRecords
from tests.support.clock import ManualClock
from tests.support.servers.gateways import open_database

ADA = 42
CHAT = 7


def heard(
    number: int, *, chat: int = CHAT, text: str = "hello", at: float = 0.0
) -> IncomingMessage:
    return IncomingMessage(
        "anna",
        chat,
        number,
        ADA,
        False,
        ChatKind.DIRECT,
        text,
        False,
        Peer("user", ADA),
        at or number,
    )


def saying(number: int, *, text: str = "hi", incoming: int | None = None) -> OutgoingMessage:
    return OutgoingMessage(
        "anna", CHAT, number, text, Peer("user", ADA), number + 0.5, number + 3600.0, None, incoming
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def database(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    opened = await open_database(tmp_path, clock)
    yield opened
    await opened.close()


@pytest.fixture
def log(database: Database, clock: ManualClock) -> ChatLog:
    memory = MemoryLevel(Eviction.LRU, 100, 1 << 20, clock)
    return ChatLog(Messages(database), Cache("log", list[Any], clock=clock, memory=memory))


async def same(log: ChatLog, database: Database) -> bool:
    """Whether it tells what is stored, for every number of lines."""
    stored = Messages(database)
    return all(
        [
            await log.history("anna", CHAT, most) == await stored.history("anna", CHAT, most)
            for most in (1, 3, 50, 100, 120)
        ]
    )


async def test_what_is_written_is_in_the_lines_that_were_read_before(
    log: ChatLog, database: Database
) -> None:
    assert await same(log, database)
    for number in range(1, 130, 2):
        (kept,) = await log.store_incoming([heard(number, text=f"question {number} \ud800")])
        row = await log.plan(saying(number, text=f"answer {number}", incoming=kept.id))
        assert await same(log, database)
        await log.sent(row, number + 1.0)
    assert await same(log, database)


async def test_lines_are_read_once_and_then_known(log: ChatLog, database: Database) -> None:
    await log.history("anna", CHAT, 30)
    asked = database.statistics().total_queries
    for number in range(1, 20):
        await log.store_incoming([heard(number)])
        await log.history("anna", CHAT, 30)
    assert database.statistics().total_queries - asked == database.statistics().commits


async def test_a_message_that_is_told_again_is_one_line(log: ChatLog, database: Database) -> None:
    await log.history("anna", CHAT, 30)
    for _ in range(2):
        await log.store_incoming([heard(1), heard(2)])
    assert len(await log.history("anna", CHAT, 30)) == 2
    assert await same(log, database)


async def test_a_message_from_before_the_last_line_takes_its_place_in_time(
    log: ChatLog, database: Database
) -> None:
    await log.history("anna", CHAT, 30)
    await log.store_incoming([heard(1, at=100.0)])
    await log.plan(saying(110))
    await log.store_incoming([heard(2, at=105.0)])
    assert await same(log, database)


async def test_announcements_are_no_lines_of_a_conversation(
    log: ChatLog, database: Database
) -> None:
    await log.store_incoming([heard(1)])
    await log.history("anna", CHAT, 30)
    announcement = msgspec.structs.replace(saying(2), purpose="announcements")
    row = await log.plan(announcement)
    await log.plan(msgspec.structs.replace(saying(3, text="I say"), purpose="talk"))
    assert [line.text for line in await log.history("anna", CHAT, 2)] == ["hello", "I say"]
    assert await same(log, database)
    await log.set_aside(row, "expired", 4.0)
    assert await same(log, database)


async def test_what_is_set_aside_is_no_line_any_more(log: ChatLog, database: Database) -> None:
    await log.store_incoming([heard(1)])
    await log.history("anna", CHAT, 30)
    row = await log.plan(saying(2))
    await log.set_aside(row, "expired", 3.0)
    assert len(await log.history("anna", CHAT, 30)) == 1
    assert await same(log, database)


async def test_what_an_earlier_process_planned_and_this_one_sets_aside_is_gone_too(
    log: ChatLog, database: Database
) -> None:
    row = await Messages(database).plan(saying(2))
    assert len(await log.history("anna", CHAT, 30)) == 1
    await log.set_aside(row, "expired", 3.0)
    assert await log.history("anna", CHAT, 30) == ()


async def test_an_erased_person_is_in_no_line(log: ChatLog, database: Database) -> None:
    (first, last) = await log.store_incoming([heard(1, text="secret"), heard(2, text="/forget")])
    assert first.id < last.id
    assert "secret" in [line.text for line in await log.history("anna", CHAT, 30)]
    await PersonRecords(database).erase(ADA, last.id, 3.0)
    log.forget()
    assert "secret" not in [line.text for line in await log.history("anna", CHAT, 30)]
    assert await same(log, database)


class SlowDatabase:
    """Holds back what it has read until it may tell."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.has_read, self.may_tell = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def read(self, query: Any, *values: object) -> Any:
        rows: list[Row] = list(await self._database.read(query, *values))
        self.has_read.set()
        await self.may_tell.wait()
        return rows


Write = Callable[[ChatLog], Any]


@pytest.mark.parametrize(
    "write",
    [
        lambda log: log.store_incoming([heard(2)]),
        lambda log: log.plan(saying(2)),
        lambda log: log.set_aside(1, "expired", 3.0),
    ],
)
async def test_lines_that_were_read_before_a_write_are_not_kept_after_it(
    database: Database, clock: ManualClock, write: Write
) -> None:
    slow = SlowDatabase(database)
    memory = MemoryLevel(Eviction.LRU, 100, 1 << 20, clock)
    cache: Cache[list[Any]] = Cache("log", list[Any], clock=clock, memory=memory)
    log = ChatLog(Messages(slow), cache)  # type: ignore[arg-type]  # a database as far as a log knows
    await Messages(database).store_incoming([heard(1)])
    reading = asyncio.create_task(log.history("anna", CHAT, 30))
    await slow.has_read.wait()
    await write(log)
    slow.may_tell.set()
    await reading
    assert await same(log, database)
