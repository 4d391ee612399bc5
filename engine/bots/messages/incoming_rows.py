"""An incoming message as it is stored, and back: what a restart takes up is what had arrived."""

from engine.bots.messages.outcome import SkipReason
from engine.storage.messages.message import IncomingMessage
from engine.storage.people.erasure import ERASED
from engine.telegram.updates.incoming import ChatKind, Incoming


def to_row(account: str, incoming: Incoming, left: SkipReason | None = None) -> IncomingMessage:
    """All of a message but who wrote it first: that is asked once, before it is stored.

    Of one that was told before a database was lost only a tombstone is kept: its sender may have
    had it erased.
    """
    is_tombstone = left is SkipReason.RESTORED
    return IncomingMessage(
        account=account,
        chat=incoming.chat,
        message=incoming.message,
        sender=ERASED if is_tombstone else incoming.sender,
        sender_is_bot=incoming.sender_is_bot,
        kind=incoming.kind,
        text="" if is_tombstone else incoming.text,
        mentions_us=incoming.mentions_us,
        peer=incoming.peer,
        at=incoming.at,
        title="" if is_tombstone else incoming.title,
        language=None if is_tombstone else incoming.language,
        left=left,
        of_another=incoming.of_another,
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
        of_another=row.of_another,
    )
