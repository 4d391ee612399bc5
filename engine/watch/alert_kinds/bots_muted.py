"""Bots may not write in a group they are in."""

from typing import ClassVar

from engine.bots.connection.cause import Cause
from engine.language import ngettext
from engine.watch.alert import Severity, Verdict
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class BotsMuted(BotsConcerned, frozen=True):
    """The bots that lack the right to write."""

    code: ClassVar = "bots_muted"
    severity: ClassVar = Severity.NOTICE

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        concerned = [bot for bot in seen.bots if bot.cause is Cause.NO_RIGHTS]
        return Verdict(bool(concerned), cls.of(concerned, seen))

    @property
    def sentence(self) -> str:
        return ngettext(
            "{bot} may not write in a group it is in.",
            "{count} bots may not write in a group they are in.",
            self.count,
        ).format(**self.who)
