"""Sums up operations in memory, and adds the sums to the database once a minute.

A killed process loses the sums of its last minute; a clean stop loses nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.clock import Clock
from engine.storage.database.errors import StorageError
from engine.storage.database.schema import NOBODY
from engine.storage.database.taken_apart import store_apart
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics

_INTERVAL = 60.0  # s
_DAY = 86_400  # s
_MOST = 10_000  # separate sums; beyond it, they are counted for nobody

_Key = tuple[str, int, int]  # operation, day since 1970, person


class _Sum:
    __slots__ = ("count", "errors", "seconds", "slowest")

    def __init__(self) -> None:
        self.count = 0
        self.errors = 0
        self.seconds = 0.0
        self.slowest = 0.0


class OperationTotals:
    """Adds in a microsecond; `run` flushes until it is cancelled, and the owner at the end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sums: dict[_Key, _Sum] = {}
        self.dropped = 0  # sums that could not be stored

    def add(
        self, operation: str, seconds: float, *, person: int = NOBODY, failed: bool = False
    ) -> None:
        """Add one operation of `seconds`; `person` is the Telegram id of the person it was for."""
        key = operation, int(self._clock.now()) // _DAY, person
        total = self._sums.get(key)
        if total is None:
            if len(self._sums) >= _MOST:
                key = (*key[:2], NOBODY)
            total = self._sums.setdefault(key, _Sum())
        total.count += 1
        total.errors += failed
        total.seconds += seconds
        total.slowest = max(total.slowest, seconds)

    async def export(self, person: int) -> Sequence[str]:
        """Return nothing: counts and times show no more than the person's messages."""
        del person
        return ()

    async def erase(self, person: int) -> None:
        """Forget the sums of a person; the database erases its own."""
        for key in [key for key in self._sums if key[2] == person]:
            del self._sums[key]

    async def run(self, metrics: OperationMetrics) -> None:
        """Flush once a minute, until cancelled."""
        while True:
            await self._clock.sleep(_INTERVAL)
            await self.flush(metrics)

    async def flush(self, metrics: OperationMetrics) -> None:
        """Add the sums to the database; they are kept while it cannot be used.

        Refused sums are dropped, and counted in `dropped`.
        """
        sums, self._sums = self._sums, {}
        try:
            self.dropped += await store_apart(metrics.add, [_metric(*one) for one in sums.items()])
        except StorageError:
            self._take_back(sums)

    def _take_back(self, sums: dict[_Key, _Sum]) -> None:
        for key, total in sums.items():
            newer = self._sums.setdefault(key, total)
            if newer is not total:
                newer.count += total.count
                newer.errors += total.errors
                newer.seconds += total.seconds
                newer.slowest = max(newer.slowest, total.slowest)


def _metric(key: _Key, total: _Sum) -> OperationMetric:
    operation, day, person = key
    named = datetime.fromtimestamp(day * _DAY, UTC).strftime("%Y-%m-%d")
    return OperationMetric(
        operation, named, person, total.count, total.errors, total.seconds, total.slowest
    )
