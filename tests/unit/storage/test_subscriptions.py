"""What chats asked for, and how it follows a group that becomes a supergroup; on both databases."""

import asyncio

from engine.storage.announcements import Announcement, Announcements
from engine.storage.chats import Chats, StoredChat
from engine.storage.database.database import Database
from engine.storage.messages.messages import Messages
from engine.storage.messages.moved_chats import MovedChats
from engine.storage.peer import Peer
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.subscriptions import SubscriptionRecords
from tests.support.stored_samples import heard, said

OLD, NEW = -101, -1_000_000_000_202
THERE = Peer("channel", 202, 77)


async def begin(
    subscriptions: SubscriptionRecords,
    chat: int = OLD,
    account: str = "anna",
    purpose: Purpose = Purpose.ANNOUNCEMENTS,
    by: int | None = 42,
) -> bool:
    return await subscriptions.begin(
        account, chat, purpose, title="g", peer=Peer("chat", 101), by=by, at=1.0, confirmed=True
    )


async def test_a_chat_has_one_open_subscription_for_each_purpose_and_its_past_is_kept(
    database: Database,
) -> None:
    subscriptions = SubscriptionRecords(database)
    assert await begin(subscriptions)
    assert not await begin(subscriptions)
    assert await begin(subscriptions, purpose=Purpose.TALK)
    assert await begin(subscriptions, account="bora")
    ended = await subscriptions.end("anna", OLD, Purpose.ANNOUNCEMENTS, reason="x", at=2.0)
    assert ended == 1
    assert not await subscriptions.is_active("anna", OLD, Purpose.ANNOUNCEMENTS)
    assert await subscriptions.is_active("anna", OLD, Purpose.TALK)
    assert await subscriptions.is_active("bora", OLD, Purpose.ANNOUNCEMENTS)
    assert await begin(subscriptions)
    assert len(await subscriptions.filter()) == 4
    latest = await subscriptions.latest(Purpose.ANNOUNCEMENTS)
    assert [(one.account, one.ended_at) for one in latest] == [("anna", None), ("bora", None)]
    assert await subscriptions.end("anna", OLD, None, reason="removed", at=3.0) == 2


async def test_only_one_of_two_that_begin_at_once_does(database: Database) -> None:
    subscriptions = SubscriptionRecords(database)
    began = await asyncio.gather(*(begin(subscriptions) for _ in range(9)), return_exceptions=True)
    assert began.count(True) == 1
    assert len(await subscriptions.filter()) == 1


async def test_a_pause_is_no_end(database: Database) -> None:
    subscriptions = SubscriptionRecords(database)
    await begin(subscriptions)
    assert await subscriptions.pause("anna", OLD, Purpose.ANNOUNCEMENTS, 2.0)
    assert not await subscriptions.is_active("anna", OLD, Purpose.ANNOUNCEMENTS)
    assert not await begin(subscriptions)  # and it cannot be got round
    assert await subscriptions.pause("anna", OLD, Purpose.ANNOUNCEMENTS, None)
    assert await subscriptions.is_active("anna", OLD, Purpose.ANNOUNCEMENTS)
    assert not await subscriptions.pause("anna", NEW, Purpose.ANNOUNCEMENTS, 2.0)


async def test_all_that_belongs_to_a_group_moves_with_it_however_often_it_is_told(
    database: Database,
) -> None:
    subscriptions, consents = SubscriptionRecords(database), Consents(database)
    await begin(subscriptions)
    await subscriptions.pause("anna", OLD, Purpose.ANNOUNCEMENTS, 2.0)
    await begin(subscriptions, purpose=Purpose.TALK)
    await begin(subscriptions, account="bora")
    await consents.give(42, "anna", OLD, "llm", Moment(1.0))
    await consents.withdraw(42, "anna", OLD, "llm", Moment(2.0))
    await consents.give(42, "anna", OLD, "llm", Moment(3.0))
    await Announcements(database).put(Announcement(1, "anna", OLD, "Hi", 1.0))
    moved = StoredChat("anna", OLD, "group", "g", 9.0, NEW)
    for _ in range(3):
        await MovedChats(database).move(moved, THERE)
    of_anna = await subscriptions.filter(subscriptions.table.c.account == "anna")
    assert {(one.chat, one.peer, one.ended_at) for one in of_anna} == {(NEW, THERE, None)}
    assert [one.paused_at for one in of_anna] == [2.0, None]
    assert await subscriptions.is_active("bora", OLD, Purpose.ANNOUNCEMENTS)  # not told yet
    assert await consents.is_given(42, "anna", NEW, "llm")
    assert [one.chat for one in await consents.of(42)] == [NEW, NEW]
    assert [one.chat for one in await Announcements(database).filter()] == [NEW]
    assert await Chats(database).successor("anna", OLD) == NEW
    await MovedChats(database).move(StoredChat("bora", OLD, "group", "g", 9.0, NEW), THERE)
    assert await subscriptions.is_active("bora", NEW, Purpose.ANNOUNCEMENTS)


async def test_a_group_that_asked_again_before_its_move_was_told_asks_once(
    database: Database,
) -> None:
    subscriptions = SubscriptionRecords(database)
    await begin(subscriptions)
    await begin(subscriptions, chat=NEW)
    await MovedChats(database).move(StoredChat("anna", OLD, "group", "g", 9.0, NEW), THERE)
    (one,) = await subscriptions.open(Purpose.ANNOUNCEMENTS)
    assert one.chat == NEW


async def test_an_announcement_that_was_dropped_was_not_the_last_one_heard(
    database: Database,
) -> None:
    announcements, messages = Announcements(database), Messages(database)
    assert await announcements.last_heard("anna", NEW) is None
    for at, text in enumerate(("heard", "dropped")):
        row = await announcements.plan(said(chat=NEW, text=text, at=float(at)), subscription=1)
        if text == "dropped":
            await messages.set_aside(row, "expired", 9.0)
        else:
            await messages.sent(row, 9.0)
    assert await announcements.last_heard("anna", NEW) == "heard"
    await announcements.plan(said(chat=NEW, text="on its way", at=5.0), subscription=1)
    assert await announcements.last_heard("anna", NEW) == "on its way"


async def test_what_waits_to_be_sent_goes_where_the_group_went_and_history_reads_on(
    database: Database,
) -> None:
    messages = Messages(database)
    for number in range(3):
        await messages.store_incoming([heard(number, chat=OLD, text=f"old {number}")])
    planned = await messages.plan(said(chat=OLD, at=1_800_000_002.0))
    await MovedChats(database).move(StoredChat("anna", OLD, "group", "g", 9.0, NEW), THERE)
    (unsent,) = await messages.unsent("anna")
    assert (unsent.id, unsent.message.chat, unsent.message.peer) == (planned, NEW, THERE)
    assert unsent.message.reply_to is None
    await messages.store_incoming([heard(1, chat=NEW, text="new", at=1_800_000_003.0)])
    history = await messages.history("anna", NEW, 4)
    assert [line.text for line in history] == ["old 1", "old 2", "Merhaba", "new"]
