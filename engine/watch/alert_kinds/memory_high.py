"""Alerts when the process uses more memory than the operator allows."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, AlertVerdict
from engine.watch.observation import Observation, beyond
from engine.wording.formatting import mebibytes

_MIB = 1 << 20


class MemoryHigh(AlertFigures, Struct, frozen=True):
    """Resident memory and its threshold, in MiB, as alerts are stored."""

    rss_mb: float
    threshold_mb: float

    code: ClassVar = "memory_high"
    raise_after: ClassVar = 10.0
    clear_after: ClassVar = 10.0

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the process's memory."""
        if not seen.settled:
            return None
        rss, threshold = seen.sample.rss, seen.thresholds.memory
        return AlertVerdict(beyond(rss, threshold, 0.95), cls(rss / _MIB, threshold / _MIB))

    @property
    def sentence(self) -> str:
        """The problem with its figures."""
        return _("Memory is at {value}; the threshold is {threshold}.").format(
            value=mebibytes(self.rss_mb * _MIB), threshold=mebibytes(self.threshold_mb * _MIB, 0)
        )
