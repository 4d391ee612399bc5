"""Alerts when the process uses more of a core than the operator allows."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, AlertVerdict
from engine.watch.observation import Observation, beyond
from engine.wording.formatting import percent


class CpuHigh(AlertFigures, Struct, frozen=True):
    """Percent of one core, and the threshold."""

    percent: float
    threshold_percent: float

    code: ClassVar = "cpu_high"
    raise_after: ClassVar = 30.0
    clear_after: ClassVar = 10.0

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the process's CPU."""
        if not seen.settled:
            return None
        value, threshold = seen.sample.process_cpu, seen.thresholds.cpu_percent
        return AlertVerdict(beyond(value, threshold, 0.9), cls(value, threshold))

    @property
    def sentence(self) -> str:
        """The problem with its figures."""
        return _("The CPU is at {value}; the threshold is {threshold}.").format(
            value=percent(self.percent, 0), threshold=percent(self.threshold_percent, 0)
        )
