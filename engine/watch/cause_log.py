"""Logs when bots fall silent and when they recover: one line for each cause."""

import logging
from collections import defaultdict
from collections.abc import Iterable

from engine.bots.connection.cause import SPEAKS, Cause
from engine.bots.connection.state import BotState
from engine.wording.causes import cause_word

_NAMED = 5
_CALM = SPEAKS | {Cause.STARTING, Cause.PAUSED, Cause.STOPPED}

_log = logging.getLogger(__name__)


class CauseLog:
    """Remembers the last line about each bot."""

    def __init__(self) -> None:
        self._known: dict[str, Cause] = {}

    def note(self, bots: Iterable[BotState]) -> None:
        """Note the bots' states in one tick."""
        changed: defaultdict[Cause, list[str]] = defaultdict(list)
        for bot in bots:
            if self._known.get(bot.name, Cause.STARTING) is not bot.cause:
                self._known[bot.name] = bot.cause
                changed[bot.cause].append(bot.name)
        for cause, names in changed.items():
            level = logging.INFO if cause in _CALM else logging.WARNING
            _log.log(level, "%s: %s", _listed(names), cause_word(cause))


def _listed(names: list[str]) -> str:
    named = ", ".join(names[:_NAMED])
    return named if len(names) <= _NAMED else f"{named} and {len(names) - _NAMED} more"
