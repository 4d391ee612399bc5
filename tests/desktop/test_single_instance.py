"""A second start raises the first one's window, whatever a killed one left lying about."""

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from desktop.shell.single_instance import SingleInstance


@pytest.fixture(params=["short", "long"])
def data_dir(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A path a socket can have, and one it cannot."""
    directory = tmp_path / ("d" if request.param == "short" else "d" * 120)
    directory.mkdir()
    return directory


async def test_a_second_start_raises_the_first(data_dir: Path) -> None:
    raised: list[bool] = []
    first = SingleInstance(data_dir)
    await first.serve(lambda: raised.append(True))
    try:
        assert await asyncio.to_thread(SingleInstance(data_dir).raise_first)
        assert raised == [True]
    finally:
        first.close()
    assert not list(data_dir.iterdir())


async def test_a_second_start_waits_for_a_first_that_is_still_starting(data_dir: Path) -> None:
    second = asyncio.create_task(asyncio.to_thread(SingleInstance(data_dir).raise_first))
    first = SingleInstance(data_dir)
    raised = asyncio.Event()
    await first.serve(raised.set)
    try:
        assert await second
        assert raised.is_set()
    finally:
        first.close()


async def test_what_a_killed_process_left_is_replaced(data_dir: Path) -> None:
    left = data_dir / "desktop.sock"
    if len(str(left)) < 100:
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(left))
    (data_dir / "desktop.address").write_bytes(b"1 stale")
    assert not await asyncio.to_thread(SingleInstance(data_dir).raise_first, 0.0)
    first = SingleInstance(data_dir)
    await first.serve(lambda: None)
    try:
        assert await asyncio.to_thread(SingleInstance(data_dir).raise_first)
    finally:
        first.close()


def test_with_nobody_there_a_second_start_gives_up(data_dir: Path) -> None:
    assert not SingleInstance(data_dir).raise_first(patience=0.0)


async def test_nonsense_raises_nothing(tmp_path: Path) -> None:
    raised: list[bool] = []
    first = SingleInstance(tmp_path)
    await first.serve(lambda: raised.append(True))
    try:
        for nonsense in (b"hello\n", b"x" * 200_000 + b"\n", b""):
            reader, writer = await asyncio.open_unix_connection(tmp_path / "desktop.sock")
            writer.write(nonsense)
            if writer.can_write_eof():
                writer.write_eof()
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()
        assert raised == []
    finally:
        first.close()
