"""Keeps note of what reached an account and cannot be read, so that the counts add up."""

from engine.bots.messages.outcome import Outcomes, SkipReason
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.telegram.client.rights import peer_of
from engine.telegram.updates.partial_difference import UnreadMessage


async def keep_unread(
    account: str,
    unread: UnreadMessage | None,
    messages: Messages,
    outcomes: Outcomes,
    now: float,
) -> bool:
    """Store a message of which the head is known (None: nothing is), in seconds since 1970.

    Returns, once that is safe, whether it is a message of somebody and was not known before.
    """
    if unread is None or not unread.is_answerable:
        outcomes.leave_unknown(SkipReason.UNREADABLE)
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
        left=SkipReason.UNREADABLE,
    )
    (kept,) = await messages.store_incoming([row])
    if kept.is_new:
        outcomes.leave(SkipReason.UNREADABLE)
    return kept.is_new
