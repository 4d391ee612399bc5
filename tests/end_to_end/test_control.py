"""Commands to a running engine, from a terminal of the same machine."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.cli import engine_answers
from engine.cli.app import main
from engine.clock import SystemClock
from engine.commands.control.client import ask_engine
from engine.commands.control.places import FILE_NAME, connected_socket, listening_socket
from engine.engine import Engine
from engine.files.data_lock import hold_data_directory
from engine.settings import load_settings
from engine.storage.audit import AuditLog
from engine.storage.opening import open_database
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the named pipe is untested")

Command = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs one; its status and all it said."""

    async def run(*arguments: str, directory: Path = tmp_path) -> tuple[int, str]:
        status = await asyncio.to_thread(main, [*arguments, f"--data-dir={directory}"])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


@asynccontextmanager
async def engine_on(directory: Path) -> AsyncIterator[Engine]:
    with hold_data_directory(directory):
        engine = Engine(load_settings(directory, OS_KEYRING=False))
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()


async def test_emergency_mode_is_turned_on_and_off_from_a_terminal_and_noted(
    tmp_path: Path, command: Command
) -> None:
    async with engine_on(tmp_path) as engine:
        assert await command("emergency", "status") == (0, "Emergency mode is off.\n")
        status, said = await command("emergency", "on")
        assert (status, said) == (
            0,
            "Emergency mode is on: answers come from the static pool.\n",
        )
        assert engine.snapshot().emergency is not None
        status, said = await command("emergency", "status")
        assert status == 0
        assert "turned on by you" in said
        assert "LLM calls" in said
        assert "turned on by you" in (await command("status"))[1]
        assert await command("emergency", "off") == (0, "Emergency mode is over.\n")
        assert engine.snapshot().emergency is None
        assert (await command("emergency", "status", "--json")) == (0, "null\n")
    database = await open_database(None, tmp_path, clock=SystemClock(), on_trouble=print)
    entries = await AuditLog(database).newest(9)
    await database.close()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("cli", "leave_emergency"),
        ("cli", "enter_emergency"),
    ]


async def test_the_status_is_told_to_people_and_to_programs(
    tmp_path: Path, command: Command
) -> None:
    async with engine_on(tmp_path) as engine:
        status, said = await command("status")
        assert status == 0
        assert said.startswith(f"The engine (process {os.getpid()}) has run for ")
        assert "There are no bots yet." in said
        await until(lambda: engine.snapshot().sample, "a sample")
        assert "MiB" in (await command("status"))[1]
        found = json.loads((await command("status", "--json"))[1])
        assert (found["pid"], found["phase"], found["bots"]) == (os.getpid(), "running", [])


async def test_the_caches_are_told_beside_commands_that_need_no_engine(
    tmp_path: Path, command: Command
) -> None:
    async with engine_on(tmp_path) as engine:
        status, said = await command("cache", "stats")
        assert status == 0
        names = [cache.name for cache in engine.snapshot().caches]
        assert [line.partition(":")[0] for line in said.splitlines()] == names
        assert "gpt" in names


async def test_garbage_is_collected_in_the_engine(tmp_path: Path, command: Command) -> None:
    async with engine_on(tmp_path):
        status, said = await command("gc")
        assert status == 0
        assert said.startswith("Objects ")


@pytest.mark.parametrize(
    "words", [["status"], ["emergency", "on"], ["gc"], ["reload"], ["db", "stats"]], ids=" ".join
)
async def test_without_an_engine_one_sentence_says_so(
    tmp_path: Path, command: Command, words: list[str]
) -> None:
    assert await command(*words) == (1, f"No engine runs on {tmp_path}.\n")


async def test_a_command_given_while_the_engine_starts_is_carried_out(
    tmp_path: Path, command: Command
) -> None:
    with hold_data_directory(tmp_path):
        engine = Engine(load_settings(tmp_path, OS_KEYRING=False))
        starting = asyncio.create_task(engine.start())
        await until((tmp_path / FILE_NAME).exists, "the socket")
        assert not starting.done()
        status, said = await command("emergency", "on")
        assert status == 0, said
        await starting
        assert engine.snapshot().emergency is not None
        await engine.stop()


async def test_a_command_given_while_the_engine_stops_ends_in_one_sentence(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hold_data_directory(tmp_path):
        engine = Engine(load_settings(tmp_path, OS_KEYRING=False))
        await engine.start()
        monkeypatch.setattr(type(engine._components.caches), "clear", lambda _: asyncio.sleep(60))
        connection = connected_socket(tmp_path, 10)
        connection.sendall(b'{"version":1,"command":"cache clear"}\n')
        assert (await command("status"))[0] == 0  # the other is under way meanwhile
        await engine.stop()
        with connection:
            assert b'"stopping"' in connection.recv(1 << 16)
        status, said = await command("status")
        assert status == 1
        assert said.endswith("is starting or stopping.\n")


async def test_an_engine_that_hangs_is_said_to_give_no_answer(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_answers, "_WAIT", 0.1)
    monkeypatch.setattr(ask_engine, "__kwdefaults__", {"wait": 0.0, "patience": 0.1})
    with hold_data_directory(tmp_path), listening_socket(tmp_path):  # nobody accepts
        status, said = await command("status")
    assert (status, said.endswith(", but does not answer.\n")) == (1, True)


async def test_a_killed_engine_s_socket_misleads_nobody_and_is_replaced(
    tmp_path: Path, command: Command
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop", "run", f"--data-dir={tmp_path}"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def answers() -> bool:
        return (await command("status"))[0] == 0

    async with asyncio.timeout(60):
        while not await answers():
            await asyncio.sleep(0.1)  # another process
    _status, said = await command("status")
    assert f"process {process.pid}" in said
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert (tmp_path / FILE_NAME).exists()
    assert await command("status") == (1, f"No engine runs on {tmp_path}.\n")
    async with engine_on(tmp_path):
        assert (await command("status"))[0] == 0
    assert not (tmp_path / FILE_NAME).exists()


async def test_a_change_that_a_silent_engine_cannot_be_told_is_said_to_wait_for_its_next_start(
    tmp_path: Path, command: Command
) -> None:
    (tmp_path / "gavatcore.env").write_text("OS_KEYRING=no\nBOT_TOKENS=99:" + "A" * 35 + "\n")
    with hold_data_directory(tmp_path):
        status, said = await command("accounts", "pause", "99")
    assert (status, said) == (
        0,
        "99 is paused.\nThe engine does not answer: it takes this up at its next start.\n",
    )
    assert await command("accounts", "resume", "99") == (0, "99 may run again.\n")


async def test_a_data_directory_far_down_is_no_obstacle(tmp_path: Path, command: Command) -> None:
    deep = tmp_path / ("far" * 40) / ("down" * 30)
    deep.mkdir(parents=True)
    async with engine_on(deep):
        assert (await command("status", directory=deep))[0] == 0
