"""Alerts when a level of the caches is away."""

from typing import ClassVar

from msgspec import Struct

from engine.watch.alert import AlertFigures, AlertVerdict, Severity
from engine.watch.observation import Observation


class CacheTrouble(AlertFigures, Struct, frozen=True):
    """A sentence for each level that is away."""

    problem: str

    code: ClassVar = "cache_trouble"
    severity: ClassVar = Severity.NOTICE
    # A single late answer skips a level for a moment, which is not worth an alert.
    raise_after: ClassVar = 3.0
    clear_after: ClassVar = 3.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the levels that are away."""
        return AlertVerdict(bool(seen.caches), cls(" ".join(seen.caches)))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        return self.problem
