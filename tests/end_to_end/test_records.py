"""What a running engine leaves behind: alerts, operations, the audit log, and the report."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.cli.app import main
from engine.clock import SystemClock
from engine.commands.clean_sessions import CleanSessions
from engine.commands.emergency_off import LeaveEmergency
from engine.commands.emergency_on import EnterEmergency
from engine.commands.pause_bot import PauseBot
from engine.commands.table import COMMANDS
from engine.files.data_lock import hold_data_directory
from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot
from engine.storage.audit import AuditLog
from engine.storage.database.database import Database
from engine.storage.messages.operation_metrics import OperationMetrics
from engine.storage.opening import open_database
from engine.watch.alert_kinds.bot_refused import BotRefused
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.waiting import until_answered


@asynccontextmanager
async def _opened(directory: Path) -> AsyncIterator[Database]:
    database = await open_database(None, directory, clock=SystemClock(), on_trouble=print)
    try:
        yield database
    finally:
        await database.close()


async def test_an_alert_is_kept_and_ends_with_the_engine_at_the_latest(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    wrong = LocalBot(999, "Nobody", "nobody_bot", "999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    async with running_engine(telegram, [wrong], tmp_path) as engine:

        async def kept() -> Any:
            return await engine.past_alerts(5)

        (standing,) = await until_answered(kept, "an alert in the history")
        assert standing.kind == BotRefused.code
        assert standing.cleared_at is None
        assert standing.sentence.startswith("Telegram refused 999. ")
    async with running_engine(telegram, [], tmp_path) as engine:
        (ended,) = await engine.past_alerts(5)
    assert ended == replace(standing, cleared_at=ended.cleared_at)
    assert ended.cleared_at >= standing.since


async def test_operations_are_counted_by_person_and_day(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    people = [await telegram.add_person(name) for name in ("Can", "Ece")]
    began = datetime.now(UTC)
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        for person in (people[0], *people):
            await telegram.write(person, bot, "hello")
        await telegram.wait_for("answered", 3)
    async with _opened(tmp_path) as database:
        found = [  # of two days, should it be midnight
            one
            for day in sorted({f"{at:%Y-%m-%d}" for at in (began, datetime.now(UTC))})
            for one in await OperationMetrics(database).on(day)
        ]
    for operation in ("store", "send", "answer"):
        of = [[o for o in found if (o.operation, o.person) == (operation, p.id)] for p in people]
        assert [sum(one.count for one in each) for each in of] == [2, 1]
        assert all(0 < one.slowest < 60 for one in of[0])


async def test_what_the_operator_commands_is_in_the_audit_log(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    async with running_engine(telegram, [], tmp_path) as engine:
        await engine.command(EnterEmergency())
        await engine.command(CleanSessions())
        await engine.command(LeaveEmergency())
    async with _opened(tmp_path) as database:
        entries = await AuditLog(database).newest(9)
    assert {(entry.actor, entry.action) for entry in entries} == {
        ("operator", "enter_emergency"),
        ("operator", "clean_locks"),
        ("operator", "leave_emergency"),
    }


async def test_what_a_command_does_is_in_the_audit_log(
    telegram: LocalTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await telegram.add_bot("Ada")
    lines = (f"{name}={value}\n" for name, value in telegram.settings([]).items() if value != "")
    (tmp_path / "gavatcore.env").write_text("".join(lines))
    monkeypatch.setenv("GAVATCORE_BOT_TOKEN", bot.token)
    commands = ["add ada", "pause ada", "resume ada", "rotate-key", "remove ada"]
    for command in (*(f"accounts {words}" for words in commands), "cache clear", "sessions clean"):
        assert await asyncio.to_thread(main, [*command.split(), f"--data-dir={tmp_path}"]) == 0
    async with _opened(tmp_path) as database:
        entries = await AuditLog(database).newest(9)
    assert [(entry.actor, entry.action, entry.subject) for entry in reversed(entries)] == [
        ("cli", "add_account", "ada"),
        ("cli", "pause_bot", "ada"),
        ("cli", "resume_bot", "ada"),
        ("cli", "rotate_key", ""),
        ("cli", "remove_account", "ada"),
        ("cli", "clear_caches", ""),
        ("cli", "clean_locks", ""),
    ]
    assert {entry.action for entry in entries} <= {command.audit for command in COMMANDS}
    assert len(list((tmp_path / "backups").glob("*.db.gz"))) == 1  # sealed with the new key
    assert not any(bot.token.partition(":")[2] in repr(entry) for entry in entries)


async def test_the_report_is_live_while_an_engine_runs_and_says_so_when_none_does(
    telegram: LocalTelegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = await telegram.add_bot("Ada")
    person = await telegram.add_person("Can")

    async def said(*arguments: str) -> str:
        status = await asyncio.to_thread(main, [*arguments, f"--data-dir={tmp_path}"])
        assert status == 0
        return capsys.readouterr().out

    async def report(*arguments: str) -> str:
        return await said("report", *arguments)

    settings = telegram.settings([bot])
    (tmp_path / "gavatcore.env").write_text(f"BOT_TOKENS={settings['BOT_TOKENS']}\n")
    with hold_data_directory(tmp_path):
        async with running_engine(telegram, [bot], tmp_path) as engine:
            await until_fleet(engine, all_online)
            await telegram.write(person, bot, "hello")
            await telegram.wait_for("answered", 1)
            live = json.loads(await report("--json"))
            assert live["engine"]["pid"] == os.getpid()
            (account,) = live["accounts"]
            assert (account["state"], account["username"]) == ("online", bot.username)
            (session,) = live["sessions"]
            assert session["holder"]["pid"] == os.getpid()
            assert "gpt" in [cache["name"] for cache in live["caches"]]
            assert live["database"]["status"] in {"healthy", "degraded"}  # slow on a busy machine
            assert os.getpid() in [process["pid"] for process in live["processes"]]
            assert "online" in await report()
            assert "2 of 2" in await said("db", "stats")
    asleep = json.loads(await report("--json"))
    assert (asleep["engine"], asleep["caches"]) == (None, [])
    assert asleep["accounts"][0]["state"] == "logged_in"
    assert asleep["sessions"][0]["holder"] is None
    assert (await report()).startswith(f"No engine runs on {tmp_path}")
    assert bot.token not in json.dumps([live, asleep])


async def test_a_paused_bot_is_reported_as_paused_with_an_engine_and_without(
    telegram: LocalTelegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = await telegram.add_bot("Ada")

    async def report() -> str:
        assert await asyncio.to_thread(main, ["report", "--json", f"--data-dir={tmp_path}"]) == 0
        return capsys.readouterr().out

    settings = telegram.settings([bot])
    (tmp_path / "gavatcore.env").write_text(f"BOT_TOKENS={settings['BOT_TOKENS']}\n")
    with hold_data_directory(tmp_path):
        async with running_engine(telegram, [bot], tmp_path) as engine:
            await until_fleet(engine, all_online)
            await engine.command(PauseBot(engine.snapshot().bots[0].name))
            live = json.loads(await report())
    asleep = json.loads(await report())
    assert [found["accounts"][0]["state"] for found in (live, asleep)] == ["paused", "paused"]
