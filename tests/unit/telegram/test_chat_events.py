"""What Telegram tells of an account's standing is understood; what is about others is not taken."""

from typing import Any

import pytest
from telethon.tl import types

from engine.storage.peer import Peer
from engine.telegram.client.rights import peer_of
from engine.telegram.updates.chat_events import ChatEvent, ChatEventKind, chat_events

ME, ADA = 7_000_001, 5_000_001
GROUP, SUPERGROUP = 4_001, 1_500_001
MARKED = -1_000_000_000_000 - SUPERGROUP
RIGHTS = types.ChatAdminRights()


def banned(*, view: bool = False, send: bool = False) -> Any:
    rights = types.ChatBannedRights(None, view_messages=view, send_messages=send)
    return types.ChannelParticipantBanned(types.PeerUser(ME), ADA, None, rights)


def in_supergroup(who: int, before: Any, after: Any) -> Any:
    return types.UpdateChannelParticipant(
        SUPERGROUP, None, ADA, who, 1, prev_participant=before, new_participant=after
    )


def in_group(who: int, before: Any, after: Any) -> Any:
    return types.UpdateChatParticipant(
        GROUP, None, ADA, who, 1, prev_participant=before, new_participant=after
    )


def service(peer: Any, action: Any) -> Any:
    message = types.MessageService(1, peer, None, action=action, from_id=types.PeerUser(ADA))
    update = types.UpdateNewMessage(message, 1, 1)
    there = types.Channel(SUPERGROUP, "Club", types.ChatPhotoEmpty(), None, access_hash=99)
    update._entities = {MARKED: there}
    return update


MEMBER = types.ChannelParticipantSelf(ME, ADA, None)
LEADER = types.ChannelParticipantAdmin(ME, ADA, None, RIGHTS)
MOVED = ChatEvent(ChatEventKind.MOVED, -GROUP, "Club", MARKED, Peer("channel", SUPERGROUP, 99))
CASES = {
    "thrown out of a supergroup": (
        in_supergroup(ME, MEMBER, banned(view=True)),
        ChatEvent(ChatEventKind.REMOVED, MARKED),
    ),
    "gone from a supergroup": (
        in_supergroup(ME, MEMBER, None),
        ChatEvent(ChatEventKind.REMOVED, MARKED),
    ),
    "silenced": (
        in_supergroup(ME, MEMBER, banned(send=True)),
        ChatEvent(ChatEventKind.SILENCED, MARKED),
    ),
    "demoted": (in_supergroup(ME, LEADER, MEMBER), ChatEvent(ChatEventKind.DEMOTED, MARKED)),
    "promoted": (in_supergroup(ME, MEMBER, LEADER), None),
    "somebody else": (in_supergroup(ADA, LEADER, None), None),
    "demoted in a basic group": (
        in_group(
            ME, types.ChatParticipantAdmin(ME, ADA, None), types.ChatParticipant(ME, ADA, None)
        ),
        ChatEvent(ChatEventKind.DEMOTED, -GROUP),
    ),
    "gone from a basic group": (
        in_group(ME, types.ChatParticipant(ME, ADA, None), None),
        ChatEvent(ChatEventKind.REMOVED, -GROUP),
    ),
    "blocked": (
        types.UpdateBotStopped(ADA, None, True, 1),
        ChatEvent(ChatEventKind.BLOCKED, ADA),
    ),
    "unblocked": (types.UpdateBotStopped(ADA, None, False, 1), None),
    "thrown out, by the message that says so": (
        service(types.PeerChat(GROUP), types.MessageActionChatDeleteUser(ME)),
        ChatEvent(ChatEventKind.REMOVED, -GROUP),
    ),
    "another thrown out": (
        service(types.PeerChat(GROUP), types.MessageActionChatDeleteUser(ADA)),
        None,
    ),
    "moved, told in the group": (
        service(types.PeerChat(GROUP), types.MessageActionChatMigrateTo(SUPERGROUP)),
        MOVED,
    ),
    "moved, told in the supergroup": (
        service(
            types.PeerChannel(SUPERGROUP), types.MessageActionChannelMigrateFrom("Club", GROUP)
        ),
        MOVED,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_happened_to_the_account_is_understood(case: str) -> None:
    update, event = CASES[case]
    assert list(chat_events([update], ME)) == ([] if event is None else [event])


def test_a_group_is_addressed_by_its_marked_id_alone() -> None:
    assert peer_of(MARKED) == Peer("channel", SUPERGROUP)
    assert peer_of(-GROUP) == Peer("chat", GROUP)
    assert peer_of(ADA) == Peer("user", ADA)
