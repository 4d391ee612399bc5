"""Messages to store, different wherever the caller says so."""

import itertools

from engine.storage.messages.message import ChatKind, IncomingMessage, OutgoingMessage
from engine.storage.peer import Peer

PEER = Peer("channel", 1234567890123, -(2**62))
_numbers = itertools.count(1)


def heard(
    message: int = 1,
    *,
    account: str = "anna",
    chat: int = -1001234567890123,
    text: str = "Selâm 👋 'quoted'",
    at: float = 1_800_000_000.25,
    left: str | None = None,
) -> IncomingMessage:
    return IncomingMessage(
        account=account,
        chat=chat,
        message=message,
        sender=42,
        sender_is_bot=False,
        kind=ChatKind.GROUP,
        text=text,
        mentions_us=True,
        peer=PEER,
        at=at,
        left=left,
    )


def said(
    incoming: int | None = None,
    *,
    account: str = "anna",
    chat: int = -1001234567890123,
    text: str = "Merhaba",
    at: float = 1_800_000_001.5,
) -> OutgoingMessage:
    return OutgoingMessage(
        account=account,
        chat=chat,
        random_id=-next(_numbers),
        text=text,
        peer=PEER,
        at=at,
        expires_at=at + 600,
        reply_to=1,
        incoming=incoming,
    )
