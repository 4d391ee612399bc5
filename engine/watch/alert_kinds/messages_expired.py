"""Messages came, or would have been answered, too late."""

from typing import ClassVar

from msgspec import Struct

from engine.language import ngettext, number
from engine.watch.alert import AlertFigures, Verdict
from engine.watch.observation import Observation


class MessagesExpired(AlertFigures, Struct, frozen=True):
    """How many, since the start."""

    count: int

    code: ClassVar = "messages_expired"
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        count = seen.fleet.expired
        return Verdict(seen.has_grown(cls.code, count), cls(count))

    @property
    def sentence(self) -> str:
        return ngettext(
            "{count} message came too late to be answered and was set aside.",
            "{count} messages came too late to be answered and were set aside.",
            self.count,
        ).format(count=number(self.count))
