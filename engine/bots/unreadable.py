"""Keeps note of what reached an account and cannot be read, so that the counts add up."""

from engine.bots.disposition import Dispositions, Unanswered
from engine.storage.message import IncomingMessage
from engine.storage.messages import Messages
from engine.telegram.incoming import ChatKind
from engine.telegram.partial_difference import UnreadMessage
from engine.telegram.rights import peer_of


async def keep_unread(
    account: str,
    unread: UnreadMessage | None,
    messages: Messages,
    dispositions: Dispositions,
    now: float,
) -> bool:
    """Store a message of which the head is known (None: nothing is), in seconds since 1970.

    Returns, once that is safe, whether it is a message of somebody and was not known before.
    """
    if unread is None or not unread.is_answerable:
        dispositions.leave_unknown(Unanswered.UNREADABLE)
        return False
    row = IncomingMessage(
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
        left=Unanswered.UNREADABLE,
    )
    (kept,) = await messages.store_incoming([row])
    if kept.is_new:
        dispositions.leave(Unanswered.UNREADABLE)
    return kept.is_new
