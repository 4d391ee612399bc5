"""Telegram's limits and the operator's, on a local Telegram that notes every call too early."""

import math
import signal
import time
from itertools import pairwise
from pathlib import Path

from engine.bots.connection.state import BotPhase
from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from engine.storage.locations.by_url import FILE_NAME
from tests.support.engine_lives import EngineLives, Order
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.kill_points import RANDOM
from tests.support.soundness import opened_beside
from tests.support.waiting import until

SEND, LOG_IN = "messages.sendMessage", "auth.importBotAuthorization"
WAIT = 3.0  # s, where a start takes less


async def test_a_flood_wait_goes_on_through_a_restart_and_holds_only_its_bot(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = [await telegram.add_bot("Anna"), await telegram.add_bot("Bora")]
    ada = await telegram.add_person("Ada")
    starting = time.monotonic()
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        wait = math.ceil(max(WAIT, 5 * (time.monotonic() - starting)))  # a restart fits in
        await telegram.add_fault(
            FaultKind.FLOOD_WAIT, method=SEND, account=bots[0], times=1, seconds=wait
        )
        began = time.time()
        await telegram.write(ada, bots[0], "hello")
        shown = await until(lambda: engine.snapshot().bots[0].flood_until, "a flood wait shown")
    async with running_engine(telegram, bots, tmp_path) as engine:
        assert engine.snapshot().bots[0].flood_until == shown
        await until_fleet(engine, all_online)
        await telegram.write(ada, bots[1], "hello")
        (held,) = (await telegram.wait_for("answered", 1)).unanswered
        assert held.bot == bots[0].id
        assert engine.snapshot().bots[0].flood_until == shown
        summary = await telegram.wait_for("answered", 2, within=2 * wait)
        assert time.time() >= began + wait
        await until(lambda: engine.snapshot().bots[0].flood_until is None, "its end shown")
    assert (summary.floods, summary.floods_ignored) == (1, 0)
    assert summary.duplicated == 0
    assert summary.methods[SEND] == 3


async def test_flood_waits_outlive_kill_9(telegram: LocalTelegram, tmp_path: Path) -> None:
    """Of one bot that logs in for the first time, and of one that sends."""
    data = tmp_path / "data"
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")

    def waits() -> list[str]:
        with opened_beside(data / FILE_NAME) as database:
            return [method for (method,) in database.execute("select method from flood_waits")]

    async with EngineLives(tmp_path / "errors.log") as lives:
        life = await lives.start(Order(data, telegram.settings([anna]), RANDOM))
        assert await life.all_online(1)
        bora = await telegram.add_bot("Bora")
        await life.signal(signal.SIGKILL)
        for method in (SEND, LOG_IN):
            await telegram.add_fault(FaultKind.FLOOD_WAIT, method=method, times=1, seconds=WAIT)
        began = time.time()
        await telegram.write(ada, anna, "hello")
        order = Order(data, telegram.settings([anna, bora]), RANDOM)
        life = await lives.start(order)
        assert await life.all_online(1)
        await until(lambda: sorted(waits()) == [LOG_IN, SEND], "both waits stored")
        await life.signal(signal.SIGKILL)
        life = await lives.start(order)
        assert await life.all_online(2)
        assert life.online[str(bora.id)] >= began + WAIT
        await telegram.write(ada, bora, "hello")
        summary = await telegram.wait_for("answered", 2)
        assert time.time() >= began + WAIT
        await life.signal(signal.SIGTERM)
    assert (summary.floods, summary.floods_ignored) == (2, 0)
    assert summary.duplicated == 0
    assert (summary.methods[LOG_IN], summary.methods[SEND]) == (3, 3)


async def test_a_chat_hears_one_message_a_second_and_another_does_not_wait_for_it(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Anna")
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        for number in range(3):
            asked = await telegram.write(ada, bot, f"question {number}")
        aside = await telegram.write(can, bot, "hello")
        await telegram.wait_for("answered", 4)
    answers = await telegram.messages(sender=bot.id)
    times = [answer.at for answer in answers if answer.chat == asked.chat]
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(times))
    assert times[-1] - times[0] < 4.0  # not two seconds each
    (other,) = (answer.at for answer in answers if answer.chat == aside.chat)
    assert other < times[-1]  # it does not come last, as it was written


async def test_an_operators_limit_leaves_a_message_for_its_name_and_holds_after_a_restart(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    limit = {"CHAT_HOURLY_MAXIMUM": 1}
    for messages, answered in ((2, 1), (1, 0)):
        async with running_engine(telegram, [bot], tmp_path, **limit) as engine:
            await until_fleet(engine, all_online)
            for _ in range(messages):
                last = await telegram.write(ada, bot, "hello")
            unanswered = await until(lambda: engine.snapshot().unanswered, "one left")
            assert unanswered == {"chat_hourly_maximum": 1}
            assert engine.snapshot().fleet.answered == answered
            reason = await engine.why_unanswered(str(bot.id), last.chat, last.ids[bot.id])
            assert reason == "chat_hourly_maximum"


async def test_a_login_that_must_wait_says_until_when(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Anna")
    await telegram.add_fault(FaultKind.FLOOD_WAIT, method=LOG_IN, times=1, seconds=7200)
    began = time.time()
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, lambda bots: bots[0].phase is BotPhase.RETRYING)
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, lambda bots: bots[0].phase is BotPhase.RETRYING)
        state = engine.snapshot().bots[0]
    assert state.retry_at is not None
    assert began + 7200 <= state.retry_at <= time.time() + 7200
    assert (await telegram.ledger_summary()).methods[LOG_IN] == 1
