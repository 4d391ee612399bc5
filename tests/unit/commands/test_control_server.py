"""The control socket: who is answered, who is let go, and what becomes of what lies in its way."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest

from engine.commands.control import server
from engine.commands.control.places import FILE_NAME, connected_socket, listening_socket
from engine.commands.control.protocol import MOST_ASKED
from engine.commands.control.server import CommandServer

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")

LONG = "x" * 150


async def echo(line: bytes) -> bytes:
    return b"heard " + line


async def never(_line: bytes) -> bytes:
    await asyncio.Event().wait()
    return b""


@asynccontextmanager
async def serving(directory: Path, respond: server.Respond = echo) -> AsyncIterator[CommandServer]:
    serving = CommandServer(directory, respond)
    await serving.open()
    try:
        yield serving
    finally:
        await serving.close()


async def connected(directory: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    connection = connected_socket(directory, 10)
    connection.setblocking(False)
    return await asyncio.open_unix_connection(sock=connection)


def open_files() -> int:
    return psutil.Process().num_fds()


async def said(directory: Path, line: bytes) -> bytes:
    """All that comes back until the server closes."""
    reader, writer = await connected(directory)
    writer.write(line)
    try:
        return await reader.read()
    except ConnectionResetError:  # it did not read all
        return b""
    finally:
        writer.close()


async def test_each_connection_has_one_line_answered(tmp_path: Path) -> None:
    async with serving(tmp_path):
        assert await said(tmp_path, b"one\n") == b"heard one\n"
        assert await said(tmp_path, b"two\nthree\n") == b"heard two\n"


@pytest.mark.parametrize("name", ["data", f"{LONG}/{LONG}"], ids=["short", "long"])
async def test_the_socket_is_for_this_user_alone_however_long_its_path(
    tmp_path: Path, name: str
) -> None:
    directory = tmp_path / name
    directory.mkdir(parents=True)
    before = open_files()
    async with serving(directory):
        assert (directory / FILE_NAME).stat().st_mode & 0o777 == 0o600
        assert await said(directory, b"one\n") == b"heard one\n"
    assert list(directory.iterdir()) == []
    await asyncio.sleep(0)  # the transport is closed in the next turn
    assert open_files() <= before


async def test_what_a_killed_engine_left_is_replaced(tmp_path: Path) -> None:
    left = listening_socket(tmp_path)
    left.close()
    (tmp_path / f"{FILE_NAME}.part").write_text("killed while it began")
    with pytest.raises(ConnectionRefusedError):
        connected_socket(tmp_path, 1)
    async with serving(tmp_path):
        assert await said(tmp_path, b"one\n") == b"heard one\n"


async def test_the_socket_of_a_successor_stays_when_the_predecessor_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, never) as first, serving(tmp_path):
        await first.close()
        assert await said(tmp_path, b"one\n") == b"heard one\n"
    assert list(tmp_path.iterdir()) == []


async def test_an_engine_runs_without_a_socket_where_none_can_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).mkdir()
    async with serving(tmp_path):
        pass
    (message,) = caplog.messages
    assert message.startswith("no commands can be given from a terminal: ")


async def test_another_user_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []

    async def hear(line: bytes) -> bytes:
        heard.append(line)
        return line

    async with serving(tmp_path, hear):
        stranger = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: stranger)
        assert await said(tmp_path, b"one\n") == b""
        monkeypatch.undo()
        assert await said(tmp_path, b"two\n") == b"two\n"
    assert heard == [b"two\n"]


@pytest.mark.parametrize("half", [b"", b"half a line"], ids=["nothing", "half a line"])
async def test_who_says_nothing_or_half_a_line_is_let_go_and_keeps_nobody_waiting(
    tmp_path: Path, half: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.2)
    async with serving(tmp_path):
        reader, writer = await connected(tmp_path)
        writer.write(half)
        assert await said(tmp_path, b"one\n") == b"heard one\n"
        assert await reader.read() == b""
        writer.close()


async def test_who_hangs_up_in_mid_sentence_is_nobodys_trouble(tmp_path: Path) -> None:
    async with serving(tmp_path):
        for line in (b"", b"half"):
            _reader, writer = await connected(tmp_path)
            writer.write(line)
            writer.close()
        assert await said(tmp_path, b"one\n") == b"heard one\n"


async def test_who_does_not_take_its_answer_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.2)

    asked = asyncio.Event()

    async def at_length(_line: bytes) -> bytes:
        asked.set()
        return b"x" * (1 << 23)

    async with serving(tmp_path, at_length):
        connection = connected_socket(tmp_path, 10)
        connection.sendall(b"one\n")

        def all_that_came() -> int:
            count = 0
            while piece := connection.recv(1 << 16):
                count += len(piece)
            return count

        await asked.wait()
        while asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.sleep(0.01)  # another's patience
        with connection, suppress(ConnectionResetError):
            assert await asyncio.to_thread(all_that_came) < 1 << 23


async def test_a_line_that_is_too_long_and_many_lines_are_answered_once(tmp_path: Path) -> None:
    async with serving(tmp_path):
        answer = await said(tmp_path, b"x" * (2 * MOST_ASKED) + b"\n")
        assert answer == b"" or b"not_understood" in answer
        assert await said(tmp_path, b"rubbish\n" * 10_000) in {b"heard rubbish\n", b""}
        assert await said(tmp_path, b"one\n") == b"heard one\n"


async def test_more_clients_than_can_be_served_are_sent_away(tmp_path: Path) -> None:
    async with serving(tmp_path, never):
        clients = [await connected(tmp_path) for _client in range(server._MOST_CLIENTS)]
        for _reader, writer in clients:
            writer.write(b"one\n")
        assert await said(tmp_path, b"too many\n") == b""
        for _reader, writer in clients:
            writer.close()


async def test_who_waits_for_an_answer_is_told_that_the_engine_stops(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def ask(_line: bytes) -> bytes:
        asked.set()
        return await never(b"")

    async with serving(tmp_path, ask) as serving_:
        reader, writer = await connected(tmp_path)
        writer.write(b"one\n")
        await asked.wait()
        await serving_.close()
        assert b'"stopping"' in await reader.read()
        writer.close()
        with pytest.raises(FileNotFoundError):
            connected_socket(tmp_path, 1)
