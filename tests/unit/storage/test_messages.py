"""Messages from their arrival to their end; the same on both databases."""

import asyncio

import msgspec

from engine.storage.database.database import Database
from engine.storage.database.schema import IncomingState
from engine.storage.messages.message import Ends, HistoryEntry, Unsent
from engine.storage.messages.messages import Messages
from engine.storage.messages.sendings import Sending, sendings
from engine.storage.people.agreement import Wrote
from tests.support.stored_samples import heard, said

_CHAT = -1001234567890123


async def test_a_message_stored_again_is_the_one_already_kept(database: Database) -> None:
    messages = Messages(database)
    (first,) = await messages.store_incoming([heard(7)])
    again, other = await messages.store_incoming([heard(7, text="edited"), heard(8)])
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert again.id == first.id
    unfinished = await messages.unfinished_incoming("anna")
    assert [one.message for one in unfinished] == [heard(7, text=heard().text), heard(8)]


async def test_the_same_message_twice_at_once_is_new_once(database: Database) -> None:
    messages = Messages(database)
    stored = await asyncio.gather(*(messages.store_incoming([heard(7)]) for _ in range(20)))
    assert sum(one.is_new for (one,) in stored) == 1
    assert len({one.id for (one,) in stored}) == 1


async def test_an_answer_goes_from_planned_to_sent_with_what_it_answers(database: Database) -> None:
    messages = Messages(database)
    (incoming,) = await messages.store_incoming([heard(7)])
    answer = said(incoming.id)
    outgoing = await messages.plan(answer)
    assert await messages.unsent("anna") == (Unsent(outgoing, answer),)
    (answering,) = await messages.unfinished_incoming("anna")
    assert answering.state is IncomingState.ANSWERING

    await messages.sent(outgoing, 5.0)
    await messages.settled()
    assert await messages.unsent("anna") == ()
    assert await messages.unfinished_incoming("anna") == ()
    (again,) = await messages.store_incoming([heard(7)])
    assert again.state is IncomingState.ANSWERED


async def test_an_answer_set_aside_leaves_what_it_answers_for_the_same_reason(
    database: Database,
) -> None:
    messages = Messages(database)
    (incoming,) = await messages.store_incoming([heard(7)])
    outgoing = await messages.plan(said(incoming.id))
    await messages.set_aside(outgoing, "expired", 5.0)
    assert await messages.unsent("anna") == ()
    assert (await messages.ends()).reasons == {"expired": 1}


async def test_an_end_is_not_overwritten(database: Database) -> None:
    messages = Messages(database)
    (incoming,) = await messages.store_incoming([heard(7)])
    outgoing = await messages.plan(said(incoming.id))
    await messages.sent(outgoing, 5.0)
    await messages.leave(incoming.id, "stopped", 6.0)
    await messages.set_aside(outgoing, "expired", 6.0)
    ends = await messages.ends()
    assert ends.states[IncomingState.ANSWERED] == 1
    assert ends.reasons == {}


async def test_every_end_is_counted_by_its_reason(database: Database) -> None:
    messages = Messages(database)
    first, _, _, _ = await messages.store_incoming(
        [heard(1), heard(2, left="from_bot"), heard(3, left="from_bot"), heard(4, at=9.0)]
    )
    await messages.leave(first.id, "no_text", 5.0)
    assert await messages.ends(since=10.0) == Ends(
        {
            IncomingState.RECEIVED: 0,
            IncomingState.ANSWERING: 0,
            IncomingState.ANSWERED: 0,
            IncomingState.LEFT: 3,
        },
        {"from_bot": 2, "no_text": 1},
    )


async def test_unsent_messages_come_back_in_the_order_they_were_planned(
    database: Database,
) -> None:
    messages = Messages(database)
    planned = [await messages.plan(said(chat=n % 3)) for n in range(10)]
    assert [unsent.id for unsent in await messages.unsent("anna")] == planned
    assert await messages.unsent("berta") == ()


async def test_history_has_both_sides_newest_last_and_not_what_was_never_sent(
    database: Database,
) -> None:
    messages = Messages(database)
    await messages.store_incoming([heard(n, at=float(n * 10), text=str(n)) for n in range(1, 4)])
    await messages.store_incoming([heard(9, chat=5, text="elsewhere"), heard(9, account="berta")])
    sent = await messages.plan(said(at=15.0, text="between"))
    await messages.sent(sent, 16.0)
    dropped = await messages.plan(said(at=26.0, text="never"))
    await messages.set_aside(dropped, "expired", 27.0)
    assert await messages.history("anna", _CHAT, 3) == (
        HistoryEntry(15.0, True, None, "between", None),
        HistoryEntry(20.0, False, 42, "2", 2),
        HistoryEntry(30.0, False, 42, "3", 3),
    )


async def test_hundreds_of_callers_share_a_commit(database: Database) -> None:
    messages = Messages(database)
    stored = await asyncio.gather(*(messages.store_incoming([heard(n)]) for n in range(700)))
    assert len({one.id for (one,) in stored}) == 700
    assert [one.id for one in await messages.unfinished_incoming("anna")] == [
        one.id for (one,) in stored
    ]
    assert database.statistics().commits < 10


async def test_text_that_no_database_can_hold_is_kept_as_far_as_it_goes(database: Database) -> None:
    messages = Messages(database)
    await messages.store_incoming([heard(1, text="a\x00b"), heard(2, text="c\ud83d")])
    history = await messages.history("anna", _CHAT, 9)
    assert [entry.text for entry in history] == ["a\ufffdb", "c?"]


async def test_lately_sent_is_what_was_sent_since_and_what_may_have_been(
    database: Database,
) -> None:
    messages = Messages(database)
    (first, *_) = await messages.store_incoming([heard(7), heard(8)])
    answers = [said(first.id), said(), said(), said()]
    sent, earlier, aside, _ = [await messages.plan(answer) for answer in answers]
    await messages.sent(earlier, 50.0)
    await messages.sent(sent, 100.0)
    await messages.set_aside(aside, "expired", 100.0)
    found = [
        one async for page in sendings(database, planned_since=0, ended_since=60) for one in page
    ]
    at = answers[0].at
    assert found == [
        Sending("anna", _CHAT, heard().sender, at, 100.0),
        Sending("anna", _CHAT, None, at, None),
    ]


async def test_a_line_of_ours_says_what_it_answers(database: Database) -> None:
    messages = Messages(database)
    passed_on = msgspec.structs.replace(heard(2, at=20.0), of_another=True)
    kept = await messages.store_incoming(
        [heard(1, at=10.0), passed_on, heard(3, at=30.0, text="/mydata")]
    )
    for one, at in zip(kept, (11.0, 21.0, 31.0), strict=True):
        await messages.plan(said(one.id, at=at))
    await messages.plan(said(at=41.0))
    ours = [one for one in await messages.history("anna", _CHAT, 20) if one.is_ours]
    assert [one.wrote for one in ours] == [
        Wrote(42, 10.0, 1),
        Wrote(42, 20.0, 2, of_another=True),
        Wrote(42, 30.0, 3),
        None,
    ]
    assert [one.is_talk for one in ours] == [True, True, False, True]
    unfinished = await messages.unfinished_incoming("anna")
    assert [one.message.of_another for one in unfinished] == [False, True, False]
