"""Reports how long the loop is held: by its batches, by Qt between them, or from outside.

Due work waits for the batch under way, however many turns that takes, and for everything Qt does
meanwhile. Nothing here wakes the loop.
"""

import math
import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QAbstractEventDispatcher

_PUNCTUAL = 0.002  # seconds by which a turn may be late: Qt counts in milliseconds
_NOTICEABLE = 0.002  # seconds of CPU that Qt's own events may take unnoticed


class TurnObserver(Protocol):
    """Receives the turns, like `engine.watch.lag.LagMeter`; times are the loop's, in seconds."""

    def turn_began(self, at: float) -> None:
        """Note that a turn began."""

    def turn_ended(self, at: float) -> None:
        """Note that a turn ended."""

    def was_late(self, since: float, at: float) -> None:
        """Note that something due at `since` had to wait."""


class TurnWatch:
    """Receives the loop's events; one listener at a time may hear of them."""

    def __init__(self) -> None:
        self.due_at = math.inf
        """When the next turn should come: the next deadline, or now where something is ready."""
        self._listener: TurnObserver | None = None
        self._in_batch = False
        self._began = 0.0
        self._cpu = 0.0  # of this thread, when Qt last looked for events, in seconds
        self._counted = 0.0  # of what came since then, seconds that have been told

    def listen(self, listener: TurnObserver) -> Callable[[], None]:
        """Report to `listener` until the returned function is called."""
        dispatcher = QAbstractEventDispatcher.instance()
        self._listener, self._cpu, self._counted = listener, time.thread_time(), 0.0
        dispatcher.awake.connect(self._events_done)
        self.batch_began(time.monotonic())  # a batch calls this

        def stop() -> None:
            if self._listener is listener:
                self._listener = None
                dispatcher.awake.disconnect(self._events_done)

        return stop

    def turn_came(self, now: float) -> None:
        """Note that a turn begins; whatever was due has waited until now."""
        if self._listener is not None and now - self.due_at > _PUNCTUAL:
            self._listener.was_late(self.due_at, now)
            self._counted += now - self.due_at
        self.due_at = math.inf

    def batch_began(self, now: float) -> None:
        """Note that a batch began."""
        self._in_batch, self._began = True, now
        if self._listener is not None:
            self._listener.turn_began(now)

    def batch_ended(self, now: float) -> None:
        """Note that a batch ended."""
        if self._in_batch and self._listener is not None:
            self._listener.turn_ended(now)
            self._counted += now - self._began
        self._in_batch = False

    def abandon_batch(self) -> None:
        """End the batch without a hold, because a callback waits in a Qt loop of its own."""
        if self._in_batch and self._listener is not None:
            now = time.monotonic()
            self._listener.turn_began(now)
            self._listener.turn_ended(now)
        self._in_batch = False

    def _events_done(self) -> None:
        """Count what Qt's own events took; waiting for the next ones takes no CPU."""
        cpu = time.thread_time()
        took = cpu - self._cpu - self._counted
        self._cpu, self._counted = cpu, 0.0
        if took > _NOTICEABLE and not self._in_batch and self._listener is not None:
            now = time.monotonic()
            self._listener.was_late(now - took, now)
