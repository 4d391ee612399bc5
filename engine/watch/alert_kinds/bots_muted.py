"""Alerts about bots that may not write in one of their groups."""

from typing import ClassVar

from engine.bots.connection.cause import Cause
from engine.language import ngettext
from engine.watch.alert import AlertVerdict, Severity
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class BotsMuted(BotsConcerned, frozen=True):
    """The bots without the right to write."""

    code: ClassVar = "bots_muted"
    severity: ClassVar = Severity.NOTICE

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the muted bots."""
        concerned = [bot for bot in seen.bots if bot.cause is Cause.NO_RIGHTS]
        return AlertVerdict(bool(concerned), cls.of(concerned, seen))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        return ngettext(
            "{bot} may not write in a group it is in.",
            "{count} bots may not write in a group they are in.",
            self.count,
        ).format(**self.who)
