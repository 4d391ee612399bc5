"""Asks Telegram for rights in a chat; nothing is cached, because rights change."""

from dataclasses import dataclass
from typing import Any

from telethon import errors
from telethon.tl import types
from telethon.tl.functions.channels import GetChannelsRequest, GetParticipantRequest
from telethon.tl.functions.messages import GetChatsRequest, GetFullChatRequest

from engine.storage.peer import Peer
from engine.telegram.client.client import AccountClient
from engine.telegram.faults import UndeliverableError
from engine.telegram.updates.chat_events import ChatEvent, moved

_LEADERS = (
    types.ChatParticipantAdmin,
    types.ChatParticipantCreator,
    types.ChannelParticipantAdmin,
    types.ChannelParticipantCreator,
)
_CHANNEL_MARK = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """The account's own role in a chat."""

    title: str
    is_member: bool
    is_administrator: bool
    moved: ChatEvent | None = None  # set if the basic group has become a supergroup


def peer_of(chat: int) -> Peer:
    """Build the peer with which a bot addresses a chat of which it knows only the marked id."""
    if chat <= -_CHANNEL_MARK:
        return Peer("channel", -chat - _CHANNEL_MARK)
    return Peer("chat", -chat) if chat < 0 else Peer("user", chat)


async def is_administrator(client: AccountClient, peer: Peer, person: int) -> bool:
    """Return True if `person` is an administrator of the group `peer`.

    Raises one of `faults`; UndeliverableError if Telegram does not tell this account.
    """
    if peer.type == "channel":
        request = GetParticipantRequest(_channel(peer), types.InputPeerUser(person, 0))
        try:
            found = await client.ask(request)
        except UndeliverableError as error:
            if isinstance(error.__cause__, errors.UserNotParticipantError):
                return False
            raise
        return isinstance(found.participant, _LEADERS)
    found = await client.ask(GetFullChatRequest(peer.id))
    members = getattr(found.full_chat.participants, "participants", ())
    return any(one.user_id == person and isinstance(one, _LEADERS) for one in members)


async def own_standing(client: AccountClient, peer: Peer) -> OwnStanding:
    """Return the account's own role in the group `peer`; raises one of `faults`."""
    if peer.type == "channel":
        request = GetChannelsRequest([_channel(peer)])
    else:
        request = GetChatsRequest([peer.id])
    chat = (await client.ask(request)).chats[0]
    gone = isinstance(chat, types.ChatForbidden | types.ChannelForbidden | types.ChatEmpty)
    if gone or chat.left:
        return OwnStanding(getattr(chat, "title", ""), False, False)
    target = getattr(chat, "migrated_to", None)
    return OwnStanding(
        chat.title,
        is_member=True,
        is_administrator=bool(chat.creator or chat.admin_rights),
        moved=_moved(peer, chat, target) if target else None,
    )


def _moved(peer: Peer, chat: Any, target: Any) -> ChatEvent:
    there = types.ChannelForbidden(target.channel_id, target.access_hash, chat.title)
    return moved(-peer.id, target.channel_id, {-target.channel_id - _CHANNEL_MARK: there})


def _channel(peer: Peer) -> Any:
    return types.InputChannel(peer.id, peer.access_hash)
