"""Recognises events that concern an account in its chats: moved, removed, silenced, blocked."""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telethon import utils
from telethon.tl import types

from engine.storage.peer import Peer

_LEADERS = (
    types.ChatParticipantAdmin,
    types.ChatParticipantCreator,
    types.ChannelParticipantAdmin,
    types.ChannelParticipantCreator,
)
_ServiceUpdate = types.UpdateNewMessage | types.UpdateNewChannelMessage


class ChatEventKind(enum.StrEnum):
    """The kind of a chat event."""

    MOVED = "moved"  # the basic group became a supergroup
    REMOVED = "removed"  # the account is no longer a member
    SILENCED = "silenced"  # the account may no longer write
    DEMOTED = "demoted"  # the account is no longer an administrator
    BLOCKED = "blocked"  # a person blocked the account


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One event; chats are marked ids, or the person's id if a person blocked the account."""

    kind: ChatEventKind
    chat: int
    title: str = ""
    moved_to: int | None = None
    peer: Peer | None = None  # the supergroup that it became


def chat_events(updates: Iterable[Any], own: int) -> Iterator[ChatEvent]:
    """Yield the events in `updates`, from Telethon's update loop, that concern account `own`."""
    for update in updates:
        event = _event(update, own)
        if event is not None:
            yield event


def _event(update: Any, own: int) -> ChatEvent | None:
    match update:
        case types.UpdateBotStopped(user_id=person, stopped=True):
            return ChatEvent(ChatEventKind.BLOCKED, person)
        case types.UpdateChatParticipant(user_id=who) if who == own:
            return _standing(update, -update.chat_id)
        case types.UpdateChannelParticipant(user_id=who) if who == own:
            return _standing(update, utils.get_peer_id(types.PeerChannel(update.channel_id)))
    message = getattr(update, "message", None)
    if isinstance(update, _ServiceUpdate) and isinstance(message, types.MessageService):
        return _service(message, update._entities, own)
    return None


def _standing(update: Any, chat: int) -> ChatEvent | None:
    """Return the event for a change of the account's own role."""
    match update.new_participant:
        case None | types.ChannelParticipantLeft():
            return ChatEvent(ChatEventKind.REMOVED, chat)
        case types.ChannelParticipantBanned(banned_rights=rights, left=left):
            if left or rights.view_messages:
                return ChatEvent(ChatEventKind.REMOVED, chat)
            if rights.send_messages or rights.send_plain:
                return ChatEvent(ChatEventKind.SILENCED, chat)
    led = isinstance(update.prev_participant, _LEADERS)
    if led and not isinstance(update.new_participant, _LEADERS):
        return ChatEvent(ChatEventKind.DEMOTED, chat)
    return None


def _service(message: Any, entities: Mapping[int, Any], own: int) -> ChatEvent | None:
    chat = utils.get_peer_id(message.peer_id)
    match message.action:
        case types.MessageActionChatDeleteUser(user_id=who) if who == own:
            return ChatEvent(ChatEventKind.REMOVED, chat)
        case types.MessageActionChatMigrateTo(channel_id=channel):
            return moved(chat, channel, entities)
        case types.MessageActionChannelMigrateFrom(chat_id=group):
            return moved(-group, message.peer_id.channel_id, entities)
    return None


def moved(chat: int, channel: int, entities: Mapping[int, Any]) -> ChatEvent:
    """Return the event: basic group `chat` (marked) became supergroup `channel` (bare id)."""
    marked = utils.get_peer_id(types.PeerChannel(channel))
    entity = entities.get(marked)
    return ChatEvent(
        ChatEventKind.MOVED,
        chat,
        title=getattr(entity, "title", ""),
        moved_to=marked,
        peer=Peer("channel", channel, getattr(entity, "access_hash", None) or 0),
    )
