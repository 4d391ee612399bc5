"""Counts unprompted messages."""

from collections import Counter

from engine.bots.messages.ended import MessageEnded
from engine.storage.people.consents import Purpose


class UnaskedCounts:
    """The unprompted messages sent and dropped since the start, by purpose."""

    def __init__(self) -> None:
        self.sent: Counter[Purpose] = Counter()
        self.dropped: Counter[Purpose] = Counter()

    def note(self, ended: MessageEnded) -> None:
        """Count one end, unless it is that of an answer."""
        if ended.purpose is not None:
            counts = self.sent if ended.skipped is None else self.dropped
            counts[ended.purpose] += 1
