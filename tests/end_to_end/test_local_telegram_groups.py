"""Unmodified Telethon in groups: who leads them, who is told what, and who may write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from telethon import errors
from telethon.tl import functions, types

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot, LocalGroup, LocalPerson
from tests.support.local_telegram_clients import Received, Told, logged_in, start

KINDS = pytest.mark.parametrize("supergroup", [True, False], ids=["supergroup", "basic group"])

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def telegram(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalTelegram]:
    """One for all tests of this module, each of which has bots of its own."""
    async with await start(tmp_path_factory.mktemp("telegram")) as running:
        yield running


@asynccontextmanager
async def _one_bot(telegram: LocalTelegram) -> AsyncIterator[tuple[LocalBot, Any]]:
    bot = await telegram.add_bot("Bot")
    async with logged_in(telegram, bot) as client:
        yield bot, client


async def _participant(client: Any, group: LocalGroup, who: LocalPerson | LocalBot) -> Any:
    """What Telegram says somebody is, by the method each kind of group has for it."""
    if group.supergroup:
        peer = types.InputPeerUser(who.id, 0)
        request = functions.channels.GetParticipantRequest(group.id, peer)
        return (await client(request)).participant
    full = await client(functions.messages.GetFullChatRequest(-group.id))
    found = full.full_chat.participants.participants
    return next(one for one in found if one.user_id == who.id)


@KINDS
async def test_a_bot_can_ask_who_leads_a_group(telegram: LocalTelegram, supergroup: bool) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder, deputy, member = [await telegram.add_person(name) for name in ("A", "B", "C")]
        group = await telegram.add_group(
            "Group",
            [member, deputy, bot],
            supergroup=supergroup,
            creator=founder,
            administrators=[deputy],
        )
        await client.get_me()  # whatever was pushed has come
        kinds = [
            type(await _participant(client, group, one)).__name__.removeprefix("Channel")
            for one in (founder, deputy, member)
        ]
        expected = ["ParticipantCreator", "ParticipantAdmin", "Participant"]
        assert [kind.removeprefix("Chat") for kind in kinds] == expected
        await telegram.demote(group, deputy)
        assert not hasattr(await _participant(client, group, deputy), "promoted_by")
        await telegram.promote(group, member)
        assert "Admin" in type(await _participant(client, group, member)).__name__
        assert (await telegram.ledger_summary()).unknown_methods == {}


async def test_a_supergroup_tells_apart_who_never_was_there_and_who_is_banned(
    telegram: LocalTelegram,
) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder, gone, banned = [await telegram.add_person(name) for name in ("A", "B", "C")]
        group = await telegram.add_group("Group", [founder, gone, banned, bot])
        await telegram.leave(group, gone)
        await telegram.remove(group, banned)
        await client.get_me()
        with pytest.raises(errors.UserNotParticipantError):
            await _participant(client, group, gone)
        participant = await _participant(client, group, banned)
        assert isinstance(participant, types.ChannelParticipantBanned)
        assert participant.left
        assert participant.banned_rights.view_messages


@KINDS
async def test_a_bot_is_told_when_it_is_added_promoted_demoted_and_put_out(
    telegram: LocalTelegram, supergroup: bool
) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder = await telegram.add_person("Ada")
        group = await telegram.add_group("Group", [founder], supergroup=supergroup)
        told = Told(client, types.UpdateChannelParticipant, types.UpdateChatParticipant)
        service = Told(client, types.UpdateNewChannelMessage, types.UpdateNewMessage)
        await telegram.join(group, bot)
        await telegram.promote(group, bot)
        await telegram.demote(group, bot)
        await telegram.remove(group, bot)
        changes = await told.at_least(4)
        assert [one.qts for one in changes] == [1, 2, 3, 4]
        assert {one.user_id for one in changes} == {bot.id}
        assert {one.actor_id for one in changes} == {founder.id}
        added, promoted, demoted, removed = changes
        assert added.prev_participant is None
        assert "Admin" in type(promoted.new_participant).__name__
        assert "Admin" in type(demoted.prev_participant).__name__
        assert "Admin" not in type(demoted.new_participant).__name__
        if supergroup:
            assert isinstance(removed.new_participant, types.ChannelParticipantBanned)
        else:
            assert removed.new_participant is None
        seen = [types.MessageActionChatAddUser]
        if not supergroup:  # a supergroup is closed to whoever was put out
            seen.append(types.MessageActionChatDeleteUser)
        await service.at_least(len(seen))
        await client.get_me()
        assert [type(one.message.action) for one in service.updates] == seen


async def test_only_an_administrator_bot_is_told_of_other_members(telegram: LocalTelegram) -> None:
    boss, plain = await telegram.add_bot("One"), await telegram.add_bot("Two")
    founder, guest = await telegram.add_person("Ada"), await telegram.add_person("Bo")
    group = await telegram.add_group("Group", [founder, boss, plain], administrators=[boss])
    async with logged_in(telegram, boss) as leading, logged_in(telegram, plain) as following:
        told = Told(leading, types.UpdateChannelParticipant)
        untold = Told(following, types.UpdateChannelParticipant)
        await telegram.join(group, guest)
        await telegram.promote(group, guest)
        joined, promoted = await told.at_least(2)
        assert (joined.user_id, joined.actor_id) == (guest.id, guest.id)
        assert isinstance(joined.new_participant, types.ChannelParticipant)
        assert isinstance(promoted.new_participant, types.ChannelParticipantAdmin)
        await following.get_me()
        assert untold.updates == []


async def test_a_bot_learns_after_an_absence_how_its_rank_changed(telegram: LocalTelegram) -> None:
    bot = await telegram.add_bot("Bot")
    founder = await telegram.add_person("Ada")
    group = await telegram.add_group("Group", [founder, bot], supergroup=False)
    async with logged_in(telegram, bot) as client:
        state = await client(functions.updates.GetStateRequest())
        assert state.qts == 1  # being there from the start
        await telegram.promote(group, bot)
        await telegram.remove(group, bot)
        request = functions.updates.GetDifferenceRequest(state.pts, state.date, state.qts)
        missed = await client(request)
    changes = [u for u in missed.other_updates if isinstance(u, types.UpdateChatParticipant)]
    assert [one.qts for one in changes] == [2, 3]
    assert missed.state.qts == 3
    assert isinstance(changes[0].new_participant, types.ChatParticipantAdmin)
    assert changes[1].new_participant is None
    (left,) = missed.new_messages
    assert isinstance(left.action, types.MessageActionChatDeleteUser)
    assert [type(chat) for chat in missed.chats] == [types.ChatForbidden]


async def test_a_bot_without_the_right_to_write_is_refused_with_the_cause(
    telegram: LocalTelegram,
) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder = await telegram.add_person("Ada")
        group = await telegram.add_group("Group", [founder, bot])
        chat = await client.get_input_entity(group.id)
        await telegram.restrict(group, bot)
        with pytest.raises(errors.ChatWriteForbiddenError):
            await client.send_message(chat, "restricted")
        assert (await client.get_entity(chat)).banned_rights.send_messages
        await telegram.demote(group, bot)
        rights = Told(client, types.UpdateChatDefaultBannedRights)
        await telegram.mute_group(group)
        assert (await rights.at_least(1))[0].default_banned_rights.send_messages
        with pytest.raises(errors.ChatWriteForbiddenError):
            await client.send_message(chat, "muted with all")
        assert (await client.get_entity(chat)).default_banned_rights.send_messages
        await telegram.promote(group, bot)
        await client.send_message(chat, "administrators may")
        await telegram.remove(group, bot)
        with pytest.raises(errors.ChannelPrivateError):
            await client.send_message(chat, "put out")
        await telegram.join(group, bot)
        await telegram.mute_group(group, muted=False)
        await client.send_message(chat, "back")
        sent = [message.text for message in await telegram.messages(sender=bot.id)]
        assert [text for text in sent if text] == ["administrators may", "back"]


async def test_a_bot_put_out_of_a_basic_group_may_neither_write_nor_look(
    telegram: LocalTelegram,
) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder = await telegram.add_person("Ada")
        group = await telegram.add_group("Group", [founder, bot], supergroup=False)
        await telegram.remove(group, bot)
        with pytest.raises(errors.ChatWriteForbiddenError):
            await client.send_message(types.InputPeerChat(-group.id), "put out")
        full = await client(functions.messages.GetFullChatRequest(-group.id))
        assert isinstance(full.full_chat.participants, types.ChatParticipantsForbidden)
        assert isinstance(full.chats[0], types.ChatForbidden)
        assert full.users == []


async def test_a_bot_is_told_when_a_person_stops_it_and_starts_it_again(
    telegram: LocalTelegram,
) -> None:
    async with _one_bot(telegram) as (bot, client):
        person = await telegram.add_person("Ada")
        told, received = Told(client, types.UpdateBotStopped), Received(client)
        await telegram.start_bot(person, bot)
        assert await received.at_least(1) == ["/start"]
        await telegram.block(person, bot)
        await telegram.start_bot(person, bot)
        changes = await told.at_least(2)
        assert [(one.user_id, one.stopped, one.qts) for one in changes] == [
            (person.id, True, 1),
            (person.id, False, 2),
        ]
        await client.send_message(person.id, "welcome back")
        await telegram.delete_person(person)
        with pytest.raises(errors.InputUserDeactivatedError):
            await client.send_message(person.id, "too late")
        assert (await client.get_entity(types.InputPeerUser(person.id, 0))).deleted


async def test_a_grown_group_says_in_both_chats_where_it_went(telegram: LocalTelegram) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder = await telegram.add_person("Ada")
        group = await telegram.add_group("Town", [founder, bot], supergroup=False)
        told = Told(client, types.UpdateNewMessage, types.UpdateNewChannelMessage)
        grown = await telegram.migrate(group)
        _, old, new = [update.message for update in await told.at_least(3)]
        assert old.peer_id == types.PeerChat(-group.id)
        assert old.action == types.MessageActionChatMigrateTo(new.peer_id.channel_id)
        assert new.chat_id == grown.id
        assert new.action == types.MessageActionChannelMigrateFrom("Town", -group.id)
        chats = await client(functions.messages.GetChatsRequest([-group.id]))
        assert chats.chats[0].deactivated
        assert chats.chats[0].migrated_to.channel_id == new.peer_id.channel_id
        with pytest.raises(errors.PeerIdInvalidError):
            await client.send_message(types.InputPeerChat(-group.id), "too late")
        creator = await _participant(client, grown, founder)
        assert isinstance(creator, types.ChannelParticipantCreator)


async def test_an_anonymous_administrator_writes_in_the_name_of_the_group(
    telegram: LocalTelegram,
) -> None:
    async with _one_bot(telegram) as (bot, client):
        founder = await telegram.add_person("Ada")
        group = await telegram.add_group("Group", [founder, bot])
        received = Received(client)
        await telegram.write(founder, group, f"/subscribe@{bot.username}", anonymous=True)
        await received.at_least(1)
        assert received.messages[0].sender_id == group.id


async def test_a_bot_cannot_read_another_bots_message_by_its_number(
    telegram: LocalTelegram,
) -> None:
    curious, other = await telegram.add_bot("One"), await telegram.add_bot("Two")
    person = await telegram.add_person("Ada")
    group = await telegram.add_group("Group", [person, curious, other])
    async with logged_in(telegram, curious) as client, logged_in(telegram, other) as talking:
        received = Received(client)
        await telegram.set_privacy(curious, on=False)
        await telegram.write(person, group, "first")
        await received.at_least(1)
        sent = await talking.send_message(group.id, "between ourselves")
        await telegram.write(person, group, "last")
        assert await received.at_least(2) == ["first", "last"]
        assert await client.get_messages(group.id, ids=sent.id) is None
        assert (await client.get_me()).bot_chat_history
        assert not (await talking.get_me()).bot_chat_history
