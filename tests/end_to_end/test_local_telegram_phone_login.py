"""A person logs in to the local Telegram with an unmodified Telethon client."""

from pathlib import Path

import pytest
from telethon import errors

from engine.simulator.client import LocalTelegram
from tests.support.local_telegram_clients import new_client, start

PHONE = "+90 555 000 00 01"


async def test_a_code_logs_a_person_in_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    async with await start(tmp_path) as telegram:
        ada = await telegram.add_person("Ada", phone=PHONE)
        client = new_client(telegram)
        await client.connect()
        with pytest.raises(errors.PhoneNumberInvalidError):
            await client.send_code_request("+1 555 999 99 99")
        await client.send_code_request(PHONE)
        code = await telegram.login_code(PHONE)
        with pytest.raises(errors.PhoneCodeInvalidError):
            await client.sign_in(PHONE, wrong(code))
        me = await client.sign_in(PHONE, code)
        assert (me.id, me.bot) == (ada.id, False)
        assert (await client.get_me()).id == ada.id
        with pytest.raises(errors.PhoneCodeExpiredError):  # a code is good once
            await log_in_elsewhere(telegram, code)
        await client.disconnect()


async def log_in_elsewhere(telegram: LocalTelegram, code: str) -> None:
    other = new_client(telegram)
    await other.connect()
    try:
        await other.sign_in(PHONE, code, phone_code_hash="0" * 18)
    finally:
        await other.disconnect()


async def test_two_step_verification_asks_for_the_password(tmp_path: Path) -> None:
    async with await start(tmp_path) as telegram:
        ada = await telegram.add_person("Ada", phone=PHONE, password="open sesame ş")
        client = new_client(telegram)
        await client.connect()
        await client.send_code_request(PHONE)
        with pytest.raises(errors.SessionPasswordNeededError):
            await client.sign_in(PHONE, await telegram.login_code(PHONE))
        assert await client.get_me() is None
        with pytest.raises(errors.PasswordHashInvalidError):
            await client.sign_in(password="open sesame s")
        me = await client.sign_in(password="open sesame ş")
        assert me.id == ada.id
        await client.disconnect()


async def test_a_login_outlives_a_restart_of_the_server(tmp_path: Path) -> None:
    async with await start(tmp_path) as telegram:
        ada = await telegram.add_person("Ada", phone=PHONE, password="secret")
        client = new_client(telegram)
        await client.connect()
        await client.send_code_request(PHONE)
        with pytest.raises(errors.SessionPasswordNeededError):
            await client.sign_in(PHONE, await telegram.login_code(PHONE))
        await client.sign_in(password="secret")
        session = client.session
        await client.disconnect()
    async with await start(tmp_path) as again:
        client = new_client(again, session)
        await client.connect()
        assert (await client.get_me()).id == ada.id
        await client.disconnect()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 100_000:05}"
