"""Reads the messages that reached an account out of Telegram's updates."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from telethon import utils
from telethon.tl import types

from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.peer import Peer
from engine.telemetry.redaction import redact

MessageUpdate = types.UpdateNewMessage | types.UpdateNewChannelMessage


def incoming_messages(account: str, updates: Iterable[Any]) -> Iterator[IncomingMessage]:
    """Yield what others wrote to `account`, of updates as Telethon's update loop has them."""
    for update in updates:
        if isinstance(update, MessageUpdate) and isinstance(update.message, types.Message):
            message = update.message
            if not message.out and not message.post:
                incoming = _read(account, message, update._entities)
                if incoming is not None:
                    yield incoming


def _read(
    account: str, message: types.Message, entities: Mapping[int, Any]
) -> IncomingMessage | None:
    chat = utils.get_peer_id(message.peer_id)
    sender = utils.get_peer_id(message.from_id) if message.from_id else chat
    peer = _peer(message.peer_id, entities.get(chat), _topic(message.reply_to))
    if peer is None:
        return None
    origin = _origin(message)
    return IncomingMessage(
        account=account,
        chat=chat,
        message=message.id,
        sender=sender,
        sender_is_bot=_said_by_nobody(message) or bool(getattr(entities.get(sender), "bot", False)),
        kind=ChatKind.DIRECT if isinstance(message.peer_id, types.PeerUser) else ChatKind.GROUP,
        text=redact(message.message or ""),  # a token pasted into a chat must not be stored
        mentions_us=bool(message.mentioned),
        peer=peer,
        at=message.date.timestamp(),
        language=getattr(entities.get(sender), "lang_code", None),
        title=getattr(entities.get(chat), "title", None) or "",
        forwarded_from=origin,
        of_another=message.fwd_from is not None and origin != sender,
    )


def _said_by_nobody(message: types.Message) -> bool:
    """Return True for a message of an inline bot, or one forwarded automatically from a channel."""
    forward = message.fwd_from
    automatic = forward is not None and forward.channel_post and forward.saved_from_msg_id
    return bool(
        message.via_bot_id or (automatic and isinstance(message.from_id, types.PeerChannel))
    )


def _origin(message: types.Message) -> int | None:
    forward = message.fwd_from
    if forward is None or forward.from_id is None:
        return None
    return int(utils.get_peer_id(forward.from_id))


def _topic(reply: Any) -> int:
    """Return the forum topic of a message, read from its reply header; 0: General, or no forum."""
    if not getattr(reply, "forum_topic", False):
        return 0
    return reply.reply_to_top_id or reply.reply_to_msg_id or 0


def _peer(peer: Any, entity: Any, topic: int) -> Peer | None:
    """Return the address of a chat for requests; bots may leave the access hash at zero."""
    access_hash = getattr(entity, "access_hash", None) or 0
    match peer:
        case types.PeerUser(user_id=user):
            return Peer("user", user, access_hash)
        case types.PeerChat(chat_id=chat):
            return Peer("chat", chat)
        case types.PeerChannel(channel_id=channel):
            return Peer("channel", channel, access_hash, topic)
    return None


def input_peer(peer: Peer) -> Any:
    """Return the peer in the form that Telethon's requests take."""
    match peer.type:
        case "user":
            return types.InputPeerUser(peer.id, peer.access_hash)
        case "channel":
            return types.InputPeerChannel(peer.id, peer.access_hash)
    return types.InputPeerChat(peer.id)
