"""Why a bot that looks connected says nothing: each cause as an unmodified Telethon meets it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from telethon import errors
from telethon.tl import functions

from engine.simulator.client import LocalTelegram
from engine.simulator.people.rivals import ANSWER
from tests.support.local_telegram_clients import Received, echo, logged_in, start

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def telegram(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalTelegram]:
    """One for all tests of this module, each of which has bots of its own."""
    async with await start(tmp_path_factory.mktemp("telegram")) as running:
        yield running


async def _state(client: Any) -> Any:
    return await client(functions.updates.GetStateRequest())


async def test_a_deaf_bot_is_answered_and_told_nothing_while_its_pts_moves_on(
    telegram: LocalTelegram,
) -> None:
    bot = await telegram.add_bot("Bot")
    person = await telegram.add_person("Ada")
    async with logged_in(telegram, bot) as client:
        received = Received(client)
        await telegram.write(person, bot, "heard")
        await received.at_least(1)
        before = await _state(client)
        await telegram.deafen(bot)
        for text in ("one", "two"):
            await telegram.write(person, bot, text)
        now = await _state(client)
        assert (now.pts, received.texts) == (before.pts + 2, ["heard"])
        request = functions.updates.GetDifferenceRequest(before.pts, before.date, before.qts)
        missed = await client(request)
        assert [message.message for message in missed.new_messages] == ["one", "two"]
        await telegram.deafen(bot, deaf=False)
        await telegram.write(person, bot, "three")  # the gap shows, and Telethon fills it
        assert await received.at_least(4) == ["heard", "one", "two", "three"]


async def test_a_deaf_bot_may_not_even_be_answered_and_stays_connected(
    telegram: LocalTelegram,
) -> None:
    bot, other = await telegram.add_bot("One"), await telegram.add_bot("Two")
    async with logged_in(telegram, bot) as client, logged_in(telegram, other) as spared:
        await telegram.deafen(bot, answering=False)
        connected = (await telegram.ledger_summary()).connected
        asked = asyncio.create_task(client.get_me())
        done, _ = await asyncio.wait([asked], timeout=0.2)
        assert not done
        assert (await spared.get_me()).id == other.id
        assert (await telegram.ledger_summary()).connected == connected
        await telegram.deafen(bot, deaf=False)
        assert (await client.get_me()).id == bot.id
        asked.cancel()


async def test_a_rival_takes_the_updates_and_answers_in_the_bots_name(
    telegram: LocalTelegram,
) -> None:
    bot = await telegram.add_bot("Bot")
    person = await telegram.add_person("Ada")
    async with logged_in(telegram, bot) as client:
        received = Received(client)
        before = await _state(client)
        await telegram.add_rival(bot)
        answered = (await telegram.ledger_summary()).answered
        await telegram.write(person, bot, "who is there?")
        await telegram.wait_for("answered", answered + 1)
        now = await _state(client)
        assert (now.pts, received.texts) == (before.pts + 2, [])
        request = functions.updates.GetDifferenceRequest(before.pts, before.date, before.qts)
        question, answer = (await client(request)).new_messages
        assert (question.out, answer.out, answer.message) == (False, True, ANSWER)
        await telegram.remove_rival(bot)
        await telegram.write(person, bot, "and now?")
        await received.at_least(1)
    assert [message.text for message in await telegram.messages(sender=bot.id)] == [ANSWER]


async def test_a_rival_beside_us_answers_what_we_answer_too(telegram: LocalTelegram) -> None:
    bot = await telegram.add_bot("Bot")
    person = await telegram.add_person("Ada")
    async with logged_in(telegram, bot) as client:
        echo(client)
        await telegram.add_rival(bot, takes_updates=False)
        summary = await telegram.ledger_summary()
        answered, duplicated = summary.answered, summary.duplicated
        await telegram.write(person, bot, "both")
        await telegram.wait_for("duplicated", duplicated + 1)
        await telegram.clear_faults()
        await telegram.write(person, bot, "alone again")
        await telegram.wait_for("answered", answered + 2)
    texts = [message.text for message in await telegram.messages(sender=bot.id)]
    assert sorted(texts) == [ANSWER, "alone again", "both"]


async def test_a_second_program_with_the_token_hears_what_the_first_hears(
    telegram: LocalTelegram,
) -> None:
    bot = await telegram.add_bot("Bot")
    person = await telegram.add_person("Ada")
    async with logged_in(telegram, bot) as first, logged_in(telegram, bot) as second:
        heard = Received(first), Received(second)
        await telegram.write(person, bot, "hello")
        for one in heard:
            assert await one.at_least(1) == ["hello"]


async def test_a_key_used_from_two_places_is_void_for_good(telegram: LocalTelegram) -> None:
    bot = await telegram.add_bot("Bot")
    async with logged_in(telegram, bot) as client:
        assert await telegram.duplicate_key(bot) == 1
        for _ in range(2):
            with pytest.raises(errors.AuthKeyDuplicatedError):
                await client.get_me()
        with pytest.raises(errors.AuthKeyDuplicatedError):
            await client.sign_in(bot_token=bot.token)
    async with logged_in(telegram, bot) as client:  # with a key of its own
        assert (await client.get_me()).id == bot.id


async def test_a_replaced_token_ends_the_login_and_opens_no_other(telegram: LocalTelegram) -> None:
    bot = await telegram.add_bot("Bot")
    async with logged_in(telegram, bot) as client:
        renewed = await telegram.revoke_token(bot)
        assert renewed in telegram.bots
        assert bot not in telegram.bots
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client(functions.updates.GetStateRequest())
        with pytest.raises(errors.AccessTokenExpiredError):
            await client.sign_in(bot_token=bot.token)
        await client.sign_in(bot_token=renewed.token)
        assert (await client.get_me()).id == bot.id


async def test_a_banned_bot_is_refused_everything_until_it_is_pardoned(
    telegram: LocalTelegram,
) -> None:
    bot = await telegram.add_bot("Bot")
    async with logged_in(telegram, bot) as client:
        await telegram.ban(bot)
        with pytest.raises(errors.UserDeactivatedBanError):
            await _state(client)
        with pytest.raises(errors.UserDeactivatedBanError):
            await client.sign_in(bot_token=bot.token)
        await telegram.ban(bot, banned=False)
        assert (await client.get_me()).id == bot.id


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [(500, "INTERNAL", errors.ServerError), (-503, "Timeout", errors.TimedOutError)],
)
async def test_trouble_at_telegram_refuses_everybody_everything(
    telegram: LocalTelegram, code: int, message: str, error: type[Exception]
) -> None:
    bot, other = await telegram.add_bot("One"), await telegram.add_bot("Two")
    async with logged_in(telegram, bot) as client, logged_in(telegram, other) as neighbour:
        number = await telegram.trouble(code=code, message=message)
        for one in (client, neighbour):
            with pytest.raises(error):  # as the server says it, without Telethon's retries
                await one._sender.send(functions.updates.GetStateRequest())
        await telegram.remove_fault(number)
        assert (await client.get_me()).id == bot.id
