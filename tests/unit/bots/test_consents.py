"""The consent policy: nothing is allowed that was not given, and nothing once it is taken back."""

import asyncio

from engine.bots.consent.consent_policy import ConsentPolicy
from engine.storage.chats import StoredChat
from engine.storage.database.database import Database
from engine.storage.messages.moved_chats import MovedChats
from engine.storage.peer import Peer
from engine.storage.people.agreement import Agreement, Moment
from engine.storage.people.consents import Consents, Purpose
from tests.support.clock import ManualClock

ADA, CHAT = 42, -100500


async def test_a_consent_holds_for_one_person_chat_and_purpose_until_it_is_taken_back(
    database: Database, clock: ManualClock
) -> None:
    policy = ConsentPolicy(Consents(database), clock)
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.LLM)
    assert await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    assert await policy.allows(ADA, "anna", CHAT, Purpose.LLM)
    assert not await policy.allows(ADA + 1, "anna", CHAT, Purpose.LLM)
    assert not await policy.allows(ADA, "anna", CHAT + 1, Purpose.LLM)
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.TALK)
    assert not await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    assert await policy.withdraw(ADA, "anna", CHAT, Purpose.LLM)
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.LLM)
    assert not await policy.withdraw(ADA, "anna", CHAT, Purpose.LLM)


async def test_a_consent_in_a_direct_chat_is_for_one_bot_and_in_a_group_for_all(
    database: Database, clock: ManualClock
) -> None:
    policy = ConsentPolicy(Consents(database), clock)
    assert not await policy.allows(ADA, "bora", ADA, Purpose.LLM)  # it is remembered
    await policy.give(ADA, "anna", ADA, Purpose.LLM)
    assert await policy.allows(ADA, "anna", ADA, Purpose.LLM)
    assert not await policy.allows(ADA, "bora", ADA, Purpose.LLM)
    await policy.give(ADA, "bora", ADA, Purpose.LLM)
    assert await policy.withdraw(ADA, "anna", ADA, Purpose.LLM)
    assert not await policy.allows(ADA, "anna", ADA, Purpose.LLM)
    assert await policy.allows(ADA, "bora", ADA, Purpose.LLM)

    assert not await policy.allows(ADA, "bora", CHAT, Purpose.LLM)
    assert await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    assert await policy.allows(ADA, "bora", CHAT, Purpose.LLM)
    assert await policy.withdraw(ADA, "bora", CHAT, Purpose.LLM)
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.LLM)


async def test_who_declines_in_a_group_that_has_moved_since_declines_in_the_new_one(
    database: Database, clock: ManualClock
) -> None:
    policy, there = ConsentPolicy(Consents(database), clock), -1_000_000_000_202
    await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    clock.advance(10)
    written = Moment(clock.now())  # to bora, who was offline when the group moved
    clock.advance(10)
    moved = StoredChat("anna", CHAT, "group", "Club", clock.now(), there)
    await MovedChats(database).move(moved, Peer("channel", 202))
    policy.forget()
    assert await policy.allows(ADA, "anna", there, Purpose.LLM)
    assert await policy.withdraw(ADA, "bora", CHAT, Purpose.LLM, written)
    assert not await policy.allows(ADA, "anna", there, Purpose.LLM)


async def test_the_whole_history_is_kept(database: Database, clock: ManualClock) -> None:
    policy, began = ConsentPolicy(Consents(database), clock), clock.now()
    for _ in range(2):
        await policy.give(ADA, "anna", CHAT, Purpose.LLM)
        clock.advance(10)
        await policy.withdraw(ADA, "anna", CHAT, Purpose.LLM)
        clock.advance(10)
    await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    history = [
        (one.given_at - began, one.withdrawn_at and one.withdrawn_at - began)
        for one in await Consents(database).of(ADA)
    ]
    assert history == [(0, 10), (20, 30), (40, None)]


async def test_it_is_known_without_asking_the_database_again(
    database: Database, clock: ManualClock
) -> None:
    policy = ConsentPolicy(Consents(database), clock)
    await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    await policy.allows(ADA, "anna", CHAT, Purpose.LLM)
    asked = database.statistics().total_queries
    for _ in range(100):
        assert await policy.allows(ADA, "anna", CHAT, Purpose.LLM)
    assert database.statistics().total_queries == asked


async def test_an_answer_that_is_asked_for_while_it_is_taken_back_is_no(
    database: Database, clock: ManualClock
) -> None:
    policy = ConsentPolicy(Consents(database), clock)
    await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    withdrawing = asyncio.create_task(policy.withdraw(ADA, "anna", CHAT, Purpose.LLM))
    await asyncio.sleep(0)
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.LLM)
    assert await withdrawing
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.LLM)


class SlowConsents(Consents):
    """Answers late: what it read may have changed by then."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read, self.answer = asyncio.Event(), asyncio.Event()

    async def agreement(self, person: int, account: str, chat: int, purpose: str) -> Agreement:
        given = await super().agreement(person, account, chat, purpose)
        self.read.set()
        await self.answer.wait()
        return given


async def test_what_was_read_before_a_withdrawal_is_not_remembered_after_it(
    database: Database, clock: ManualClock
) -> None:
    slow = SlowConsents(database)
    policy = ConsentPolicy(slow, clock)
    await Consents(database).give(ADA, "anna", CHAT, Purpose.LLM.value, Moment(1.0))
    asking = asyncio.create_task(policy.allows(ADA, "anna", CHAT, Purpose.LLM))
    await slow.read.wait()
    await policy.withdraw(ADA, "anna", CHAT, Purpose.LLM)
    slow.answer.set()
    await asking
    assert not await policy.allows(ADA, "anna", CHAT, Purpose.LLM)


async def test_who_gives_nothing_back_breaks_off_nothing(
    database: Database, clock: ManualClock
) -> None:
    policy = ConsentPolicy(Consents(database), clock)
    told: list[tuple[int, int]] = []
    policy.on_withdrawal(lambda person, chat: told.append((person, chat)))
    for _ in range(3):
        assert not await policy.withdraw(ADA, "anna", CHAT, Purpose.LLM)
        clock.advance(10)
    assert told == []
    await policy.give(ADA, "anna", CHAT, Purpose.LLM)
    assert await policy.withdraw(ADA, "anna", CHAT, Purpose.LLM)
    assert told == [(ADA, CHAT)]
