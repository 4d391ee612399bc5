"""Alerts about bots that Telegram refuses for good: their token or session is void."""

from typing import ClassVar

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase
from engine.language import _
from engine.watch.alert import AlertVerdict, Shown
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation
from engine.wording.formatting import shorten


class BotRefused(BotsConcerned, frozen=True):
    """The refused bots, except those that another program uses."""

    code: ClassVar = "bot_refused"
    marks: ClassVar = Shown.BOTS_ONLINE

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the refused bots."""
        refused = [
            bot
            for bot in seen.bots
            if bot.phase is BotPhase.REFUSED and bot.cause is not Cause.RIVAL
        ]
        return AlertVerdict(bool(refused), cls.of(refused, seen))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        if not self.problem:
            return _("Telegram refused {bot}: renew its token.").format(bot=self.who["bot"])
        return _("Telegram refused {bot}. {problem}").format(
            bot=self.who["bot"], problem=shorten(self.problem)
        )
