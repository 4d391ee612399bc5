"""Counts how messages of people ended; which one ended how is in the database."""

from collections import Counter

from engine.bots.messages.ended import MessageEnded
from engine.bots.messages.skip_reason import SkipReason


class Outcomes:
    """Since the start, of all bots."""

    def __init__(self) -> None:
        self.answered = 0
        self.skipped: Counter[SkipReason] = Counter()

    def note(self, ended: MessageEnded) -> None:
        """Count one end; what nobody had written for is no answer."""
        if ended.purpose is not None:
            return
        if ended.skipped is None:
            self.answered += 1
        else:
            self.skipped[ended.skipped] += 1

    def counts(self) -> dict[str, int]:
        """Return how many messages went unanswered, by reason."""
        return {reason.value: count for reason, count in sorted(self.skipped.items())}
