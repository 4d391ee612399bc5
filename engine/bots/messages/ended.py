"""The events of a message's way, published on the bus: it is stored, and it came to its end.

What is counted, measured or shown of messages listens to these; nothing on the way calls it.
"""

import msgspec

from engine.bots.messages.skip_reason import SkipReason
from engine.storage.messages.operation_metrics import NOBODY
from engine.storage.people.consents import Purpose


class MessagesReceived(msgspec.Struct, frozen=True, gc=False):
    """Event: messages that were not known before are stored."""

    account: str
    count: int


class MessageEnded(msgspec.Struct, frozen=True, gc=False):
    """Event: a message has its end, and that is stored. Timings are in seconds; None: not done."""

    account: str
    skipped: SkipReason | None = None  # why it was left, or not sent; None: answered, or sent
    purpose: Purpose | None = None  # what nobody had written for; None: an answer to a person
    person: int = NOBODY  # who wrote it, where this process took it in
    storing: float | None = None  # the commit in which it was stored
    sending: float | None = None  # from planned until arrived or given up
    answering: float | None = None  # from its place in the queue until arrived, or until no words
