"""`gavatcore announcements`, beside a running engine and without one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.bots.limits import announcement_spacing
from engine.bots.limits.announcement_spacing import Spacing
from engine.bots.unasked import poll
from engine.cli.app import main
from engine.files.data_lock import hold_data_directory
from engine.settings import Preset
from engine.simulator.client import LocalTelegram
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import said_unasked
from tests.support.waiting import until_answered

Command = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def command(telegram: LocalTelegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs one; its status and all it said."""

    async def run(*arguments: str) -> tuple[int, str]:
        settings = telegram.settings()
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (tmp_path / "gavatcore.env").write_text(lines)
        called = ["announcements", *arguments, f"--data-dir={tmp_path}"]
        status = await asyncio.to_thread(main, called)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


async def test_the_operator_adds_pauses_and_resumes_beside_a_running_engine(
    telegram: LocalTelegram, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(announcement_spacing._SPACINGS, Preset.NORMAL, Spacing(0.3, 0.6, 0.05, 0.1))
    monkeypatch.setattr(poll, "INTERVAL", 0.05)
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    leading = await telegram.add_group("Leading", [ada, anna], administrators=[anna])
    sitting = await telegram.add_group("Sitting", [ada, anna])
    account = str(anna.id)
    with hold_data_directory(tmp_path):
        async with running_engine(telegram, [anna], tmp_path) as engine:
            await until_fleet(engine, all_online)
            status, said = await command("add", account, str(sitting.id))
            assert status == 1
            assert "no administrator there" in said
            status, said = await command("add", account, str(leading.id))
            assert (status, said) == (0, f"{account} in Leading: on.\n")

            async def spoke() -> bool:
                return len(await said_unasked(telegram, anna, leading)) >= 2

            await until_answered(spoke, "announcements")
            status, said = await command("pause", account, "Leading")
            assert (status, said) == (0, f"{account} in Leading: paused by you.\n")
            assert await _states(command) == {leading.id: "paused", sitting.id: "ended"}
            heard = len(await said_unasked(telegram, anna, leading))
            status, said = await command("resume", account, str(leading.id))
            assert status == 0

            async def spoke_again() -> bool:
                return len(await said_unasked(telegram, anna, leading)) > heard

            await until_answered(spoke_again, "an announcement after the pause")
            await telegram.demote(leading, anna)

            async def ended() -> bool:
                return (await _states(command))[leading.id] == "ended"

            await until_answered(ended, "the end with the rights")
    assert await said_unasked(telegram, anna, sitting) == []
    _, said = await command("list")
    assert "no administrator there any more" in said or "no administrator there" in said


async def test_an_engine_that_has_nothing_to_announce_is_told_of_what_a_command_adds(
    telegram: LocalTelegram, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "INTERVAL", 600.0)
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    leading = await telegram.add_group("Leading", [ada, anna], administrators=[anna])
    with hold_data_directory(tmp_path):
        async with running_engine(telegram, [anna], tmp_path) as engine:
            await until_fleet(engine, all_online)
            status, said = await command("add", str(anna.id), str(leading.id))
    assert (status, said) == (0, f"{anna.id} in Leading: on.\n")


async def test_without_an_engine_a_chat_waits_for_telegram_to_be_asked(
    telegram: LocalTelegram, command: Command
) -> None:
    anna = await telegram.add_bot("Anna")
    _, said = await command("list")
    assert "/subscribe" in said
    status, said = await command("add", str(anna.id), "-1001500000001")
    assert status == 0
    assert "when the engine runs" in said
    assert await _states(command) == {-1001500000001: "unconfirmed"}
    for wrong in (["add", "nobody", "-100123"], ["add", str(anna.id), "Club"]):
        status, said = await command(*wrong)
        assert status == 2
        assert said.startswith("gavatcore: ")
    status, said = await command("pause", str(anna.id), "Nowhere")
    assert status == 1


async def test_the_operator_sees_who_asked_for_talk_and_pauses_it_beside_a_running_engine(
    telegram: LocalTelegram, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "INTERVAL", 600.0)  # it is told, and need not look by itself
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    club = await telegram.add_group("Club", [ada, anna], administrators=[ada])
    account = str(anna.id)
    _, said = await command("list", "--talk")
    assert "/subscribe talk" in said
    with hold_data_directory(tmp_path):
        async with running_engine(telegram, [anna], tmp_path) as engine:
            await until_fleet(engine, all_online)
            await telegram.write(ada, club, f"/subscribe@{anna.username} talk")

            async def groups(count: int) -> None:
                async def reached() -> bool:
                    return engine.snapshot().talk.groups == count

                await until_answered(reached, f"talk in {count} groups")

            await groups(1)
            assert await _states(command, "--talk") == {club.id: "on"}
            assert await _states(command) == {}
            status, said = await command("pause", account, "Club", "--talk")
            assert (status, said) == (0, f"{account} in Club: paused by you.\n")
            await groups(0)
            assert (await command("resume", account, str(club.id), "--talk"))[0] == 0
            await groups(1)
    status, said = await command("pause", account, "Nowhere", "--talk")
    assert (status, said) == (1, f"{account} was not asked to talk there.\n")


async def _states(command: Command, *options: str) -> dict[int, str]:
    status, said = await command("list", "--json", *options)
    assert status == 0
    rows: list[dict[str, Any]] = json.loads(said)
    return {row["chat"]: row["state"] for row in rows}
