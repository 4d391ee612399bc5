"""Alerts about objects from Telegram that are newer than this version can read."""

from typing import ClassVar

from msgspec import Struct

from engine.language import ngettext, number
from engine.watch.alert import AlertFigures, AlertVerdict
from engine.watch.observation import Observation
from engine.wording.formatting import shorten


class MessagesUnreadable(AlertFigures, Struct, frozen=True):
    """The number since the start, and the first bot that received one."""

    count: int
    bot: str

    code: ClassVar = "messages_unreadable"

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the growth of that number."""
        count = sum(bot.unreadable for bot in seen.bots)
        name = next((bot.name for bot in seen.bots if bot.unreadable), "")
        return AlertVerdict(seen.has_grown(cls.code, count), cls(count, name))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        return ngettext(
            "{bot}: {count} message or update holds something newer than this version knows and "
            "was passed over. A newer version of Gavatcore may read it.",
            "{bot}: {count} messages or updates hold something newer than this version knows and "
            "were passed over. A newer version of Gavatcore may read them.",
            self.count,
        ).format(bot=shorten(self.bot), count=number(self.count))
