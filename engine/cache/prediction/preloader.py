"""Runs a predictor over a cache: what is asked for teaches it, what it wishes for is loaded."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable

from engine.cache.prediction.predictor import PredictionFigures, Predictor
from engine.clock import Clock
from engine.gates import Gate, Gates

_IN_FLIGHT = 8
_WAITING = 64
_GLANCE = 0.5  # s between two looks at what falls due while nobody asks

_log = logging.getLogger(__name__)


class Preloader:
    """Loads ahead, few at a time; never where a load costs money, nor while the gate is closed.

    It learns all the same while the gate is closed, so that it knows its keys when it opens.
    """

    def __init__(
        self,
        predictor: Predictor,
        load: Callable[[str], Awaitable[None]],
        *,
        clock: Clock,
        gates: Gates,
        costly: bool = False,
    ) -> None:
        """`load` brings one key into the cache, ahead of being asked for; it may fail.

        `costly`: a load costs money, so none is made that nobody asked for, and nothing is learnt.
        """
        self._predictor = predictor
        self._load = load
        self._clock = clock
        self._gates = gates
        self._costly = costly
        self._wishes: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to load; on the loop's thread. Whoever starts it must await `stop`."""
        if not self._costly and self._task is None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._run(), name="cache preloading")

    async def stop(self) -> None:
        """End it, loads under way too; harmless if it never began."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            while not self._wishes.empty():
                self._predictor.not_loaded(self._wishes.get_nowait())

    def accessed(self, key: str) -> None:
        """`key` was asked for, found or not; some microseconds, and never raises."""
        if self._task is not None:
            self._wish(self._predictor.observe(key, self._clock.monotonic()))

    def lost(self, key: str) -> None:
        """`key` went from the cache by eviction or expiry."""
        self._predictor.lost(key)

    async def preload(self, keys: Iterable[str]) -> None:
        """Load these now, one after the other; a failure is contained."""
        for key in keys:
            await self._load_one(key)

    def clear(self) -> None:
        """The cache was emptied: forget what was learnt of it."""
        self._predictor.clear()

    def figures(self) -> PredictionFigures:
        return self._predictor.figures()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(_IN_FLIGHT):
                group.create_task(self._load_wishes(), name="cache preload")
            while True:
                await self._clock.sleep(_GLANCE)
                self._wish(self._predictor.due(self._clock.monotonic()))

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
            # The loader's own trouble, and nobody waits for this load.
            _log.debug("a key could not be loaded ahead: %s", type(error).__name__)

    def _wish(self, keys: Iterable[str]) -> None:
        for key in keys:
            if self._wishes.full() or not self._gates.is_open(Gate.PREDICTION):
                self._predictor.not_loaded(key)
            else:
                self._wishes.put_nowait(key)
