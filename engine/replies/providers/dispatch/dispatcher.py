"""Assigns waiting calls to providers, each as soon as a provider is free for it."""

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import Any

from engine.clock import Clock
from engine.replies.completion import NoCompletionError, Refusal
from engine.replies.providers.dispatch.openings import Openings
from engine.replies.providers.dispatch.priority_queue import PriorityQueue, QueuedCall
from engine.replies.providers.dispatch.rotation import Rotation
from engine.replies.providers.provider import Permit, Provider

_SHORTEST_PAUSE = 0.001  # s

HasRoom = Callable[[QueuedCall, Provider], bool]


class Dispatcher:
    """Assigns calls while `run` runs; every call gets a permit or a refusal by its deadline.

    Of the free providers, the lowest order serves first; nobody waits for a busy one while another
    is free. Nobody waits for a provider that is cut off, for a spent budget, or behind more calls
    than can start in time: a call without a chance is refused at once.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        has_room: HasRoom,
        clock: Clock,
        *,
        most_in_flight: int,
        most_waiting: int,
    ) -> None:
        self._providers = providers
        self._has_room = has_room
        self._clock = clock
        self._most_in_flight = most_in_flight
        self._queue = PriorityQueue(most_waiting)
        self._rotation = Rotation({one.settings.name: one.settings.weight for one in providers})
        self._changed = asyncio.Event()
        self._wake_at = math.inf  # on the steady clock

    @property
    def waiting(self) -> int:
        """The number of calls that wait."""
        return len(self._queue)

    @property
    def in_flight(self) -> int:
        """The number of calls under way."""
        return sum(provider.in_flight for provider in self._providers)

    async def turn(self, call: QueuedCall) -> Permit:
        """Wait for a provider; raises NoCompletionError."""
        if call.turn.done():  # the call returns after a failure
            call.turn = asyncio.get_running_loop().create_future()
        left = [one for one in self._providers if not self._has_failed(call, one)]
        if left and not any(self._has_room(call, one) for one in left):
            raise NoCompletionError(Refusal.BUDGET_SPENT)
        self._queue.add(call)
        self.dispatch()
        try:
            return await call.turn
        except asyncio.CancelledError:
            self._queue.remove(call)
            if call.turn.done() and not call.turn.cancelled() and not call.turn.exception():
                call.turn.result().abandon()  # granted at the same moment
            raise

    def dispatch(self) -> None:
        """Assign providers to all calls that can have one; call this when one becomes free."""
        now = self._clock.monotonic()
        wake = math.inf
        ahead = 0  # waiting calls that may take the next starts
        openings = Openings(self._providers)
        for call in self._queue:
            wake = min(wake, self._serve(call, now, openings, ahead))
            if call.turn.done():
                openings = Openings(self._providers)
            elif not call.tries:
                ahead += 1
        self._wake_at = now + max(wake, _SHORTEST_PAUSE)
        self._changed.set()

    def _serve(self, call: QueuedCall, now: float, openings: Openings, ahead: int) -> float:
        """Try to assign `call`; return the seconds until it should be retried."""
        left = [(one, pause) for one, pause in openings.all if not self._has_failed(call, one)]
        if refusal := self._hopeless(call, now, left):
            return self._leave(call, refusal)
        if openings.starts_within(call.deadline - now, (one for one, _ in left)) <= ahead:
            return self._leave(call, Refusal.QUEUE_FULL)
        pauses = [pause for _, pause in left if pause > 0]
        if self.in_flight < self._most_in_flight:
            ready = [one for one, pause in left if pause <= 0 and not one.is_busy]
            pauses += [pause for one in ready if (pause := one.pause(call.tokens)) > 0]
            free = [one for one in ready if one.pause(call.tokens) <= 0]
            if affordable := [one for one in free if self._has_room(call, one)]:
                self._begin(call, affordable)
                return math.inf
        return min(call.deadline - now, *pauses) if pauses else call.deadline - now

    def _hopeless(
        self, call: QueuedCall, now: float, left: Sequence[tuple[Provider, float]]
    ) -> Refusal | None:
        """Return why the call cannot be answered in time by the providers in `left`, or None."""
        remaining = call.deadline - now
        if remaining <= 0:
            return Refusal.TIMED_OUT
        if not left or min(pause for _, pause in left) >= remaining:
            return Refusal.ALL_FAILED
        if not any(self._has_room(call, one) for one, _ in left):
            return Refusal.BUDGET_SPENT
        return None

    def _begin(self, call: QueuedCall, free: Sequence[Provider]) -> None:
        first = min(one.settings.order for one in free)
        equals = {one.settings.name: one for one in free if one.settings.order == first}
        chosen = equals[self._rotation.choose(equals)]
        self._queue.remove(call)
        call.tries[chosen.settings.name] += 1
        if not call.turn.done():
            call.turn.set_result(chosen.begin(call.tokens))

    @staticmethod
    def _has_failed(call: QueuedCall, provider: Provider) -> bool:
        settings = provider.settings
        return settings.name in call.given_up or call.tries.get(settings.name, 0) > settings.retries

    def _leave(self, call: QueuedCall, refusal: Refusal) -> float:
        self._queue.remove(call)
        call.refuse(refusal)
        return math.inf

    async def run(self) -> None:
        """Dispatch whenever a pause ends, until cancelled."""
        while True:
            self._changed.clear()
            pause = self._wake_at - self._clock.monotonic()
            if pause > 0:
                await self._changed_within(pause)
            if not self._changed.is_set():
                self.dispatch()

    async def _changed_within(self, pause: float) -> None:
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._changed.wait())}
        if math.isfinite(pause):
            waits.add(asyncio.ensure_future(self._clock.sleep(pause)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
