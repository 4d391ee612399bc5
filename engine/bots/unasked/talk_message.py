"""Builds the message to store and send from a remark."""

import secrets

from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.shared_history import SharedLine
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import Subscription

EXPIRY = 180.0  # s after which a remark is dropped, because the conversation has moved on


def remark_message(
    one: Subscription, text: str, answering: SharedLine | None, now: float
) -> OutgoingMessage:
    """Return the message of `one.account` in `one.chat`, as a reply if it answers a person."""
    copies = answering.copies if answering is not None else {}
    copy = copies.get(one.account) or next(iter(copies.values()), None)
    # In a basic group each account numbers messages for itself.
    is_named_alike = one.account in copies or one.peer.type == "channel"
    return OutgoingMessage(
        account=one.account,
        chat=one.chat,
        random_id=secrets.randbits(64) - (1 << 63),
        text=text,
        peer=one.peer,
        at=now,
        expires_at=now + EXPIRY,
        reply_to=copy.message if copy is not None and is_named_alike else None,
        incoming=None if copy is None else copy.row,
        purpose=Purpose.TALK.value,
    )
