"""Judges each tick's figures, and reports each alert once at its start and once at its end."""

import math
from dataclasses import replace

from engine.bots.connection.open_files import OpenFiles
from engine.bots.connection.state import BotState, FleetStats
from engine.bus import Bus
from engine.cache.stats import Level
from engine.clock import Clock
from engine.storage.database.errors import StorageTrouble
from engine.watch.alert import Alert, AlertCleared, AlertFigures, AlertRaised, AlertVerdict
from engine.watch.alert_kinds.registry import ALERT_KINDS
from engine.watch.hysteresis import Hysteresis
from engine.watch.internal_errors import InternalErrors
from engine.watch.observation import Growth, Observation, is_offline
from engine.watch.sample import LoopLag, Sample, Thresholds

_USED_UP_SHOWN = 60.0  # seconds an alert stays after the last file that could not be opened


class Alerts:
    """Keeps at most one active alert of each kind; its figures follow the newest tick.

    In the first `grace` seconds, memory, CPU and lag are not judged. A bot counts as offline only
    after a failed login: a start is no fault.
    """

    def __init__(
        self, thresholds: Thresholds, bus: Bus, clock: Clock, *, grace: float = 60.0
    ) -> None:
        self._thresholds = thresholds
        self._bus = bus
        self._clock = clock
        self._judged_from = clock.monotonic() + grace
        self._errors = InternalErrors(clock)
        self._storage: StorageTrouble | None = None
        self._caches: dict[Level, str] = {}
        self._files: OpenFiles | None = None
        self._used_up_at = -math.inf
        self._growth = Growth()
        self._steady = {
            kind: Hysteresis(kind.raise_after, kind.clear_after) for kind in ALERT_KINDS
        }
        self._standing: dict[type[AlertFigures], Alert] = {}

    @property
    def standing(self) -> tuple[Alert, ...]:
        """The active alerts, most severe first, then oldest first."""
        return tuple(
            sorted(self._standing.values(), key=lambda alert: (-alert.severity, alert.since))
        )

    @property
    def is_settled(self) -> bool:
        """True if time alone will neither raise nor clear an alert."""
        return all(steady.is_settled for steady in self._steady.values())

    def report_error(self, error: BaseException) -> None:
        """Note an unexpected error, from any thread; it is judged at the next tick."""
        self._errors.report(error)

    def report_cache(self, level: Level, sentence: str | None) -> None:
        """Note that a level of the caches is away, or (None) that it is back."""
        if sentence is None:
            self._caches.pop(level, None)
        else:
            self._caches[level] = sentence

    def report_storage(self, trouble: StorageTrouble | None) -> None:
        """Note that nothing can be stored, or (None) that storing works again."""
        self._storage = trouble

    def report_files(self, files: OpenFiles) -> None:
        """Note how many files may be opened, and how many the fleet needs."""
        self._files = files

    def report_files_used_up(self) -> None:
        """Note that a file or socket could not be opened because too many are open."""
        self._used_up_at = self._clock.monotonic()

    def judge(
        self, sample: Sample, lag: LoopLag, fleet: FleetStats, bots: tuple[BotState, ...]
    ) -> None:
        """Judge one tick's figures; call it every 5 s, or every second until `is_settled`."""
        at = self._clock.monotonic()
        seen = Observation(
            settled=at >= self._judged_from,
            sample=sample,
            lag=lag,
            fleet=fleet,
            bots=bots,
            offline=tuple(bot for bot in bots if is_offline(bot)),
            thresholds=self._thresholds,
            storage=self._storage,
            caches=tuple(self._caches.values()),
            files=self._files,
            files_used_up=at - self._used_up_at < _USED_UP_SHOWN,
            errors=self._errors,
            has_grown=lambda name, count: self._growth.lately(name, count, at),
        )
        for kind in ALERT_KINDS:
            verdict = kind.judge(seen)
            if verdict is not None:
                self._settle(kind, verdict, at)

    def _settle(self, kind: type[AlertFigures], verdict: AlertVerdict, at: float) -> None:
        steady = self._steady[kind]
        stands = steady.judge(verdict.wrong, at)
        standing = self._standing.get(kind)
        if stands and standing is None:
            alert = Alert.of(verdict.figures, self._clock.now() - steady.bad_for(at))
            self._standing[kind] = alert
            self._bus.publish(AlertRaised(alert))
        elif stands and standing is not None and verdict.wrong:
            self._standing[kind] = replace(standing, figures=verdict.figures)
        elif not stands and standing is not None:
            del self._standing[kind]
            self._bus.publish(AlertCleared(standing))
