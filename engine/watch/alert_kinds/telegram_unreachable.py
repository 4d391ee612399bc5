"""Alerts when no bot is online although they try."""

from typing import ClassVar

from engine.language import _
from engine.watch.alert import AlertVerdict, Severity
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class TelegramUnreachable(BotsConcerned, frozen=True):
    """The bots that cannot reach Telegram."""

    code: ClassVar = "telegram_unreachable"
    severity: ClassVar = Severity.CRITICAL
    raise_after: ClassVar = 15.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge if no bot is online."""
        unreachable = bool(seen.offline) and seen.fleet.online == 0
        return AlertVerdict(unreachable, cls.of(seen.offline, seen))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        return _("Telegram cannot be reached. Bots reconnect by themselves.")

    @classmethod
    def over(cls) -> str | None:
        """Return the sentence for its end."""
        return _("Telegram can be reached again.")
