"""Each cause of a bot's silence, made to happen on a local Telegram: shown, and gone by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.accounts.vault import open_vault
from engine.bots.connection import probe, wake
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, FleetChanged
from engine.clock import SystemClock
from engine.commands.pause_bot import PauseBot
from engine.commands.resume_bot import ResumeBot
from engine.engine import Engine
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot, LocalPerson
from engine.watch.alert import AlertFigures
from engine.watch.alert_kinds.bot_refused import BotRefused
from engine.watch.alert_kinds.bot_rival import BotRival
from engine.watch.alert_kinds.bots_deaf import BotsDeaf
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.waiting import until, until_answered


@pytest.fixture(autouse=True)
def often_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a second instead of a minute."""
    monkeypatch.setattr(probe, "QUIET", 0.4)
    monkeypatch.setattr(probe, "SUSPICIOUS", 0.3)
    monkeypatch.setattr(wake, "TICK", 0.1)


@pytest.fixture
def short_of_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls a bot silent that a busy machine merely slows down: for tests of silence alone."""
    monkeypatch.setattr(probe, "SERVING", 0.15)
    monkeypatch.setattr(probe, "ANSWER", 1.0)


async def caused(engine: Engine, cause: Cause, bot: int = 0) -> None:
    await until(lambda: engine.snapshot().bots[bot].cause is cause, cause.value)


async def alerted(engine: Engine, kind: type[AlertFigures]) -> None:
    await until(lambda: kind in {alert.kind for alert in engine.snapshot().alerts}, kind.code)


@pytest.fixture
async def bot(telegram: LocalTelegram) -> LocalBot:
    return await telegram.add_bot("Anna")


@pytest.fixture
async def ada(telegram: LocalTelegram) -> LocalPerson:
    return await telegram.add_person("Ada")


@asynccontextmanager
async def online(
    telegram: LocalTelegram, bots: list[LocalBot], directory: Path, **settings: object
) -> AsyncIterator[Engine]:
    async with running_engine(telegram, bots, directory, **settings) as engine:
        await until_fleet(engine, all_online)
        yield engine


@pytest.mark.usefixtures("short_of_patience")
async def test_a_deaf_bot_answers_all_the_same_is_called_deaf_and_is_well_when_served_again(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.deafen(bot)
        for answered in (1, 2):
            await telegram.write(ada, bot, "do you hear me?")
            await telegram.wait_for("answered", answered)
        await caused(engine, Cause.DEAF)
        await alerted(engine, BotsDeaf)
        await telegram.deafen(bot, deaf=False)
        await until_fleet(engine, all_online)
        await telegram.write(ada, bot, "and now?")
        await telegram.wait_for("answered", 3)
        await caused(engine, Cause.HEALTHY)
        summary = await telegram.ledger_summary()
    assert summary.duplicated == 0


@pytest.mark.usefixtures("short_of_patience")
async def test_a_connection_nobody_answers_on_is_given_up_and_made_anew(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.deafen(bot, answering=False)
        await telegram.write(ada, bot, "hello?")
        await caused(engine, Cause.TELEGRAM)
        await telegram.deafen(bot, deaf=False)
        await telegram.wait_for("answered", 1)
        await caused(engine, Cause.HEALTHY)


async def test_another_program_that_answers_with_the_same_token_is_named(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.write(ada, bot, "hello")
        await telegram.wait_for("answered", 1)
        assert engine.snapshot().bots[0].cause is Cause.HEALTHY  # our own words are no rival's
        await telegram.add_rival(bot, takes_updates=False)
        await telegram.write(ada, bot, "hello again")
        await caused(engine, Cause.RIVAL)
        await alerted(engine, BotRival)


async def test_a_session_used_in_two_places_stops_and_its_bot_misses_nothing_when_resumed(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.duplicate_key(bot)
        await caused(engine, Cause.RIVAL)
        await telegram.write(ada, bot, "are you there?")
        await engine.command(ResumeBot(str(bot.id)))
        await telegram.wait_for("answered", 1)
        await caused(engine, Cause.HEALTHY)


async def test_a_refused_bot_can_be_mended_and_resumed_the_moment_that_is_said(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    held: list[frozenset[str]] = []
    async with online(telegram, [bot], tmp_path) as engine:
        fleet = engine._components.fleet

        def resume(_: FleetChanged) -> None:
            if fleet.states()[0].phase is BotPhase.REFUSED:
                held.append(fleet.held_sessions())
                for _again in range(2):
                    fleet.retry_refused()

        engine.subscribe(FleetChanged, resume)
        await telegram.duplicate_key(bot)
        await telegram.write(ada, bot, "are you there?")
        await telegram.wait_for("answered", 1)
        await caused(engine, Cause.HEALTHY)
    assert held == [frozenset()]


async def test_a_revoked_bot_misses_nothing_once_it_logs_in_again(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    group = await telegram.add_group("Chess", [ada, bot])
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.write(ada, group, f"@{bot.username} hello")
        await telegram.wait_for("answered", 1)
        await telegram.revoke(bot)
        await telegram.write(ada, bot, "are you there?")
        await caused(engine, Cause.REVOKED)
        await telegram.write(ada, group, f"@{bot.username} and here?")
        await engine.command(ResumeBot(str(bot.id)))
        await telegram.wait_for("answered", 3)
    await telegram.revoke(bot)
    await telegram.write(ada, bot, "and after a restart?")
    async with online(telegram, [bot], tmp_path):
        summary = await telegram.wait_for("answered", 4)
    assert summary.duplicated == 0


async def test_a_revoked_token_is_told_and_does_not_heal_by_trying(
    telegram: LocalTelegram, bot: LocalBot, tmp_path: Path
) -> None:
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.revoke_token(bot)
        await caused(engine, Cause.REVOKED)
        await engine.command(ResumeBot(str(bot.id)))
        await until(lambda: "@BotFather" in (engine.snapshot().bots[0].problem or ""), "a refusal")
        assert engine.snapshot().bots[0].cause is Cause.REVOKED
        await alerted(engine, BotRefused)


async def test_a_paused_bot_rests_over_a_restart_and_answers_when_it_is_resumed(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    bora = await telegram.add_bot("Bora")
    async with online(telegram, [bot, bora], tmp_path) as engine:
        await engine.command(PauseBot(str(bot.id)))
        assert engine.snapshot().bots[0].cause is Cause.PAUSED
        await telegram.write(ada, bot, "hello?")
        await telegram.write(ada, bora, "hello?")
        await telegram.wait_for("answered", 1)
        assert engine.snapshot().bots[1].cause is Cause.HEALTHY
    async with running_engine(telegram, [bot, bora], tmp_path) as engine:
        await caused(engine, Cause.HEALTHY, bot=1)
        assert engine.snapshot().bots[0].cause is Cause.PAUSED
        assert engine.snapshot().alerts == ()
        await engine.command(ResumeBot(str(bot.id)))
        await telegram.wait_for("answered", 2)


async def test_a_group_where_it_may_not_write_is_named_until_it_may(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    group = await telegram.add_group("Chess", [ada, bot])
    async with online(telegram, [bot], tmp_path) as engine:
        await telegram.restrict(group, bot)
        await telegram.write(ada, group, f"@{bot.username} hello")
        await caused(engine, Cause.NO_RIGHTS)
        assert engine.snapshot().bots[0].muted_in == ("Chess",)
        await telegram.demote(group, bot)
        await telegram.write(ada, group, f"@{bot.username} hello")
        await telegram.wait_for("answered", 1)
        await caused(engine, Cause.PRIVACY_MODE)


async def test_privacy_mode_is_named_only_in_a_group_and_unless_administrator(
    telegram: LocalTelegram, ada: LocalPerson, tmp_path: Path
) -> None:
    hidden = await telegram.add_bot("Anna")
    open_ = await telegram.add_bot("Bora", privacy=False)
    chief = await telegram.add_bot("Cem")
    bots = [hidden, open_, chief]
    async with online(telegram, bots, tmp_path) as engine:
        await telegram.write(ada, hidden, "hello")
        await telegram.wait_for("answered", 1)
        assert {bot.cause for bot in engine.snapshot().bots} == {Cause.HEALTHY}
        group = await telegram.add_group("Chess", [ada, *bots], administrators=[chief])
        for one in bots:
            await telegram.write(ada, group, f"@{one.username} hello")
        await telegram.wait_for("answered", 4)
        causes = [bot.cause for bot in engine.snapshot().bots]
        assert engine.snapshot().alerts == ()
    assert causes == [Cause.PRIVACY_MODE, Cause.HEALTHY, Cause.HEALTHY]


async def test_trouble_inside_telegram_is_telegrams_for_all_and_one_alert(
    telegram: LocalTelegram, bot: LocalBot, tmp_path: Path
) -> None:
    bora = await telegram.add_bot("Bora")
    fault = await telegram.trouble()
    async with running_engine(telegram, [bot, bora], tmp_path) as engine:
        for place in range(2):
            await caused(engine, Cause.TELEGRAM, place)
        await telegram.remove_fault(fault)
        for place in range(2):
            await caused(engine, Cause.HEALTHY, place)


class SleepyClock(SystemClock):
    """The machine's time, with a wall clock that a test moves on as a sleep does."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> float:
        return super().now() + self.slept


@pytest.mark.usefixtures("short_of_patience")
async def test_after_a_sleep_dead_connections_are_found_at_once_and_made_anew(
    telegram: LocalTelegram,
    bot: LocalBot,
    ada: LocalPerson,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probe, "QUIET", 60.0)
    clock = SleepyClock()
    engine = Engine(load_settings(tmp_path, **telegram.settings([bot])), clock)
    await engine.start()
    try:
        await until_fleet(engine, all_online)
        await telegram.deafen(bot, answering=False)  # what a sleep does to a connection
        await telegram.write(ada, bot, "good morning")
        clock.slept = 1800.0
        await caused(engine, Cause.ASLEEP)
        await until(lambda: engine.snapshot().fleet.online == 0, "the connection given up")
        assert engine.snapshot().bots[0].cause is Cause.ASLEEP
        await telegram.deafen(bot, deaf=False)
        await telegram.wait_for("answered", 1)
        await caused(engine, Cause.HEALTHY)
    finally:
        await engine.stop()


async def test_accounts_of_the_fleet_never_answer_each_other(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    """A person's account that is ours, and a person that is not, write to a bot of ours."""
    settings = load_settings(tmp_path, **telegram.settings([bot]))
    accounts = (await asyncio.to_thread(open_vault, tmp_path, settings)).accounts
    await asyncio.to_thread(accounts.add_user, "ada", "+905550000001", at=0.0)
    await asyncio.to_thread(accounts.identify, "ada", ada.id, "ada")
    can = await telegram.add_person("Can")
    async with online(telegram, [bot], tmp_path) as engine:
        ours = await telegram.write(ada, bot, "hello, colleague")
        await telegram.write(can, bot, "hello")
        await telegram.wait_for("answered", 1)
        reason = await until_answered(
            lambda: engine.why_unanswered(str(bot.id), ours.chat, ours.ids[bot.id]), "a reason"
        )
    assert reason == "own_account"
    assert (await telegram.ledger_summary()).answered == 1
