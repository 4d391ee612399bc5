"""Queues the calls that wait for a provider: people first, in order of arrival, up to a limit."""

import asyncio
import itertools
from bisect import insort
from collections import Counter
from collections.abc import Iterator

from engine.replies.completion import NoCompletionError, Priority, Prompt, Refusal, Requester
from engine.replies.providers.limits.tokens import most_tokens
from engine.replies.providers.provider import Permit

_numbers = itertools.count()


class QueuedCall:
    """One awaited completion, until `deadline` on the steady clock."""

    def __init__(
        self, prompt: Prompt, requester: Requester, priority: Priority, deadline: float
    ) -> None:
        self.prompt = prompt
        self.requester = requester
        self.priority = priority
        self.deadline = deadline
        self.most = most_tokens(prompt)  # the most it may use
        self.tries: Counter[str] = Counter()  # by provider
        self.given_up: set[str] = set()  # providers that are not tried again
        self.turn: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self.place = priority.value, next(_numbers)

    @property
    def tokens(self) -> int:
        """The most tokens it may use."""
        return self.most.prompt + self.most.completion

    def refuse(self, refusal: Refusal) -> None:
        """End the wait with a refusal."""
        if not self.turn.done():
            self.turn.set_exception(NoCompletionError(refusal))


class PriorityQueue:
    """Sorted by priority, then by arrival."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._calls: list[QueuedCall] = []

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[QueuedCall]:
        """Yield the calls in order of service; the queue may change meanwhile."""
        return iter(tuple(self._calls))

    def add(self, call: QueuedCall) -> None:
        """Add a call; a full queue drops its last call of lower priority, or else this one.

        The dropped call is refused with QUEUE_FULL. A call that was queued before may return.
        """
        is_back = bool(call.tries)
        if not is_back and len(self._calls) >= self._most:
            last = self._calls[-1] if self._calls else call
            if last.priority <= call.priority:
                call.refuse(Refusal.QUEUE_FULL)
                return
            self._calls.pop().refuse(Refusal.QUEUE_FULL)
        insort(self._calls, call, key=lambda waiting: waiting.place)

    def remove(self, call: QueuedCall) -> None:
        """Remove the call, if it is in the queue."""
        if call in self._calls:
            self._calls.remove(call)
