"""The operator's limits: each ends an answer for a reason of its own, also after a restart."""

import datetime

import pytest

from engine.bots.limits.flood_ledger import LOG_IN, SEND, FloodLedger
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.limits.prime_hours import read_hours
from engine.bots.skip_reason import SkipReason
from engine.storage.database.database import Database
from engine.storage.flood_waits import FloodWaits
from engine.storage.messages.messages import Messages
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard, said

CHAT = heard().chat
SENDER = heard().sender

# By reason: its limit, whose answer it forbids as well, and whose it does not.
LIMITS = {
    SkipReason.BOT_HOURLY_MAXIMUM: (Maxima(bot_hourly=2), ("anna", 5, 5), ("bora", CHAT, SENDER)),
    SkipReason.CHAT_HOURLY_MAXIMUM: (Maxima(chat_hourly=2), ("anna", CHAT, 5), ("anna", 5, SENDER)),
    SkipReason.USER_HOURLY_MAXIMUM: (Maxima(user_hourly=2), ("bora", 5, SENDER), ("anna", CHAT, 5)),
    SkipReason.MESSAGES_PER_MINUTE: (Maxima(per_minute=2), ("bora", 5, 5), None),
}


@pytest.mark.parametrize("reason", LIMITS)
async def test_a_limit_forbids_what_it_is_for_and_nothing_else(
    reason: SkipReason, database: Database, clock: ManualClock
) -> None:
    maxima, forbidden, allowed = LIMITS[reason]
    limits = await Limits.load(database, maxima, clock)
    assert limits.admit("anna", CHAT, SENDER) is None
    assert limits.admit("anna", CHAT, SENDER) is None
    assert limits.admit("anna", CHAT, SENDER) is reason
    assert limits.admit(*forbidden) is reason
    if allowed:
        assert limits.admit(*allowed) is None
    clock.advance(60.0 if reason is SkipReason.MESSAGES_PER_MINUTE else 3600.0)
    assert limits.admit("anna", CHAT, SENDER) is None


@pytest.mark.parametrize("reason", LIMITS)
async def test_a_restart_forgets_no_answer(
    reason: SkipReason, database: Database, clock: ManualClock
) -> None:
    messages = Messages(database)
    for number in range(3):  # two answers sent or on their way, one set aside
        (incoming,) = await messages.store_incoming([heard(number)])
        outgoing = await messages.plan(said(incoming.id, at=clock.now()))
        if number == 0:
            await messages.sent(outgoing, clock.now())
        if number == 1:
            await messages.set_aside(outgoing, "undeliverable", clock.now())
    limits = await Limits.load(database, LIMITS[reason][0], clock)
    assert limits.admit("anna", CHAT, SENDER) is reason


async def test_without_limits_nobody_is_silenced(database: Database, clock: ManualClock) -> None:
    limits = await Limits.load(database, Maxima(), clock)
    assert {limits.admit("anna", CHAT, SENDER) for _ in range(5000)} == {None}


async def test_the_pace_in_a_group_goes_on_after_a_restart(
    database: Database, clock: ManualClock
) -> None:
    messages = Messages(database)
    for number in range(20):
        (incoming,) = await messages.store_incoming([heard(number)])
        outgoing = await messages.plan(said(incoming.id, at=clock.now()))
        await messages.sent(outgoing, clock.now())
        clock.advance(1.0)
    limits = await Limits.load(database, Maxima(), clock)
    assert limits.pause("anna", CHAT) == pytest.approx(40.0)
    assert limits.pause("bora", CHAT) == 0


async def test_a_flood_wait_ends_at_the_same_moment_after_a_restart(
    database: Database, clock: ManualClock
) -> None:
    floods = FloodLedger(FloodWaits(database), clock)
    await floods.keep("anna", SEND, 7200)
    await floods.keep("anna", SEND, 60)  # shortens nothing
    ends = clock.now() + 7200
    clock.advance(3000)
    again = FloodLedger(FloodWaits(database), clock)
    await again.load()
    assert again.left("anna", SEND) == pytest.approx(4200)
    assert again.until("anna") == ends
    clock.advance(4200)
    assert again.left("anna", SEND) <= 0
    assert again.until("anna") is None


async def test_a_flood_wait_holds_one_method_of_one_account(
    database: Database, clock: ManualClock
) -> None:
    floods = FloodLedger(FloodWaits(database), clock)
    await floods.keep("anna", SEND, 60)
    assert floods.left("anna", LOG_IN) <= 0
    assert floods.left("bora", SEND) <= 0
    assert floods.left("anna", SEND, CHAT) == 60


async def test_a_slow_chat_slows_no_other(database: Database, clock: ManualClock) -> None:
    floods = FloodLedger(FloodWaits(database), clock)
    await floods.keep("anna", SEND, 60, CHAT)
    assert floods.left("anna", SEND, CHAT) == 60
    assert floods.left("anna", SEND, 5) <= 0
    assert floods.until("anna") is None


def _at(hour: int, minute: int = 0) -> float:
    return datetime.datetime(2026, 7, 1, hour, minute, tzinfo=datetime.UTC).timestamp()


async def test_in_prime_hours_hourly_limits_grow_by_the_scale_and_shrink_back_after(
    database: Database,
) -> None:
    clock = ManualClock(_at(17, 58))
    hours = read_hours("18-23", "", "UTC", 2.0)
    limits = await Limits.load(database, Maxima(bot_hourly=2, hours=hours), clock)

    def admitted(times: int) -> int:
        return sum(limits.admit("anna", CHAT, SENDER) is None for _ in range(times))

    assert admitted(5) == 2
    clock.advance(180)  # 18:01
    assert admitted(5) == 2
    clock.advance(_at(22, 59) - clock.now())
    assert admitted(9) == 4
    clock.advance(120)  # 23:01
    assert admitted(5) == 0
    clock.advance(3600)
    assert admitted(5) == 2


async def test_in_quiet_hours_nobody_is_answered_and_nothing_is_counted(
    database: Database,
) -> None:
    clock = ManualClock(_at(23, 59))
    hours = read_hours("", "22-6:30", "UTC", 1.0)
    limits = await Limits.load(database, Maxima(bot_hourly=1, hours=hours), clock)
    assert limits.admit("anna", CHAT, SENDER) is SkipReason.QUIET_HOURS
    clock.advance(_at(6, 29) + 86400 - clock.now())
    assert limits.admit("anna", CHAT, SENDER) is SkipReason.QUIET_HOURS
    clock.advance(60)
    assert limits.admit("anna", CHAT, SENDER) is None
