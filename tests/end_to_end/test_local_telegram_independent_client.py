"""A guard against errors the server shares with Telethon: a client written by others."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import rsa

from engine.simulator.client import LocalTelegram
from engine.simulator.network.rsa_key import fingerprint
from tests.support.local_telegram_clients import start

# It says on import that it lacks an accelerator.
pyrogram = pytest.importorskip("pyrogram")


class _Echo:
    """A kurigram client that answers what it is told."""

    def __init__(self, telegram: LocalTelegram, token: str) -> None:
        from pyrogram.crypto import rsa as known_keys  # noqa: PLC0415 - with the client alone

        key = rsa.PublicKey.load_pkcs1(telegram.key_file.read_bytes())
        known_keys.server_public_keys[fingerprint(key.n, key.e)] = known_keys.PublicKey(
            key.n, key.e
        )
        self.client = pyrogram.Client(
            "independent",
            api_id=telegram.api_id,
            api_hash=telegram.api_hash,
            bot_token=token,
            in_memory=True,
            connection_factory=self._connection_to(telegram),
        )
        self.client.on_message()(self._answer)

    @staticmethod
    def _connection_to(telegram: LocalTelegram) -> Any:
        from pyrogram.connection import Connection  # noqa: PLC0415

        class Local(Connection):  # type: ignore[misc] # kurigram ships its types for itself alone
            def __init__(self, **options: Any) -> None:
                options |= {"server_address": telegram.host, "port": telegram.port}
                super().__init__(**options)

        return Local

    @staticmethod
    async def _answer(client: Any, message: Any) -> None:
        del client
        await message.reply_text(f"echo {message.text}")


async def test_kurigram_logs_in_and_echoes_in_a_direct_chat_and_a_supergroup(
    tmp_path: Path,
) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Ayşe")
        group = await telegram.add_group("Group", [person, bot])
        echo = _Echo(telegram, bot.token)
        await echo.client.start()
        try:
            assert (await echo.client.get_me()).username == bot.username
            await telegram.wait_for("listening", 1)
            await telegram.write(person, bot, "merhaba")
            await telegram.write(person, group, f"@{bot.username} hello")
            summary = await telegram.wait_for("answered_addressed", 2)
        finally:
            await echo.client.stop()
            await asyncio.sleep(0)
        assert summary.unknown_methods == {}
        assert summary.protocol_errors == 0
        answers = await telegram.messages(sender=bot.id)
        assert {answer.text for answer in answers} == {
            "echo merhaba",
            f"echo @{bot.username} hello",
        }
