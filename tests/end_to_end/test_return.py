"""How a large fleet comes back when Telegram was away: a few at a time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.settings import load_settings
from tests.support.waiting import until

_BOTS = 200


class Doorkeeper:
    """Accepts connections, never says a word, and hangs up after a moment."""

    def __init__(self) -> None:
        self.open = self.most_open = self.accepted = 0
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _accept(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await asyncio.sleep(0.005)  # a handshake's time
        self.open -= 1
        writer.close()


@pytest.fixture
async def door() -> AsyncIterator[Doorkeeper]:
    door = Doorkeeper()
    yield door
    await door.close()


async def test_200_bots_try_four_at_a_time(door: Doorkeeper, tmp_path: Path) -> None:
    tokens = " ".join(f"{number}:{'A' * 35}" for number in range(10_000, 10_000 + _BOTS))
    settings = load_settings(
        tmp_path,
        TELEGRAM_SERVER=f"127.0.0.1:{await door.listen()}",
        TELEGRAM_API_ID=1,
        TELEGRAM_API_HASH="0" * 32,
        OS_KEYRING=False,
        BOT_TOKENS=tokens,
    )
    engine = Engine(settings)
    await engine.start()
    try:
        await until(lambda: all(bot.attempts for bot in engine.snapshot().bots), "a try of each")
    finally:
        await engine.stop()
    assert door.accepted >= _BOTS
    assert door.most_open <= 4
