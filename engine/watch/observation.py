"""Holds the figures by which the alerts of one tick are judged."""

import math
from collections.abc import Callable

import msgspec

from engine.bots.connection.cause import Cause
from engine.bots.connection.open_files import OpenFiles
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.storage.database.errors import StorageTrouble
from engine.watch.internal_errors import InternalErrors
from engine.watch.sample import LoopLag, Sample, Thresholds

_RECENTLY = 600.0  # seconds after a count's last growth


class Observation(msgspec.Struct, frozen=True):
    """The figures of one tick, and what was reported until then."""

    settled: bool  # the start is over: memory, CPU and lag are meaningful
    sample: Sample
    lag: LoopLag
    fleet: FleetStats
    bots: tuple[BotState, ...]
    offline: tuple[BotState, ...]  # those of `bots` that failed to log in or lost the connection
    thresholds: Thresholds
    storage: StorageTrouble | None
    caches: tuple[str, ...]  # a sentence for each level of the caches that is away
    files: OpenFiles | None
    files_used_up: bool  # a file or socket could not be opened within the last minute
    errors: InternalErrors
    has_grown: Callable[[str, int], bool]  # see `Growth.lately`


class Growth:
    """Detects if named counts have grown within ten minutes."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, float]] = {}

    def lately(self, name: str, count: int, at: float) -> bool:
        """Return True if the count has grown lately; `at` on a clock that never runs backwards."""
        before, grown_at = self._known.get(name, (0, -math.inf))
        if count > before:
            self._known[name] = count, at
            return True
        return at - grown_at < _RECENTLY


def is_offline(bot: BotState) -> bool:
    """Return True if it failed to log in or lost its connection, even while it tries again."""
    if bot.cause is Cause.ASLEEP:  # it has just begun to try
        return False
    if bot.phase is BotPhase.RETRYING:
        return True
    return bot.phase in {BotPhase.WAITING, BotPhase.CONNECTING} and bot.attempts > 0


def beyond(value: float, line: float, right_below: float) -> bool | None:
    """Return True above `line`, False below its share `right_below`, None in between."""
    if value > line:
        return True
    return False if value < line * right_below else None
