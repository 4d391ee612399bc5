"""Alerts when nothing can be stored."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, AlertVerdict, Severity
from engine.watch.observation import Observation
from engine.wording.formatting import shorten

_SENTENCES = 400  # letters of our own sentences, which contain a path and end with a remedy


class StorageFailing(AlertFigures, Struct, frozen=True):
    """The reason and the remedy, in the sentence that the storage gave."""

    problem: str

    code: ClassVar = "storage_trouble"
    severity: ClassVar = Severity.CRITICAL

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the storage's trouble."""
        problem = seen.storage.sentence if seen.storage else ""
        return AlertVerdict(seen.storage is not None, cls(problem))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        text = _("Messages cannot be stored, so none are answered.")
        return f"{text} {shorten(self.problem, _SENTENCES)}" if self.problem else text

    @classmethod
    def over(cls) -> str | None:
        """Return the sentence for its end."""
        return _("Messages can be stored and answered again.")
