"""Alerts about unexpected errors."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _
from engine.watch.alert import AlertFigures, AlertVerdict
from engine.watch.observation import Observation
from engine.wording.formatting import shorten


class InternalError(AlertFigures, Struct, frozen=True):
    """The number since it was last quiet; the newest one's type, or its sentence if it is ours."""

    count: int
    error: str

    code: ClassVar = "internal_error"

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the recent errors."""
        errors = seen.errors
        return AlertVerdict(errors.recent, cls(errors.count, errors.last))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        if self.error.endswith("."):  # one of our sentences, such as why no backup was made
            return self.error
        return _(
            "Something went wrong inside Gavatcore ({error}). The log has the details."
        ).format(error=shorten(self.error))
