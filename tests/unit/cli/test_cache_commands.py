"""`gavatcore cache`: Redis is filled from the disk, and both are emptied."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cache.named import NamedCaches, Sizes
from engine.cli.commands.cache import app as commands
from engine.clock import SystemClock
from engine.errors import DataDirectoryInUseError, GavatcoreError
from engine.files.data_lock import hold_data_directory
from engine.replies.response_cache import SharedAnswer, SharedAnswers
from engine.settings import load_settings
from tests.support.caches.patience import be_patient
from tests.support.servers.redis import RedisServer


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    monkeypatch.setenv("GAVATCORE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", server.url)
    yield server
    server.close()


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(commands, arguments)
    if result.exception is not None:
        raise result.exception
    return result.output


async def _store(directory: Path) -> None:
    sizes = Sizes.of(load_settings(directory))
    caches = await NamedCaches.open(sizes, SharedAnswers, directory, SystemClock())
    await caches.gpt.set("question", SharedAnswers((SharedAnswer("yes", 1.0),)))
    await caches.close()


def test_warming_fills_redis_from_the_disk_and_clearing_empties_both(
    redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_patient(monkeypatch)
    asyncio.run(_store(tmp_path))
    redis.command("FLUSHALL")
    # The first sees that Redis lost its data, and believes neither it nor what it had told.
    assert "1 value is ready" in _run("warm")
    assert b"gavatcore:gpt:k:question" in redis.command("KEYS", "*:k:*")
    _run("clear")
    assert b":k:" not in redis.command("KEYS", "*")
    assert "0 values are ready" in _run("warm")


def test_a_running_engine_and_a_redis_that_is_away_are_said(
    redis: RedisServer, tmp_path: Path
) -> None:
    with hold_data_directory(tmp_path), pytest.raises(DataDirectoryInUseError):
        _run("clear")
    redis.kill()
    with pytest.raises(GavatcoreError, match="does not answer"):
        _run("clear")


@pytest.mark.parametrize("command", ["clear", "warm"])
def test_nothing_is_said_to_be_done_in_a_redis_that_was_not_reached_yet(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("REDIS_URL", redis.url.replace("redis://", "rediss://"))  # it speaks no TLS
    with pytest.raises(GavatcoreError, match="does not answer with TLS"):
        _run(command)
