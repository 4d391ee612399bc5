"""Unmodified Telethon over a real socket: logins, messages, updates and what was missed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from telethon import errors
from telethon.network import (
    ConnectionTcpAbridged,
    ConnectionTcpFull,
    ConnectionTcpIntermediate,
)
from telethon.sessions import SQLiteSession
from telethon.tl import functions, types

from tests.support.local_telegram_clients import Received, echo, logged_in, new_client, start


@pytest.mark.parametrize(
    "transport", [ConnectionTcpFull, ConnectionTcpAbridged, ConnectionTcpIntermediate]
)
async def test_a_bot_logs_in_and_echoes_over_each_transport(tmp_path: Path, transport: Any) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Ayşe")
        async with logged_in(telegram, bot, connection=transport) as client:
            me = await client.get_me()
            assert (me.id, me.bot, me.username) == (bot.id, True, bot.username)
            echo(client)
            question = await telegram.write(person, bot, "selam " + "x" * 3000)
            summary = await telegram.wait_for("answered", 1)
        (answer,) = await telegram.messages(sender=bot.id)
        assert (answer.text, answer.reply_to) == (question.text, question.uid)
        assert summary.protocol_errors == 0
        assert summary.unknown_methods == {}


async def test_a_wrong_token_is_refused(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        client = new_client(telegram)
        await client.connect()
        with pytest.raises(errors.AccessTokenInvalidError):
            await client.sign_in(bot_token="7000001:nobody")
        await client.disconnect()


async def test_nothing_written_while_a_bot_was_away_is_lost_or_told_twice(tmp_path: Path) -> None:
    async with await start(tmp_path / "server", bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Can")
        known = await telegram.add_group("Known", [person, bot], administrators=[bot])
        session = str(tmp_path / "bot")
        async with logged_in(telegram, bot, session=SQLiteSession(session)) as client:
            received = Received(client)
            await telegram.write(person, bot, "direct 0")
            await telegram.write(person, known, "group 0")
            await received.at_least(2)
        unheard = await telegram.add_group("Unheard of", [person, bot], administrators=[bot])
        written = []
        for number in range(1, 8):
            await telegram.write(person, bot, f"direct {number}")
            await telegram.write(person, known, f"group {number}")
            await telegram.write(person, unheard, f"unheard {number}")
            written += [f"direct {number}", f"group {number}", f"unheard {number}"]
        client = new_client(telegram, SQLiteSession(session), catch_up=True)
        received = Received(client)
        await client.connect()
        await client.get_me()
        caught_up = list(await received.at_least(len(written)))
        await telegram.write(person, bot, "the end")
        await received.at_least(len(written) + 1)
        await client.disconnect()
        assert sorted(caught_up) == sorted(written)
        assert received.texts[len(written) :] == ["the end"]


async def test_many_missed_messages_come_in_slices(tmp_path: Path) -> None:
    async with await start(tmp_path / "server", bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Elif")
        session = str(tmp_path / "bot")
        async with logged_in(telegram, bot, session=SQLiteSession(session)) as client:
            received = Received(client)
            await telegram.write(person, bot, "first")
            await received.at_least(1)
        written = [f"message {number}" for number in range(1200)]
        await asyncio.gather(*(telegram.write(person, bot, text) for text in written))
        client = new_client(telegram, SQLiteSession(session), catch_up=True)
        received = Received(client)
        await client.connect()
        await client.get_me()
        assert sorted(await received.at_least(len(written))) == sorted(written)
        await client.disconnect()
        assert (await telegram.ledger_summary()).methods["updates.getDifference"] >= 3


async def _send(client: Any, person: Any, text: str, random_id: int) -> Any:
    """Send without Telethon's own retries, which wait 2 s each."""
    peer = await client.get_input_entity(person.id)
    request = functions.messages.SendMessageRequest(peer, text, random_id=random_id)
    return await client._sender.send(request)


async def test_a_repeated_random_id_is_refused_until_it_is_forgotten(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Emre")
        async with logged_in(telegram, bot) as client:
            received = Received(client)
            await telegram.write(person, bot, "/start")
            await received.at_least(1)
            await _send(client, person, "once", random_id=77)
            with pytest.raises(errors.RandomIdDuplicateError):
                await _send(client, person, "once", random_id=77)
            assert [m.text for m in await telegram.messages(sender=bot.id)] == ["once"]
            await telegram.set_random_id_memory(0)
            await _send(client, person, "again", random_id=77)
        messages = await telegram.messages(sender=bot.id)
        assert [(m.text, m.random_id, m.refused_repeats) for m in messages] == [
            ("once", 77, 1),
            ("again", 77, 0),
        ]


async def test_a_bot_writes_only_to_those_who_wrote_first_and_did_not_block_it(
    tmp_path: Path,
) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        person, stranger = await telegram.add_person("Ece"), await telegram.add_person("Ben")
        async with logged_in(telegram, bot) as client:
            received = Received(client)
            await telegram.write(person, bot, "/start")
            await received.at_least(1)
            with pytest.raises(errors.PeerIdInvalidError):
                await client.send_message(types.InputPeerUser(stranger.id, 0), "hello")
            await telegram.block(person, bot)
            with pytest.raises(errors.UserIsBlockedError):
                await client.send_message(person.id, "hello")
            await telegram.block(person, bot, blocked=False)
            with pytest.raises(errors.MessageTooLongError):
                await _send(client, person, "x" * 4097, random_id=5)
            with pytest.raises(errors.MessageEmptyError):
                await _send(client, person, " ", random_id=6)
        assert await telegram.messages(sender=bot.id) == []


async def test_privacy_mode_hides_what_is_not_meant_for_a_bot(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=2) as telegram:
        shy, other = telegram.bots
        boss = await telegram.add_bot("Boss")
        person = await telegram.add_person("Zeynep")
        group = await telegram.add_group("Group", [person, shy, other, boss], administrators=[boss])
        async with logged_in(telegram, shy) as client, logged_in(telegram, boss) as boss_client:
            received, all_received = Received(client), Received(boss_client)
            await telegram.write(person, group, "not for bots")
            await telegram.write(person, group, f"hey @{shy.username}!")
            await telegram.write(person, group, f"/status@{other.username}")
            await telegram.write(person, group, f"/help@{shy.username} me")
            await received.at_least(2)
            answer = await client.send_message(group.id, "here I am")
            (own,) = await telegram.messages(sender=shy.id)
            assert answer.id == own.message_id
            await telegram.write(person, group, "thanks", reply_to=own)
            assert await received.at_least(3) == [
                f"hey @{shy.username}!",
                f"/help@{shy.username} me",
                "thanks",
            ]
            assert received.messages[2].reply_to.reply_to_msg_id == own.message_id
            assert len(await all_received.at_least(5)) == 5  # never another bot's message
        mentioned = [message.mentioned for message in received.messages]
        assert mentioned == [True, True, True]


async def test_a_group_is_left_joined_and_moved_to_a_supergroup(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Deniz")
        group = await telegram.add_group("Small", [person], supergroup=False)
        async with logged_in(telegram, bot) as client:
            received = Received(client)
            await telegram.join(group, bot)
            await telegram.write(person, group, f"@{bot.username} one")
            await received.at_least(1)
            assert received.messages[0].chat_id == group.id
            await telegram.promote(group, bot)
            await telegram.write(person, group, "two")
            await received.at_least(2)
            grown = await telegram.migrate(group)
            await telegram.write(person, grown, "three")
            await received.at_least(3)
            assert received.messages[2].chat_id == grown.id
            with pytest.raises(errors.PeerIdInvalidError):
                await client.send_message(group.id, "too late")
            await client.send_message(grown.id, "in time")
            full = await client(functions.channels.GetFullChannelRequest(grown.id))
            assert full.full_chat.migrated_from_chat_id == -group.id
            await telegram.leave(grown, bot)
            with pytest.raises(errors.ChannelPrivateError):
                await client.send_message(grown.id, "never")


async def test_messages_are_edited_read_and_deleted(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1) as telegram:
        (bot,) = telegram.bots
        person = await telegram.add_person("Selin")
        group = await telegram.add_group("Group", [person, bot])
        async with logged_in(telegram, bot) as client:
            received = Received(client)
            await telegram.write(person, group, f"@{bot.username} hi")
            await telegram.write(person, bot, "/start")
            await received.at_least(2)
            for chat in (group.id, person.id):
                sent = await client.send_message(chat, "**bold** and ı̇", parse_mode="md")
                await client.edit_message(chat, sent.id, "changed")
                found = await client.get_messages(chat, ids=sent.id)
                assert found.raw_text == "changed"
                await client.delete_messages(chat, [sent.id])
                assert await client.get_messages(chat, ids=sent.id) is None
            participants = await client.get_participants(group.id)
            assert {one.id for one in participants} == {person.id, bot.id}
            async with client.action(person.id, "typing"):
                pass
        assert all(m.deleted and m.edited for m in await telegram.messages(sender=bot.id))
        assert (await telegram.ledger_summary()).unknown_methods == {}


async def test_an_unknown_method_is_refused_and_counted(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=1, log_level="critical") as telegram:
        async with logged_in(telegram, telegram.bots[0]) as client:
            for _ in range(2):
                with pytest.raises(errors.InputMethodInvalidError):
                    await client(functions.messages.GetAllStickersRequest(0))
        summary = await telegram.ledger_summary()
        assert summary.unknown_methods == {"messages.getAllStickers": 2}


async def test_the_ledger_tells_answered_unanswered_and_answered_twice(tmp_path: Path) -> None:
    async with await start(tmp_path, bots=2) as telegram:
        bot, absent = telegram.bots
        person = await telegram.add_person("Merve")
        group = await telegram.add_group("Group", [person, bot, absent])
        async with logged_in(telegram, bot) as client:
            received = Received(client)
            await telegram.write(person, bot, "answered without a reply")
            await telegram.write(person, bot, "answered twice")
            await telegram.write(person, bot, "never answered")
            await telegram.write(person, group, f"@{bot.username} answered in the group")
            await telegram.write(person, group, f"@{absent.username} nobody is there")
            await received.at_least(4)
            by_text = {message.raw_text: message for message in received.messages}
            await client.send_message(person.id, "to the oldest")
            for _ in range(2):
                await by_text["answered twice"].reply("yes")
            await by_text[f"@{bot.username} answered in the group"].reply("yes")
            summary = await telegram.wait_for("received", 4)
        assert (summary.received, summary.pending, summary.addressed) == (4, 1, 5)
        assert (summary.answered, summary.duplicated, summary.waiting) == (3, 1, 2)
        never, nobody = sorted(summary.unanswered, key=lambda pair: pair.at)
        assert (never.bot, never.chat, never.delivered) == (bot.id, person.id, True)
        assert never.message_id == by_text["never answered"].id
        assert (nobody.bot, nobody.chat, nobody.delivered) == (absent.id, group.id, False)
        assert summary.logins == summary.connected == 1
        assert summary.methods["messages.sendMessage"] == 4
        assert summary.answer_p50_ms is not None
        assert summary.answer_p50_ms <= (summary.answer_p99_ms or 0)
