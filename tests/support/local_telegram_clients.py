"""Unmodified Telethon clients against a local Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telethon import TelegramClient, events
from telethon.crypto import rsa
from telethon.network import ConnectionTcpFull
from telethon.sessions import MemorySession, Session

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot


async def start(directory: Path, **options: Any) -> LocalTelegram:
    """A local Telegram whose key Telethon knows."""
    telegram = await LocalTelegram.start(directory, **options)
    rsa.add_key(telegram.key_file.read_text(), old=False)
    return telegram


def new_client(
    telegram: LocalTelegram, session: Session | None = None, **options: Any
) -> TelegramClient:
    session = session or MemorySession()
    session.set_dc(telegram.dc, telegram.host, telegram.port)
    options = {"connection": ConnectionTcpFull, "retry_delay": 0.01, **options}
    return TelegramClient(session, telegram.api_id, telegram.api_hash, **options)


@asynccontextmanager
async def logged_in(
    telegram: LocalTelegram, bot: LocalBot, **options: Any
) -> AsyncIterator[TelegramClient]:
    """A client of `bot`, connected and logged in."""
    client = new_client(telegram, **options)
    await client.start(bot_token=bot.token)
    try:
        yield client
    finally:
        await client.disconnect()


class Received:
    """The texts a client received, in order, with a way to wait for them."""

    def __init__(self, client: TelegramClient) -> None:
        self.texts: list[str] = []
        self.messages: list[Any] = []
        self._grew = asyncio.Condition()
        client.add_event_handler(self._take, events.NewMessage(incoming=True))

    async def _take(self, event: Any) -> None:
        async with self._grew:
            self.texts.append(event.raw_text)
            self.messages.append(event.message)
            self._grew.notify_all()

    async def at_least(self, count: int, within: float = 60.0) -> list[str]:
        async with asyncio.timeout(within), self._grew:
            await self._grew.wait_for(lambda: len(self.texts) >= count)
        return self.texts


class Told:
    """The raw updates of some kinds a client was given, in order, with a way to wait for them."""

    def __init__(self, client: TelegramClient, *kinds: type) -> None:
        self.updates: list[Any] = []
        self._grew = asyncio.Condition()
        client.add_event_handler(self._take, events.Raw(list(kinds)))

    async def _take(self, update: Any) -> None:
        async with self._grew:
            self.updates.append(update)
            self._grew.notify_all()

    async def at_least(self, count: int, within: float = 60.0) -> list[Any]:
        async with asyncio.timeout(within), self._grew:
            await self._grew.wait_for(lambda: len(self.updates) >= count)
        return self.updates


def echo(client: TelegramClient) -> None:
    """Answer every message with its own text."""

    async def answer(event: Any) -> None:
        await event.reply(event.raw_text or "?")

    client.add_event_handler(answer, events.NewMessage(incoming=True))
