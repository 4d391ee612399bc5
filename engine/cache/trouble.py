"""Reports once that a level of the caches is away, and once that it is back."""

import logging
from collections.abc import Callable

from engine.cache.stats import Level

OnTrouble = Callable[[Level, str | None], None]
"""Told of a level and a sentence when a trouble begins or changes, and None when it ends."""


def untold(_level: Level, _sentence: str | None) -> None:
    """Report nothing beyond the log."""


_log = logging.getLogger(__name__)


class LevelTroubleReporter:
    """Reports the trouble of one level."""

    def __init__(self, level: Level, on_trouble: OnTrouble) -> None:
        self._level = level
        self._on_trouble = on_trouble
        self._current: str | None = None

    def found(self, sentence: str) -> None:
        """Report a trouble, unless it is the present one."""
        if sentence != self._current:
            self._current = sentence
            _log.warning("%s", sentence)
            self._on_trouble(self._level, sentence)

    def passed(self) -> None:
        """Report that the trouble has passed, if there was one."""
        if self._current is not None:
            self._current = None
            _log.warning("the %s level of the caches is back", self._level.value)
            self._on_trouble(self._level, None)
