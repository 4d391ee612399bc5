"""Converts Telegram's short form of a plain message into the long one.

The short form names no users or chats, so only the sender's id is known. Source:
https://core.telegram.org/constructor/updateShortMessage
"""

from typing import Any

from telethon.tl import types


def written_out(update: Any) -> Any:
    """Return a short message as an `updateNewMessage`; return any other update unchanged."""
    match update:
        case types.UpdateShortMessage():
            peer = types.PeerUser(update.user_id)
            sender = None if update.out else peer
        case types.UpdateShortChatMessage():
            peer = types.PeerChat(update.chat_id)
            sender = types.PeerUser(update.from_id)
        case _:
            return update
    message = types.Message(
        update.id,
        peer,
        out=update.out,
        mentioned=update.mentioned,
        media_unread=update.media_unread,
        silent=update.silent,
        from_id=sender,
        message=update.message,
        date=update.date,
        fwd_from=update.fwd_from,
        via_bot_id=update.via_bot_id,
        reply_to=update.reply_to,
        entities=update.entities,
        ttl_period=update.ttl_period,
    )
    long = types.UpdateNewMessage(message, update.pts, update.pts_count)
    long._entities = update._entities
    return long
