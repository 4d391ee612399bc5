"""An incoming message as it is stored, and back: what a restart takes up is what had arrived."""

from engine.bots.disposition import Unanswered
from engine.storage.messages import IncomingMessage
from engine.telegram.incoming import ChatKind, Incoming


def to_row(account: str, incoming: Incoming, left: Unanswered | None = None) -> IncomingMessage:
    """All of a message but who wrote it first: that is asked once, before it is stored."""
    return IncomingMessage(
        account=account,
        chat=incoming.chat,
        message=incoming.message,
        sender=incoming.sender,
        sender_is_bot=incoming.sender_is_bot,
        kind=incoming.kind,
        text=incoming.text,
        mentions_us=incoming.mentions_us,
        peer=incoming.peer,
        at=incoming.at,
        title=incoming.title,
        language=incoming.language,
        left=left,
    )


def from_row(row: IncomingMessage) -> Incoming:
    return Incoming(
        chat=row.chat,
        message=row.message,
        sender=row.sender,
        sender_is_bot=row.sender_is_bot,
        kind=ChatKind(row.kind),
        text=row.text,
        mentions_us=row.mentions_us,
        peer=row.peer,
        at=row.at,
        language=row.language,
        title=row.title,
    )
