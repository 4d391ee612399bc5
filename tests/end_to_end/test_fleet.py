"""Real bots on a local Telegram: they answer, and survive what goes wrong."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.bots.connection.state import BotPhase
from engine.commands.clean_sessions import CleanSessions
from engine.engine import Engine
from engine.replies.personas.static_pool import StaticAnswer, StaticPool
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from engine.simulator.world.records import LocalBot
from engine.telegram.sessions.lock_check import LockOutcome
from engine.watch.alert import AlertRaised
from engine.watch.alert_kinds.internal_error import InternalError
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.waiting import until


async def _bots(telegram: LocalTelegram, count: int) -> list[LocalBot]:
    return [await telegram.add_bot(f"Bot {number}") for number in range(count)]


async def test_direct_messages_are_answered_and_groups_only_when_addressed(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 2)
    ada = await telegram.add_person("Ada")
    group = await telegram.add_group("Chess", [ada, *bots], administrators=[bots[0]])
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.write(ada, bots[0], "hello")
        named = await telegram.write(ada, group, f"@{bots[1].username} hello")
        overheard = await telegram.write(ada, group, "who plays tonight?")
        # bots[0] is administrator and hears everything: two messages that are not for it
        await telegram.wait_for("answered", 2)
        await telegram.wait_for("pushed", 4)
        await until(lambda: engine.snapshot().unanswered.get("not_addressed", 0) >= 2, "both left")
        summary = await telegram.ledger_summary()
        why = engine.why_unanswered
        assert await why(str(bots[0].id), group.id, overheard.message_id) == "not_addressed"
        assert await why(str(bots[1].id), group.id, named.message_id) is None
    assert summary.duplicated == 0
    async with running_engine(telegram, bots, tmp_path) as engine:  # a new process knows as much
        why = engine.why_unanswered
        assert await why(str(bots[0].id), group.id, overheard.message_id) == "not_addressed"


async def test_a_refused_bot_does_not_hold_the_others_back(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 2)
    wrong = LocalBot(999, "Nobody", "nobody_bot", "999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, [wrong, *bots], tmp_path) as engine:
        await until_fleet(
            engine,
            lambda states: (
                [bot.phase for bot in states]
                == [BotPhase.REFUSED, BotPhase.ONLINE, BotPhase.ONLINE]
            ),
        )
        refused = engine.snapshot().bots[0]
        await telegram.write(ada, bots[1], "hello")
        await telegram.wait_for("answered", 1)
    assert refused.problem == "The token is wrong: copy it again from @BotFather."


async def test_a_revoked_session_is_shown_as_refused(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 1)
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.add_fault(FaultKind.AUTH_KEY_UNREGISTERED, method="messages.sendMessage")
        await telegram.write(ada, bots[0], "hello")
        await until_fleet(engine, lambda states: states[0].phase is BotPhase.REFUSED)
        assert engine.snapshot().bots[0].problem == "Telegram ended this session: log in again."


async def test_dropped_connections_lose_nothing_and_repeat_nothing(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 3)
    people = [await telegram.add_person(f"Ada {number}") for number in range(10)]
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        for kind in (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER):
            await telegram.add_fault(kind, method="messages.sendMessage", times=4)
        for number in range(2):
            for person in people:
                for bot in bots:
                    await telegram.write(person, bot, f"message {number}")
        summary = await telegram.wait_for("answered", 60, within=90)
    assert sum(summary.faults.values()) >= 8
    assert summary.duplicated == 0
    assert summary.random_ids_refused >= 1  # a repeat after the effect, dropped by Telegram


async def test_a_flood_wait_is_obeyed_to_the_second(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 1)
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.add_fault(
            FaultKind.FLOOD_WAIT, method="messages.sendMessage", times=1, seconds=2
        )
        began = time.monotonic()
        await telegram.write(ada, bots[0], "hello")
        summary = await telegram.wait_for("answered", 1)
    assert time.monotonic() - began >= 2
    assert summary.floods_ignored == 0
    assert summary.duplicated == 0


async def test_a_flood_wait_holds_no_other_bot_back(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 2)
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.add_fault(
            FaultKind.FLOOD_WAIT, method="messages.sendMessage", account=bots[0], seconds=3600
        )
        await telegram.write(ada, bots[0], "hello")
        await until(lambda: engine.snapshot().bots[0].flood_until, "a flood wait shown")
        await telegram.write(ada, bots[1], "hello")
        summary = await telegram.wait_for("answered", 1)
    (held,) = summary.unanswered
    assert held.bot == bots[0].id
    assert summary.floods == 1


async def test_what_arrives_while_telegram_is_away_is_answered_afterwards(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 3)
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.restart(seconds=1.0)
        for bot in bots:
            await telegram.write(ada, bot, "are you there?")
        summary = await telegram.wait_for("answered", 3)
        await until_fleet(engine, all_online)
    assert summary.duplicated == 0


@pytest.mark.parametrize("method", ["updates.getState", "updates.getDifference"])
async def test_what_is_written_while_a_bot_logs_in_for_the_first_time_is_answered(
    telegram: LocalTelegram, tmp_path: Path, method: str
) -> None:
    bot, person = await telegram.add_bot("Ada"), await telegram.add_person("Can")
    await telegram.add_fault(FaultKind.DELAY, method=method, seconds=1.0, times=1)
    async with running_engine(telegram, [bot], tmp_path):
        await telegram.wait_for("listening", 1)  # it is sent updates, and asks where they begin
        await telegram.write(person, bot, "hello")
        await telegram.wait_for("answered", 1)


async def test_a_second_start_resumes_the_sessions_and_misses_nothing(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 3)
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
    logins = (await telegram.ledger_summary()).logins
    for bot in bots:
        await telegram.write(ada, bot, "good night")
    async with running_engine(telegram, bots, tmp_path) as engine:
        summary = await telegram.wait_for("answered", 3)
    assert summary.logins == logins == 3
    assert summary.duplicated == 0


async def test_a_session_that_another_program_holds_waits_for_it(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 2)
    path = tmp_path / "sessions" / f"{bots[0].id}.session"
    path.parent.mkdir()
    program = (
        "import pathlib, sys; from engine.telegram.sessions.lock import SessionLock;"
        f"SessionLock(pathlib.Path({str(path)!r})).acquire(); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as rival:
        assert rival.stdout is not None
        assert rival.stdin is not None
        rival.stdout.readline()
        async with running_engine(telegram, bots, tmp_path) as engine:
            await until_fleet(
                engine,
                lambda states: (
                    [bot.phase for bot in states] == [BotPhase.RETRYING, BotPhase.ONLINE]
                ),
            )
            assert f"process {rival.pid}" in (engine.snapshot().bots[0].problem or "")
            checks = {check.session: check for check in await engine.command(CleanSessions())}
            rival.stdin.close()
            await until_fleet(engine, all_online)
    assert checks[str(bots[1].id)].outcome is LockOutcome.OWN


async def test_a_person_who_blocked_the_bot_is_left_alone(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 1)
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.write(ada, bots[0], "hello")
        await telegram.wait_for("answered", 1)
        await telegram.add_fault(
            FaultKind.RPC_ERROR, method="messages.sendMessage", code=400, message="USER_IS_BLOCKED"
        )
        await telegram.write(ada, bots[0], "go away")
        await until(lambda: engine.snapshot().unanswered, "it being left")
        methods = (await telegram.ledger_summary()).methods
        assert engine.snapshot().unanswered == {"undeliverable": 1}
    assert methods["messages.sendMessage"] == 2


@pytest.mark.alone
async def test_stop_takes_five_seconds_at_most_when_the_network_swallows_everything(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bots = await _bots(telegram, 5)
    ada = await telegram.add_person("Ada")
    settings = load_settings(tmp_path, **telegram.settings(bots))
    before = asyncio.all_tasks()
    engine = Engine(settings)
    await engine.start()
    await until_fleet(engine, all_online)
    await telegram.black_hole(60)
    for bot in bots:
        await telegram.write(ada, bot, "hello?")
    began = time.monotonic()
    await engine.stop()
    assert time.monotonic() - began < 5
    assert asyncio.all_tasks() == before


async def test_a_failing_handler_is_an_alert_and_the_next_message_is_answered(
    telegram: LocalTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bots = await _bots(telegram, 1)
    ada = await telegram.add_person("Ada")
    choose = StaticPool.choose

    def fail_once(pool: StaticPool, text: str, *rest: Any) -> StaticAnswer:
        if text == "trouble":
            raise RuntimeError("a fault in a handler")
        return choose(pool, text, *rest)

    monkeypatch.setattr(StaticPool, "choose", fail_once)
    async with running_engine(telegram, bots, tmp_path) as engine:
        await until_fleet(engine, all_online)
        raised: asyncio.Future[AlertRaised] = asyncio.get_running_loop().create_future()
        engine.subscribe(AlertRaised, raised.set_result)
        await telegram.write(ada, bots[0], "trouble")
        await telegram.write(ada, bots[0], "hello")
        await telegram.wait_for("answered", 1)
        alert = (await asyncio.wait_for(raised, 60)).alert
        assert engine.snapshot().unanswered == {"failed": 1}
    assert alert.kind is InternalError
