"""Alerts about connected bots to which Telegram pushes no updates."""

from typing import ClassVar

from engine.bots.connection.cause import Cause
from engine.language import ngettext
from engine.watch.alert import AlertVerdict
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class BotsDeaf(BotsConcerned, frozen=True):
    """The bots without pushed updates."""

    code: ClassVar = "bots_deaf"
    clear_after: ClassVar = 10.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the deaf bots."""
        concerned = [bot for bot in seen.bots if bot.cause is Cause.DEAF]
        return AlertVerdict(bool(concerned), cls.of(concerned, seen))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        return ngettext(
            "Telegram sends {bot} no updates; they are fetched every few seconds instead.",
            "Telegram sends {count} bots no updates; they are fetched every few seconds instead.",
            self.count,
        ).format(**self.who)
