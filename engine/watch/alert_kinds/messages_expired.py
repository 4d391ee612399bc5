"""Alerts about messages that came, or would have been answered, too late."""

from typing import ClassVar

from msgspec import Struct

from engine.language import ngettext, number
from engine.watch.alert import AlertFigures, AlertVerdict
from engine.watch.observation import Observation


class MessagesExpired(AlertFigures, Struct, frozen=True):
    """The number since the start."""

    count: int

    code: ClassVar = "messages_expired"
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the growth of that number."""
        count = seen.fleet.expired
        return AlertVerdict(seen.has_grown(cls.code, count), cls(count))

    @property
    def sentence(self) -> str:
        """The problem with its figures."""
        return ngettext(
            "{count} message came too late to be answered and was set aside.",
            "{count} messages came too late to be answered and were set aside.",
            self.count,
        ).format(count=number(self.count))
