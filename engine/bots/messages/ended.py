"""Defines the events of a message's way: it is stored, and it has ended.

Counters, metrics and displays listen to them; nothing on the way calls those.
"""

import msgspec

from engine.bots.skip_reason import SkipReason
from engine.storage.database.schema import NOBODY
from engine.storage.people.consents import Purpose


class MessagesReceived(msgspec.Struct, frozen=True, gc=False):
    """Event: new messages are stored."""

    account: str
    count: int


class MessageEnded(msgspec.Struct, frozen=True, gc=False):
    """Event: a message has ended, and that is stored. Durations in seconds; None: not done."""

    account: str
    skipped: SkipReason | None = None  # why it was skipped or not sent; None: answered, or sent
    purpose: Purpose | None = None  # purpose of an unprompted message; None: an answer to a person
    person: int = NOBODY  # its writer, if this process received it
    storing: float | None = None  # the commit that stored it
    sending: float | None = None  # from planning until it arrived or was given up
    answering: float | None = None  # from the queue until it arrived, or until no answer came
