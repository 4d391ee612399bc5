"""Adds the durations of each message's steps to the totals of operations."""

from engine.bots.messages.ended import MessageEnded
from engine.storage.messages.operation_totals import OperationTotals


class OperationTimes:
    """Adds durations by operation (store, send, answer) and person."""

    def __init__(self, totals: OperationTotals) -> None:
        self._totals = totals

    def note(self, ended: MessageEnded) -> None:
        """Add the durations; unprompted messages count for nobody."""
        if ended.purpose is not None:
            return
        add, person, failed = self._totals.add, ended.person, ended.skipped is not None
        if ended.storing is not None:
            add("store", ended.storing, person=person)
        if ended.sending is not None:
            add("send", ended.sending, person=person, failed=failed)
        if ended.answering is not None:
            add("answer", ended.answering, person=person, failed=failed)
