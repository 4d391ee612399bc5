"""Alerts about another program that uses one of our bots."""

from typing import ClassVar

from engine.bots.connection.cause import Cause
from engine.language import ngettext
from engine.watch.alert import AlertVerdict
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class BotRival(BotsConcerned, frozen=True):
    """The bots that another program uses."""

    code: ClassVar = "bot_rival"

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the bots with a rival."""
        concerned = [bot for bot in seen.bots if bot.cause is Cause.RIVAL]
        return AlertVerdict(bool(concerned), cls.of(concerned, seen))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        return ngettext(
            "Another program uses {bot}: end it, or revoke its token in @BotFather.",
            "Other programs use {count} bots: end them, or revoke the tokens in @BotFather.",
            self.count,
        ).format(**self.who)
