"""Counts unexpected errors, until none has occurred for a while."""

import threading

from engine.clock import Clock
from engine.errors import GavatcoreError, described
from engine.telemetry.redaction import redact

_QUIET = 300.0  # seconds without an error until all is well


class InternalErrors:
    """Keeps their number and the newest one's type, never a foreign message: see `described`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._count = 0
        self._last = ""
        self._at: float | None = None

    def report(self, error: BaseException) -> None:
        """Count an error, from any thread; one of ours brings its sentence."""
        at = self._clock.monotonic()
        with self._lock:
            if not self._recent(at):
                self._count = 0
            self._count += 1
            self._last = redact(described(error)) if _is_ours(error) else type(error).__name__
            self._at = at

    @property
    def recent(self) -> bool:
        """True if there was one within the last five minutes."""
        return self._recent(self._clock.monotonic())

    @property
    def count(self) -> int:
        """The number since it was last quiet."""
        return self._count

    @property
    def last(self) -> str:
        """The newest error's type, or its sentence if it is ours; empty before the first."""
        return self._last

    def _recent(self, at: float) -> bool:
        return self._at is not None and at - self._at < _QUIET


def _is_ours(error: BaseException) -> bool:
    return isinstance(error, GavatcoreError) and str(error).endswith(".")
