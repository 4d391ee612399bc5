"""Counts the fleet's incoming messages, and measures how fast it answers."""

from engine.bots.messages.ended import MessageEnded, MessagesReceived
from engine.clock import Clock
from engine.telemetry.last_minute import Quantiles, Rate


class Traffic:
    """Counts since the start and over the last minute, by the steady clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.total_received = 0
        self._received = Rate()
        self._latency = Quantiles()  # ms

    def count(self, received: MessagesReceived) -> None:
        """Count stored messages."""
        self.total_received += received.count
        self._received.add(self._clock.monotonic(), received.count)

    def note(self, ended: MessageEnded) -> None:
        """Note how long a person waited for an answer."""
        is_answered = ended.skipped is None and ended.purpose is None
        if is_answered and ended.answering is not None:
            self._latency.add(self._clock.monotonic(), ended.answering * 1000)

    def per_minute(self) -> float:
        """Return the number of messages received in the last 60 s."""
        self._received.advance(self._clock.monotonic())
        return float(self._received.total)

    def latency_ms(self) -> tuple[float | None, float | None, float | None]:
        """Return p50, p95 and p99 of the last minute's answers in ms; None if there were none."""
        self._latency.advance(self._clock.monotonic())
        p50, p95, p99 = self._latency.at(0.5, 0.95, 0.99)
        return p50, p95, p99
