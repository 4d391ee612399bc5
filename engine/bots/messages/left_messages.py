"""Builds what is stored of messages that get no answer."""

import msgspec

from engine.bots.skip_reason import SkipReason
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.people.erasure import ERASED
from engine.telegram.client.rights import peer_of
from engine.telegram.updates.partial_difference import UnreadMessage


def left(incoming: IncomingMessage, reason: SkipReason | None) -> IncomingMessage:
    """Return the message with the reason why it needs no answer; None: it needs one.

    If it came before a database was lost, only a tombstone is stored: its sender may have had it
    erased.
    """
    if reason is None:
        return incoming
    if reason is not SkipReason.RESTORED:
        return msgspec.structs.replace(incoming, left=reason)
    return msgspec.structs.replace(
        incoming, left=reason, sender=ERASED, text="", title="", language=None
    )


def unreadable(account: str, unread: UnreadMessage, now: float) -> IncomingMessage:
    """Return a message of which only the head is known; `now` in seconds since 1970."""
    return IncomingMessage(
        account=account,
        chat=unread.chat,
        message=unread.message,
        sender=unread.sender,
        sender_is_bot=False,
        kind=ChatKind.DIRECT if unread.is_direct else ChatKind.GROUP,
        text="",
        mentions_us=False,
        peer=peer_of(unread.chat),
        at=now,
        left=SkipReason.UNREADABLE,
    )
