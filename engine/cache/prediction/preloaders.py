"""Manages the caches that load ahead, each with its own preloader."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from engine.cache.cache import Cache
from engine.cache.prediction.predictor import Predictor
from engine.cache.prediction.preloader import Preloader
from engine.cache.stats import PredictionStats
from engine.clock import Clock
from engine.gates import Gates

Value = TypeVar("Value")

_KEYS = 8_192  # remembered for each cache, some hundred bytes each

_log = logging.getLogger(__name__)


class Preloaders:
    """The engine's caches whose loads cost no money."""

    def __init__(self, clock: Clock, gates: Gates) -> None:
        self._clock = clock
        self._gates = gates
        self._preloaders: dict[str, Preloader] = {}

    def add(self, cache: Cache[Value], load: Callable[[str], Awaitable[Value]]) -> None:
        """Load keys of `cache` ahead with `load`, which is called at any time and may raise."""

        async def load_one(key: str) -> None:
            await cache.load_ahead(key, partial(load, key))

        predictor = Predictor(lambda key: cache.peek(key) is not None, max_keys=_KEYS)
        preloader = Preloader(predictor, load_one, clock=self._clock, gates=self._gates)
        self._preloaders[cache.name] = preloader
        cache.on_access = preloader.accessed
        cache.when_lost(preloader.lost)

    async def run(self) -> None:
        """Run all preloaders until cancelled; the end of one does not end the others."""
        await asyncio.gather(*map(self._run, self._preloaders))

    def clear(self) -> None:
        """Forget what was learned about all caches."""
        for preloader in self._preloaders.values():
            preloader.clear()

    def stats(self, cache: str) -> PredictionStats | None:
        """Return the figures of `cache`; None if it does not load ahead."""
        preloader = self._preloaders.get(cache)
        return None if preloader is None else preloader.stats()

    async def _run(self, cache: str) -> None:
        try:
            await self._preloaders[cache].run()
        except Exception:  # noqa: BLE001 - the others go on
            _log.exception("nothing of %s is loaded ahead any more", cache)
