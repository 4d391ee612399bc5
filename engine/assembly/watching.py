"""Observes everything once a second: takes a sample, judges alerts, publishes a tick."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from engine.bots.fleet import Fleet
from engine.bus import Bus
from engine.cache.named import NamedCaches
from engine.cache.stats import overall
from engine.clock import Clock
from engine.replies.response_cache import SharedAnswers
from engine.settings import Settings
from engine.snapshot import Ticked
from engine.watch.alert_log import AlertLog
from engine.watch.alerts import Alerts
from engine.watch.cause_log import CauseLog
from engine.watch.history import History, Series
from engine.watch.lag import LagMeter
from engine.watch.sample import Sample
from engine.watch.sampler import Sampler


class Watching:
    """Observes one engine; create it in the engine's loop."""

    def __init__(
        self, settings: Settings, bus: Bus, clock: Clock, on_error: Callable[[BaseException], None]
    ) -> None:
        self.history = History()
        self.alerts = Alerts(
            settings.memory_threshold_mb, settings.cpu_threshold_percent, bus, clock
        )
        self.log = AlertLog(bus, clock)
        self.lag = LagMeter(asyncio.get_running_loop())
        self.sample: Sample | None = None
        self._sampler = Sampler(clock, self.lag)
        self._causes = CauseLog()
        self._bus = bus
        self._clock = clock
        self._on_error = on_error

    async def run(self, fleet: Fleet, caches: NamedCaches[SharedAnswers]) -> None:
        """Observe until cancelled."""
        self.lag.start()
        end_log = self.log.listen()
        try:
            while True:
                # Half a second past each second: near its edge, two ticks could fall into one.
                await self._clock.sleep(1.0 - (self._clock.now() + 0.5) % 1.0)
                try:
                    self._take_sample(fleet, caches)
                except Exception as error:  # noqa: BLE001 - a bad reading must not blind the watch
                    self._on_error(error)
        finally:
            end_log()
            self.lag.stop()

    def _take_sample(self, fleet: Fleet, caches: NamedCaches[SharedAnswers]) -> None:
        sample = self._read()
        if sample is None:
            return
        self.sample = sample
        figures = fleet.stats()
        hit_ratio, entries = overall(caches.stats())
        values = {
            Series.RSS: float(sample.rss),
            Series.PROCESS_CPU: sample.process_cpu,
            Series.SYSTEM_CPU: sample.system_cpu,
            Series.CACHE_ENTRIES: float(entries),
            Series.LAG_MS: sample.lag_ms,
            Series.MESSAGES: figures.messages_per_minute,
        }
        if hit_ratio is not None:
            values[Series.HIT_RATIO] = hit_ratio
        self.history.record(sample.at, values.items())
        bots = fleet.states()
        self._causes.note(bots)
        self.alerts.judge(sample, self.lag.stats(), figures, bots)
        self._bus.publish(Ticked(sample.at))

    def _read(self) -> Sample | None:
        """Return the newest sample, or the previous one if that fails: alerts are still judged."""
        try:
            return self._sampler.read()
        except OSError as error:
            self._on_error(error)
            return self.sample and replace(self.sample, at=self._clock.now())
