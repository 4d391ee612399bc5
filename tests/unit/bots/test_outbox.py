"""Messages leave at the pace Telegram asks for, and wait exactly as long as it says."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.chat_queues import ChatQueues
from engine.bots.messages.outbox import Outbox
from engine.bots.skip_reason import SkipReason
from engine.storage.database.database import Database
from engine.storage.messages.message import OutgoingMessage
from engine.telegram.faults import (
    ConnectionLostError,
    FloodWaitError,
    SlowModeError,
)
from tests.support.clock import ManualClock
from tests.unit.bots.sending import GROUP, Telegram, message, outbox, play


@pytest.fixture
async def limits(database: Database, clock: ManualClock) -> Limits:
    return await Limits.load(database, Maxima(), clock)


async def send_all(box: Outbox, messages: Iterable[OutgoingMessage]) -> None:
    """In order within a chat, as the bots do."""
    queues = ChatQueues(10_000)

    async def send(one: OutgoingMessage) -> None:
        await box.send(one)

    for one in messages:
        await queues.add(one.chat, lambda one=one: send(one))  # type: ignore[misc]  # it binds
    await queues.drained()


def most_within(times: Iterable[float], span: float) -> int:
    """How many of them fall into any one span, its end not included."""
    ordered = sorted(times)
    return max(sum(start <= time < start + span - 1e-6 for time in ordered) for start in ordered)


async def test_a_group_hears_twenty_a_minute_in_order_and_holds_no_other_chat_up(
    limits: Limits, clock: ManualClock
) -> None:
    telegram = Telegram(clock, seconds=0.1)
    began = clock.now()
    crowd = [message(clock, f"{number:02}", GROUP) for number in range(45)]
    box = outbox(telegram, limits, clock)
    await play(clock, send_all(box, [*crowd, message(clock, "aside", chat=7)]))
    aside = telegram.arrived.pop("aside")
    assert aside - began < 1.0
    assert sorted(telegram.arrived) == list(telegram.arrived)  # in order
    times = telegram.arrived.values()
    assert most_within(times, 60.0) == 20
    assert most_within(times, 1.0) == 1
    assert max(times) - began < 2 * 62.1 + 6  # and no slower than that


async def test_a_person_hears_one_a_second(limits: Limits, clock: ManualClock) -> None:
    telegram = Telegram(clock, seconds=0.1)
    began = clock.now()
    crowd = [message(clock, str(number), 7) for number in range(30)]
    await play(clock, send_all(outbox(telegram, limits, clock), crowd))
    assert most_within(telegram.arrived.values(), 1.0) == 1
    assert max(telegram.arrived.values()) - began < 30 * 1.1 + 0.1


async def test_a_bot_sends_thirty_a_second_over_all_chats_and_its_neighbour_as_many(
    limits: Limits, clock: ManualClock
) -> None:
    anna, bora = Telegram(clock), Telegram(clock)
    began = clock.now()
    await play(
        clock,
        *(
            send_all(
                outbox(telegram, limits, clock),
                [message(clock, str(chat), chat, account) for chat in range(1, 91)],
            )
            for account, telegram in (("anna", anna), ("bora", bora))
        ),
    )
    for telegram in (anna, bora):
        assert most_within(telegram.arrived.values(), 1.0) == 30
        assert max(telegram.arrived.values()) - began == pytest.approx(2.0, abs=0.01)


async def _sent_after_an_interruption(
    telegram: Telegram, limits: Limits, clock: ManualClock, interrupt: Callable[[], None]
) -> None:
    """90 chats want an answer; when they have done what they can, it is 30 s later."""
    crowd = [message(clock, str(chat), chat) for chat in range(1, 91)]
    sending = asyncio.create_task(send_all(outbox(telegram, limits, clock), crowd))
    for _ in range(300):
        await asyncio.sleep(0)
    clock.advance(30)
    interrupt()
    await play(clock, sending)


async def test_after_an_outage_what_waited_does_not_leave_at_once(
    limits: Limits, clock: ManualClock
) -> None:
    telegram = Telegram(clock)
    telegram.online.clear()
    await _sent_after_an_interruption(telegram, limits, clock, telegram.online.set)
    assert most_within(telegram.arrived.values(), 1.0) == 30


async def test_a_stalled_program_does_not_make_up_for_lost_time(
    limits: Limits, clock: ManualClock
) -> None:
    telegram = Telegram(clock)
    await _sent_after_an_interruption(telegram, limits, clock, lambda: None)
    assert most_within(telegram.arrived.values(), 1.0) == 30


async def test_a_flood_wait_delays_one_bot_to_the_second(
    limits: Limits, clock: ManualClock
) -> None:
    anna, bora = Telegram(clock, FloodWaitError(300)), Telegram(clock)
    began = clock.now()
    await play(
        clock,
        outbox(anna, limits, clock).send(message(clock, "a", 7)),
        outbox(bora, limits, clock).send(message(clock, "b", 7, "bora")),
    )
    assert bora.arrived["b"] == began
    assert anna.arrived["a"] == pytest.approx(began + 300, abs=0.001)
    assert anna.calls == 2


async def test_what_stands_in_line_when_a_flood_wait_begins_waits_too(
    limits: Limits, clock: ManualClock
) -> None:
    telegram = Telegram(clock, FloodWaitError(300), seconds=0.1)
    began = clock.now()
    crowd = [message(clock, str(chat), chat) for chat in range(1, 91)]
    await play(clock, send_all(outbox(telegram, limits, clock), crowd))
    later = [time for time in telegram.arrived.values() if time > began + 0.2]
    assert len(later) == 61  # all but those that were under way
    assert min(later) >= began + 300 - 0.001


async def test_slow_mode_delays_its_chat_alone(limits: Limits, clock: ManualClock) -> None:
    telegram = Telegram(clock, SlowModeError(30))
    box = outbox(telegram, limits, clock)
    began = clock.now()
    slow = asyncio.create_task(box.send(message(clock, "slow", GROUP)))
    while not telegram.calls:
        await asyncio.sleep(0)
    await play(clock, slow, box.send(message(clock, "other", 7)))
    assert telegram.arrived["other"] == began
    assert telegram.arrived["slow"] == pytest.approx(began + 30, abs=0.001)


async def test_a_message_that_must_wait_too_long_expires_when_it_does(
    limits: Limits, clock: ManualClock
) -> None:
    telegram = Telegram(clock, FloodWaitError(7200))
    began = clock.now()
    (reason,) = await play(
        clock, outbox(telegram, limits, clock).send(message(clock, "a", 7, life=600))
    )
    assert reason is SkipReason.EXPIRED
    assert clock.now() == pytest.approx(began + 600, abs=0.001)
    assert telegram.calls == 1


async def test_a_repetition_keeps_the_pace_too(limits: Limits, clock: ManualClock) -> None:
    """After a broken connection nobody knows whether the message arrived."""
    telegram = Telegram(clock, ConnectionLostError())
    began = clock.now()
    await play(clock, outbox(telegram, limits, clock).send(message(clock, "a", 7)))
    assert telegram.arrived["a"] == pytest.approx(began + 1, abs=0.001)
