"""Holds the figures common to alerts about bots: their number, and the first of them."""

from collections.abc import Sequence
from typing import Self

from msgspec import Struct

from engine.bots.connection.state import BotState
from engine.language import _, number
from engine.watch.alert import AlertFigures
from engine.watch.observation import Observation


class BotsConcerned(AlertFigures, Struct, frozen=True):
    """`count` of `total` bots; the name of the first, and its problem in a sentence."""

    count: int = 1
    total: int = 0
    bot: str = ""
    problem: str = ""

    @classmethod
    def of(cls, concerned: Sequence[BotState], seen: Observation) -> Self:
        """Count the concerned bots, and name the first."""
        if not concerned:
            return cls(0, seen.fleet.total)
        first = concerned[0]
        return cls(len(concerned), seen.fleet.total, first.name, first.problem or "")

    @property
    def who(self) -> dict[str, str]:
        """The bot and the count as a sentence names them."""
        return {"bot": self.bot or _("a bot"), "count": number(self.count)}
