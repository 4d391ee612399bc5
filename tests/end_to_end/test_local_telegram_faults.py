"""Each fault as a Telethon client meets it, and the server's own ends and beginnings."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from telethon import errors
from telethon.sessions import SQLiteSession

from engine.errors import SimulatorError
from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from tests.support.local_telegram_clients import Received, echo, logged_in, new_client, start

SEND = "messages.sendMessage"


async def _greeted(telegram: LocalTelegram, client: Any) -> Any:
    """A person the bot may write to."""
    person = await telegram.add_person("Umut")
    received = Received(client)
    await telegram.write(person, telegram.bots[0], "/start")
    await received.at_least(1)
    return person


async def _texts(telegram: LocalTelegram) -> list[str]:
    return [message.text for message in await telegram.messages(sender=telegram.bots[0].id)]


async def test_flood_wait_refuses_and_goes_on_refusing_until_it_is_over(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        async with logged_in(telegram, telegram.bots[0], flood_sleep_threshold=0) as client:
            person = await _greeted(telegram, client)
            await telegram.add_fault(FaultKind.FLOOD_WAIT, method=SEND, seconds=900, times=1)
            with pytest.raises(errors.FloodWaitError) as refused:
                await client.send_message(person.id, "refused")
            assert refused.value.seconds == 900
            client._flood_waited_requests.clear()  # a client that does not obey
            with pytest.raises(errors.FloodWaitError):
                await client.send_message(person.id, "refused again")
            summary = await telegram.ledger_summary()
            assert (summary.floods, summary.floods_ignored) == (2, 1)
            await telegram.clear_faults()
            client._flood_waited_requests.clear()
            await client.send_message(person.id, "accepted")
        assert await _texts(telegram) == ["accepted"]


@pytest.mark.parametrize(
    ("kind", "sent"), [(FaultKind.DROP_BEFORE, []), (FaultKind.DROP_AFTER, ["text"])]
)
async def test_a_dropped_call_is_run_or_not_as_asked(
    tmp_path: Path, kind: FaultKind, sent: list[str]
) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        async with logged_in(telegram, telegram.bots[0], auto_reconnect=False) as client:
            person = await _greeted(telegram, client)
            await telegram.add_fault(kind, method=SEND, times=1)
            with pytest.raises((ConnectionError, EOFError)):
                await client.send_message(person.id, "text")
        assert await _texts(telegram) == sent
        assert (await telegram.ledger_summary()).faults == {kind.value: 1}


async def test_a_delayed_call_is_answered_later(tmp_path: Path) -> None:
    async with (
        await start(tmp_path, bots=1) as telegram,
        logged_in(telegram, telegram.bots[0]) as client,
    ):
        person = await _greeted(telegram, client)
        await telegram.add_fault(FaultKind.DELAY, method=SEND, seconds=0.2)
        loop = asyncio.get_running_loop()
        started = loop.time()
        await client.send_message(person.id, "late")
        assert loop.time() - started >= 0.2


async def test_a_bad_salt_is_mended_without_the_caller_noticing(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        async with logged_in(telegram, telegram.bots[0]) as client:
            person = await _greeted(telegram, client)
            await telegram.add_fault(FaultKind.BAD_SALT, method=SEND, times=1)
            await client.send_message(person.id, "once")
        assert await _texts(telegram) == ["once"]
        assert (await telegram.ledger_summary()).faults == {"bad_salt": 1}


async def test_an_unregistered_key_is_refused_until_the_next_login(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        async with logged_in(telegram, bot) as client:
            person = await _greeted(telegram, client)
            await telegram.add_fault(FaultKind.AUTH_KEY_UNREGISTERED, account=bot, times=1)
            for _ in range(2):
                with pytest.raises(errors.AuthKeyUnregisteredError):
                    await client.send_message(person.id, "refused")
            await client.sign_in(bot_token=bot.token)
            await client.send_message(person.id, "accepted")
        assert await _texts(telegram) == ["accepted"]


async def test_an_error_by_rule_strikes_only_whom_it_is_meant_for(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=2) as telegram:
        bot, other = telegram.bots
        async with logged_in(telegram, bot) as client, logged_in(telegram, other) as spared:
            number = await telegram.add_fault(
                FaultKind.RPC_ERROR, account=bot, code=403, message="CHAT_WRITE_FORBIDDEN"
            )
            with pytest.raises(errors.ChatWriteForbiddenError):
                await client.get_me()
            assert (await spared.get_me()).id == other.id
            await telegram.remove_fault(number)
            assert (await client.get_me()).id == bot.id


async def test_a_restart_drops_every_connection_and_forgets_nothing(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        async with logged_in(telegram, bot, connection_retries=None) as client:
            person = await _greeted(telegram, client)
            echo(client)
            await telegram.restart(seconds=0.1)
            summary = await telegram.wait_for("connections", 2)
            await client.get_me()
            await telegram.write(person, bot, "after the restart")
            summary = await telegram.wait_for("answered", 1)
        assert summary.logins == 1
        assert await _texts(telegram) == ["after the restart"]


async def test_a_black_hole_swallows_calls_and_gives_way(tmp_path: Path) -> None:
    async with (
        await start(tmp_path, bots=1) as telegram,
        logged_in(telegram, telegram.bots[0], connection_retries=None) as client,
    ):
        await telegram.black_hole(60)
        asked = asyncio.create_task(client.get_me())
        connecting = new_client(telegram, connection_retries=0)
        swallowed = asyncio.create_task(connecting.connect())
        await telegram.wait_for("connections", 2)
        done, _ = await asyncio.wait([asked, swallowed], timeout=0.2)
        assert not done
        await telegram.end_black_hole()
        assert (await asked).id == telegram.bots[0].id
        await asyncio.wait([swallowed])
        await connecting.disconnect()


async def test_a_new_process_on_the_same_directory_goes_on_where_the_last_ended(
    tmp_path: Path,
) -> None:
    telegram = await start(tmp_path / "server", bots=1)
    (bot,) = telegram.bots
    session = str(tmp_path / "bot")
    async with logged_in(telegram, bot, session=SQLiteSession(session)) as client:
        person = await _greeted(telegram, client)
    await telegram.write(person, bot, "while the bot was away")
    before = await telegram.messages()
    await telegram.stop()

    async with await LocalTelegram.start(tmp_path / "server") as telegram:
        assert telegram.bots == (bot,)
        assert await telegram.messages() == before
        client = new_client(telegram, SQLiteSession(session), catch_up=True)
        received = Received(client)
        await client.connect()
        assert await client.is_user_authorized()
        assert await received.at_least(1) == ["while the bot was away"]
        await client.disconnect()
        assert (await telegram.ledger_summary()).logins == 1


async def test_stopping_takes_a_moment_and_nothing_answers_afterwards(
    tmp_path: Path,
) -> None:
    telegram = await start(tmp_path, bots=1)
    async with asyncio.timeout(10):
        await telegram.stop()
    with pytest.raises(SimulatorError):
        await telegram.ledger_summary()


async def test_a_directory_that_cannot_be_used_is_reported_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SimulatorError, match="ended with code") as refused:
        await LocalTelegram.start(file / "below")
    assert "\n" not in str(refused.value)


async def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.simulator",
        f"--directory={tmp_path}",
        "--die-with-parent",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    await process.stdout.readline()
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_people_write_at_the_rate_they_are_set_to(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=2, people=5, groups=1, seed=7) as telegram:
        await telegram.set_rate(60_000)
        summary = await telegram.wait_for("messages", 300)
        await telegram.set_rate(0)
        said = {message.text for message in await telegram.messages()}
        assert summary.addressed > 0
        assert len(said) > 30
