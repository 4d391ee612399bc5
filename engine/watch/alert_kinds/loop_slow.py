"""Alerts when the event loop is late, which delays everything."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, AlertVerdict, Shown
from engine.watch.observation import Observation, beyond
from engine.wording.formatting import milliseconds

_SLOW = 250.0  # ms


class LoopSlow(AlertFigures, Struct, frozen=True):
    """The loop's lag over the last minute (p99) and its limit, in ms."""

    p99_ms: float
    threshold_ms: float = _SLOW

    code: ClassVar = "loop_slow"
    marks: ClassVar = Shown.LOOP_LAG
    # Longer than the minute over which lag is counted: one stall is not a slow loop.
    raise_after: ClassVar = 75.0
    clear_after: ClassVar = 10.0

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the loop's lag."""
        if not seen.settled:
            return None
        return AlertVerdict(beyond(seen.lag.p99, _SLOW, 0.5), cls(seen.lag.p99))

    @property
    def sentence(self) -> str:
        """The problem with its figures."""
        return _("The event loop lags by {value}: answers and this window lag with it.").format(
            value=milliseconds(self.p99_ms)
        )
