"""Nothing can be stored."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, Severity, Verdict
from engine.watch.observation import Observation
from engine.wording.formatting import shorten

_SENTENCES = 400  # characters of sentences of ours, which hold a path and end with what to do


class StorageTrouble(AlertFigures, Struct, frozen=True):
    """Why, and what to do about it, in a sentence of the storage's."""

    problem: str

    code: ClassVar = "storage_trouble"
    severity: ClassVar = Severity.CRITICAL

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        problem = seen.storage.sentence if seen.storage else ""
        return Verdict(seen.storage is not None, cls(problem))

    @property
    def sentence(self) -> str:
        text = _("Messages cannot be stored, so none are answered.")
        return f"{text} {shorten(self.problem, _SENTENCES)}" if self.problem else text

    @classmethod
    def over(cls) -> str | None:
        return _("Messages can be stored and answered again.")
