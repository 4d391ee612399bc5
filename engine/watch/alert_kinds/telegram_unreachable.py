"""Not one bot is online, though they try."""

from typing import ClassVar

from engine.language import _
from engine.watch.alert import Severity, Verdict
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation


class TelegramUnreachable(BotsConcerned, frozen=True):
    """The bots that cannot reach it."""

    code: ClassVar = "telegram_unreachable"
    severity: ClassVar = Severity.CRITICAL
    raise_after: ClassVar = 15.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> Verdict | None:
        unreachable = bool(seen.offline) and seen.fleet.online == 0
        return Verdict(unreachable, cls.of(seen.offline, seen))

    @property
    def sentence(self) -> str:
        return _("Telegram cannot be reached. Bots reconnect by themselves.")

    @classmethod
    def over(cls) -> str | None:
        return _("Telegram can be reached again.")
