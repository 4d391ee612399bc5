"""Alerts when too many bots are away for a minute, while others are online."""

from typing import ClassVar

from engine.language import ngettext, number
from engine.watch.alert import AlertVerdict, Shown
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.observation import Observation

_TOLERATED = 20  # one bot in 20 may be away without an alert


class BotsOffline(BotsConcerned, frozen=True):
    """The bots that are offline."""

    code: ClassVar = "bots_offline"
    marks: ClassVar = Shown.BOTS_ONLINE
    raise_after: ClassVar = 60.0
    clear_after: ClassVar = 10.0
    heals: ClassVar = True

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the offline bots."""
        # With nobody online, TelegramUnreachable covers it.
        unreachable = bool(seen.offline) and seen.fleet.online == 0
        too_many = len(seen.offline) > seen.fleet.total // _TOLERATED
        return AlertVerdict(None if unreachable else too_many, cls.of(seen.offline, seen))

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        text = ngettext(
            "{count} of {total} bots is offline.",
            "{count} of {total} bots are offline.",
            self.count,
        )
        return text.format(count=number(self.count), total=number(self.total))
