"""Counts how people's messages ended; the database has the outcome of each."""

from collections import Counter

from engine.bots.messages.ended import MessageEnded
from engine.bots.skip_reason import SkipReason


class Outcomes:
    """Counts since the start, over all bots."""

    def __init__(self) -> None:
        self.answered = 0
        self.skipped: Counter[SkipReason] = Counter()

    def note(self, ended: MessageEnded) -> None:
        """Count one end; an unprompted message is no answer."""
        if ended.purpose is not None:
            return
        if ended.skipped is None:
            self.answered += 1
        else:
            self.skipped[ended.skipped] += 1

    def counts(self) -> dict[str, int]:
        """Return how many messages went unanswered, by reason."""
        return {reason.value: count for reason, count in sorted(self.skipped.items())}
