"""Logs slow queries: the first of each shape at once, then one line a minute with a count."""

import logging
from dataclasses import dataclass

from engine.clock import Clock

_MINUTE = 60.0  # s
_MOST_SHAPES = 50
_OTHERS = "other queries"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Shape:
    """The slow queries since the last line about a shape."""

    since: float  # monotonic, s
    count: int = 0
    slowest: float = 0.0  # s


class SlowQueries:
    """A query's shape is its SQL, without values."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shapes: dict[str, _Shape] = {}

    def add(self, sql: str, seconds: float) -> None:
        """Note a slow query, which took `seconds`."""
        self.tell()
        shape = " ".join(sql.split())[:500]
        if shape not in self._shapes and len(self._shapes) >= _MOST_SHAPES:
            shape = _OTHERS
        known = self._shapes.get(shape)
        if known is None:
            self._shapes[shape] = _Shape(self._clock.monotonic())
            _log.warning("slow query, %.0f ms: %s", seconds * 1000, shape)
            return
        known.count += 1
        known.slowest = max(known.slowest, seconds)

    def tell(self) -> None:
        """Log the counts of each minute that is over."""
        now = self._clock.monotonic()
        for shape, known in tuple(self._shapes.items()):
            if now - known.since < _MINUTE:
                continue
            if not known.count:
                del self._shapes[shape]
                continue
            _log.warning(
                "slow query, %d more within a minute, %.0f ms at the most: %s",
                known.count,
                known.slowest * 1000,
                shape,
            )
            self._shapes[shape] = _Shape(now)
