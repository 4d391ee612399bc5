"""How much the fleet hears and says, and how fast it answers."""

from engine.telemetry.last_minute import Quantiles, Rate


class Traffic:
    """Counters since the start and the last minute; all times on the steady clock, in seconds."""

    def __init__(self) -> None:
        self.total_received = 0
        self._received = Rate()
        self._latency = Quantiles()

    def received(self, now: float) -> None:
        self.total_received += 1
        self._received.add(now)

    def answered(self, now: float, began: float) -> None:
        """An answer was confirmed by Telegram `now`; its message was taken up at `began`."""
        self._latency.add(now, (now - began) * 1000)

    def per_minute(self, now: float) -> float:
        """Incoming messages in the last 60 s."""
        self._received.advance(now)
        return float(self._received.total)

    def latency_ms(self, now: float) -> tuple[float | None, float | None, float | None]:
        """p50, p95 and p99 of the last minute's answers; None if there were none."""
        self._latency.advance(now)
        p50, p95, p99 = self._latency.at(0.5, 0.95, 0.99)
        return p50, p95, p99
