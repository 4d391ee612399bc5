"""What the fleet holds near of chats' lines is gone when people or chats want it to be."""

from typing import Any

import msgspec
import pytest

from engine.bots.consent.services import ConsentServices
from engine.cache.cache import Cache
from engine.cache.chat_log import ChatLog
from engine.cache.memory import MemoryLevel
from engine.cache.policies.store import Eviction
from engine.gates import Gates
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.storage.peer import Peer
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Purpose
from engine.telegram.updates.chat_events import ChatEvent, ChatEventKind
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard, said

ADA = 42
GROUP, SUPERGROUP = -101, -1_000_000_000_202


@pytest.fixture
def log(database: Database, clock: ManualClock) -> ChatLog:
    memory = MemoryLevel(Eviction.LRU, 100, 1 << 20, clock)
    return ChatLog(Messages(database), Cache("log", list[Any], clock=clock, memory=memory))


@pytest.fixture
def services(database: Database, clock: ManualClock, log: ChatLog) -> ConsentServices:
    return ConsentServices.build(database, Gates(), clock, messages=log)


async def test_after_a_person_asked_to_be_forgotten_no_line_of_theirs_is_told(
    log: ChatLog, services: ConsentServices
) -> None:
    secret = msgspec.structs.replace(heard(1, text="my secret"), sender=ADA, chat=ADA)
    request = msgspec.structs.replace(heard(2, text="/forget yes"), sender=ADA, chat=ADA)
    await log.store_incoming([secret, request])
    assert "my secret" in [line.text for line in await log.history("anna", ADA, 30)]
    await services.privacy.erase(
        IncomingMessage(
            "anna", ADA, 2, ADA, False, ChatKind.DIRECT, "/forget yes", False, request.peer, 2.0
        ),
    )
    assert "my secret" not in [line.text for line in await log.history("anna", ADA, 30)]


async def test_a_group_that_moved_brings_its_lines_along(
    log: ChatLog, services: ConsentServices
) -> None:
    await log.store_incoming([msgspec.structs.replace(heard(1, text="before"), chat=GROUP)])
    assert await log.history("anna", SUPERGROUP, 30) == ()
    moved = ChatEvent(
        ChatEventKind.MOVED, GROUP, "Club", moved_to=SUPERGROUP, peer=Peer("channel", 202, 7)
    )
    await services.membership.hear("anna", (moved,))
    assert [line.text for line in await log.history("anna", SUPERGROUP, 30)] == ["before"]


async def test_numbers_of_the_group_that_moved_prove_nothing_of_consents_in_the_new_one(
    log: ChatLog, services: ConsentServices
) -> None:
    before = msgspec.structs.replace(heard(5_000, text="before"), chat=GROUP, sender=ADA)
    (stored,) = await log.store_incoming([before])
    await log.plan(said(stored.id, chat=GROUP, at=before.at + 1))
    moved = ChatEvent(
        ChatEventKind.MOVED, GROUP, "Club", moved_to=SUPERGROUP, peer=Peer("channel", 202, 7)
    )
    await services.membership.hear("anna", (moved,))
    agreed = Moment(before.at, 3)  # in the same second, as the third message there
    await services.policy.give(ADA, "anna", SUPERGROUP, Purpose.LLM, agreed)
    agreement = await services.policy.agreement(ADA, "anna", SUPERGROUP, Purpose.LLM)
    theirs, ours = await log.history("anna", SUPERGROUP, 30)
    assert theirs.wrote is not None
    assert theirs.wrote == ours.wrote
    assert not agreement.covers(theirs.wrote)
