"""Looks at everything once a tick: a sample into the history, alerts judged, a tick published.

A tick is a second while somebody looks closely, an alert is about to come or go, or something has
happened to the fleet; else it is five, so that an idle engine stays idle.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from engine.bots.connection.state import BotState, FleetChanged
from engine.bots.fleet import Fleet
from engine.bus import Bus, Unsubscribe
from engine.cache.named import NamedCaches
from engine.cache.stats import overall
from engine.clock import Clock, until_next
from engine.replies.response_cache import SharedAnswers
from engine.settings import Settings
from engine.snapshot import Ticked
from engine.wakeup import Wakeup
from engine.watch.alert_log import AlertLog
from engine.watch.alerts import Alerts
from engine.watch.cause_log import CauseLog
from engine.watch.history import History, Series
from engine.watch.lag import LagMeter
from engine.watch.sample import Sample, Thresholds
from engine.watch.sampler import Sampler

_TICK = 1.0  # s
_QUIET_TICK = 5.0  # s


class Watching:
    """Observes one engine; create it in the engine's loop."""

    def __init__(
        self, settings: Settings, bus: Bus, clock: Clock, on_error: Callable[[BaseException], None]
    ) -> None:
        self.history = History()
        self.thresholds = Thresholds.of(settings)
        self.alerts = Alerts(self.thresholds, bus, clock)
        self.log = AlertLog(bus, clock)
        self.lag = LagMeter(asyncio.get_running_loop())
        self.sample: Sample | None = None
        self._sampler = Sampler(clock, self.lag, rarely=_QUIET_TICK - _TICK / 2)
        self.bots: tuple[BotState, ...] | None = None
        """The bots' states while a tick is told: who hears it need not find them out again."""
        self._causes = CauseLog()
        self._bus = bus
        self._clock = clock
        self._on_error = on_error
        self._wakeup = Wakeup(clock)
        self._close = 0  # how many look closely
        self._ticked_at = clock.monotonic()

    def look_closely(self) -> Unsubscribe:
        """Tick once a second, the first time soon, until what is returned is called."""
        self._close += 1
        self._wakeup.give()
        is_looking = True

        def leave() -> None:
            nonlocal is_looking
            self._close -= is_looking
            is_looking = False

        return leave

    async def run(self, fleet: Fleet, caches: NamedCaches[SharedAnswers]) -> None:
        """Observe until cancelled."""
        self.lag.start()
        end_log = self.log.listen()
        end_telling = self._bus.subscribe(FleetChanged, lambda _event: self._wakeup.give())
        try:
            self._wakeup.give()
            while True:
                if await self._wakeup.sleep(until_next(self._clock, self._pace())):
                    await self._clock.sleep(until_next(self._clock, _TICK))
                    self._wakeup.forget()
                try:
                    self._take_sample(fleet, caches)
                except Exception as error:  # noqa: BLE001 - a bad reading must not blind the watch
                    self._on_error(error)
        finally:
            end_log()
            end_telling()
            self.lag.stop()

    def _pace(self) -> float:
        """Return the seconds between two ticks."""
        is_quiet = not self._close and self.alerts.is_settled
        return _QUIET_TICK if is_quiet else _TICK

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
        at = self._clock.monotonic()
        passed, self._ticked_at = at - self._ticked_at, at
        self.history.record(sample.at, values.items(), seconds=round(min(passed, _QUIET_TICK)))
        bots = fleet.states()
        self._causes.note(bots)
        self.alerts.judge(sample, self.lag.stats(), figures, bots)
        self.bots = bots
        try:
            self._bus.publish(Ticked(sample.at))
        finally:
            self.bots = None

    def _read(self) -> Sample | None:
        """Return the newest sample, or the previous one if that fails: alerts are still judged."""
        try:
            return self._sampler.read()
        except OSError as error:
            self._on_error(error)
            return self.sample and replace(self.sample, at=self._clock.now())
