"""A level of the caches is away."""

from typing import ClassVar

from msgspec import Struct

from engine.watch.alert import AlertFigures, Severity, Verdict
from engine.watch.observation import Observation


class CacheTrouble(AlertFigures, Struct, frozen=True):
    """A sentence for each level that is away."""

    problem: str

    code: ClassVar = "cache_trouble"
    severity: ClassVar = Severity.NOTICE
    # A level is passed over for a moment at a single late answer; that is not worth a word.
    raise_after: ClassVar = 3.0
    clear_after: ClassVar = 3.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        return Verdict(bool(seen.caches), cls(" ".join(seen.caches)))

    @property
    def sentence(self) -> str:
        return self.problem
