"""Telegram does not push to bots that are connected."""

from typing import ClassVar

from engine.bots.connection.cause import Cause
from engine.language import ngettext
from engine.watch.alert import Verdict
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class BotsDeaf(BotsConcerned, frozen=True):
    """The bots that Telegram sends no updates."""

    code: ClassVar = "bots_deaf"
    clear_after: ClassVar = 10.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        concerned = [bot for bot in seen.bots if bot.cause is Cause.DEAF]
        return Verdict(bool(concerned), cls.of(concerned, seen))

    @property
    def sentence(self) -> str:
        return ngettext(
            "Telegram sends {bot} no updates; they are fetched every few seconds instead.",
            "Telegram sends {count} bots no updates; they are fetched every few seconds instead.",
            self.count,
        ).format(**self.who)
