"""Runs a predictor over a cache: accesses teach it, and the keys it returns are loaded."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable

from engine.cache.prediction.predictor import Predictor
from engine.cache.stats import PredictionStats
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.wakeup import Wakeup

_IN_FLIGHT = 8
_WAITING = 64
_A_SECOND = 100  # loads begun
_GLANCE = 0.5  # s between two looks at what falls due while nobody asks, at the least

_log = logging.getLogger(__name__)


class Preloader:
    """Loads ahead, with few loads at once and a second, and none while the gate is closed.

    It keeps learning while the gate is closed, so that it knows the keys when it opens.
    """

    def __init__(
        self,
        predictor: Predictor,
        load: Callable[[str], Awaitable[None]],
        *,
        clock: Clock,
        gates: Gates,
    ) -> None:
        """Use `load` to bring one key into the cache before it is asked for; it may fail."""
        self._predictor = predictor
        self._load = load
        self._clock = clock
        self._gates = gates
        self._wishes: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self._runs = False
        self._sooner = Wakeup(clock)
        self._looked_at = -math.inf  # monotonic s of the last look, and of the next
        self._looks_at = math.inf
        self._second = 0
        self._left = 0  # loads that may still begin in this second

    async def run(self) -> None:
        """Load until cancelled; that also cancels loads under way."""
        self._runs = True
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(_IN_FLIGHT):
                    group.create_task(self._load_wishes(), name="cache preload")
                while True:
                    pause = self._until_due()
                    if (pause is None or pause > 0) and await self._sooner.sleep(pause):
                        continue  # something else may be due by now
                    self._looked_at = self._clock.monotonic()
                    self._wish(self._predictor.due(self._looked_at))
        finally:
            self._runs = False
            while not self._wishes.empty():
                self._predictor.not_loaded(self._wishes.get_nowait())

    def accessed(self, key: str) -> None:
        """Note an access to `key`, found or not; takes a few microseconds and never raises."""
        if self._runs:
            self._wish(self._predictor.observe(key, self._clock.monotonic()))
            due = self._predictor.next_due
            if due is not None and max(due, self._looked_at + _GLANCE) < self._looks_at:
                self._sooner.give()

    def lost(self, key: str) -> None:
        """Note that `key` left the cache by eviction or expiry."""
        self._predictor.lost(key)

    def clear(self) -> None:
        """Forget what was learned, because the cache was emptied."""
        self._predictor.clear()

    def stats(self) -> PredictionStats:
        """Return the predictor's figures."""
        return self._predictor.stats()

    def _until_due(self) -> float | None:
        """Return the seconds until a key may be due; None: not before the next access."""
        due = self._predictor.next_due
        self._looks_at = math.inf if due is None else max(due, self._looked_at + _GLANCE)
        return None if due is None else self._looks_at - self._clock.monotonic()

    async def _load_wishes(self) -> None:
        while True:
            await self._load_one(await self._wishes.get())

    async def _load_one(self, key: str) -> None:
        try:
            await self._load(key)
        except (Exception, asyncio.CancelledError) as error:
            self._predictor.not_loaded(key)
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # The loader reports its own trouble, and nobody waits for this load.
            _log.debug("a key could not be loaded ahead: %s", type(error).__name__)

    def _wish(self, keys: Iterable[str]) -> None:
        for key in keys:
            if self._gates.is_open(Gate.PREDICTION) and not self._wishes.full() and self._afford():
                self._wishes.put_nowait(key)
            else:
                self._predictor.not_loaded(key)

    def _afford(self) -> bool:
        """Take one of this second's loads; return False if none is left."""
        second = int(self._clock.monotonic())
        if second != self._second:
            self._second, self._left = second, _A_SECOND
        self._left -= 1
        return self._left >= 0
