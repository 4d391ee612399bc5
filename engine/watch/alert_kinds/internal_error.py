"""An error that nobody expected."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, Verdict
from engine.watch.observation import Observation
from engine.wording.formatting import shorten


class InternalError(AlertFigures, Struct, frozen=True):
    """How many since it was last quiet; the newest one's type, or its sentence if it is ours."""

    count: int
    error: str

    code: ClassVar = "internal_error"

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        errors = seen.errors
        return Verdict(errors.recent, cls(errors.count, errors.last))

    @property
    def sentence(self) -> str:
        if self.error.endswith("."):  # a sentence of ours, such as why no backup was made
            return self.error
        return _(
            "Something went wrong inside Gavatcore ({error}). The log has the details."
        ).format(error=shorten(self.error))
