"""Alerts about flood waits of more than a minute."""

from typing import ClassVar

from msgspec.structs import replace

from engine.bots.connection.cause import Cause
from engine.language import ngettext
from engine.watch.alert import AlertVerdict, Severity
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation
from engine.wording.formatting import clock_time


class BotsFlooded(BotsConcerned, frozen=True):
    """The waiting bots, and when the longest wait ends, in seconds since the epoch."""

    until: float = 0.0  # 0: unknown
    at: float = 0.0  # time of these figures; 0: unknown

    code: ClassVar = "bots_flooded"
    severity: ClassVar = Severity.NOTICE
    raise_after: ClassVar = 60.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the bots in a flood wait."""
        concerned = [bot for bot in seen.bots if bot.cause is Cause.FLOOD_WAIT]
        until = max((bot.flood_until or bot.retry_at or 0.0 for bot in concerned), default=0.0)
        figures = replace(cls.of(concerned, seen), until=until, at=seen.sample.at)
        return AlertVerdict(bool(concerned), figures)

    @property
    def sentence(self) -> str:
        """The problem, with the end of the wait if it is known."""
        if not self.until:
            return ngettext(
                "Telegram asked {bot} to wait.", "Telegram asked {count} bots to wait.", self.count
            ).format(**self.who)
        return ngettext(
            "Telegram asked {bot} to wait until {time}.",
            "Telegram asked {count} bots to wait, the longest until {time}.",
            self.count,
        ).format(**self.who, time=clock_time(self.until, now=self.at or None))
