"""The composition root: builds the parts of one engine, starts and stops them in order."""

import asyncio
import logging
from array import array
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import resources
from engine.accounts.vault import open_vault
from engine.bots.bot import Bot
from engine.bots.disposition import Unanswered
from engine.bots.fleet import Fleet
from engine.bots.limits import Limits, Maxima
from engine.bots.roster import bots_from
from engine.bus import Bus, Unsubscribe
from engine.cache.reply_cache import ReplyCache
from engine.clock import Clock, SystemClock
from engine.gates import Gates
from engine.replies.responder import Responder
from engine.replies.static_pool import StaticPool
from engine.settings import Settings
from engine.snapshot import EnginePhase, Health, PhaseChanged, Snapshot, Thresholds, Ticked
from engine.storage.backups import Backups
from engine.storage.database import Database
from engine.storage.location import Location
from engine.storage.messages import Messages
from engine.telegram.enrolment import Enrolment
from engine.telegram.incoming import Incoming
from engine.telegram.key_exchange import shorten_key_exchange
from engine.telegram.lock_check import LockCheck, LockOutcome
from engine.telegram.session_check import AT_START, check_sessions
from engine.watch.alerts import Alerts
from engine.watch.collection import Collection
from engine.watch.collector import collect_garbage
from engine.watch.emergency import Emergency
from engine.watch.emergency_state import EmergencyCause
from engine.watch.history import History, Resolution, Series
from engine.watch.lag import LagMeter
from engine.watch.sample import Sample
from engine.watch.sampler import Sampler

_STATIC_REPLIES = Path(resources.__file__).parent / "profiles" / "static_replies.toml"

_log = logging.getLogger(__name__)

Event = TypeVar("Event")


class Engine:
    """One fleet and what watches it; the snapshot, the events and the commands are all its face."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Build the parts; raises SettingsError if the settings do not suffice."""
        self._settings = settings
        self._clock = clock or SystemClock()
        self._bus = Bus(on_error=self.report_error)
        self._phase = EnginePhase.STOPPED
        self._started_at = self._clock.monotonic()
        self._history = History()
        self._sample: Sample | None = None
        self._gates = Gates()
        self._emergency = Emergency(self._gates, self._bus, self._clock)
        self._cache = ReplyCache(self._clock)
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def start(self) -> None:
        """Begin to run: returns when the fleet is on its way, not when it is online.

        Raises GavatcoreError if a file or a secret the engine needs cannot be used.
        """
        settings = self._settings
        self._started_at = self._clock.monotonic()
        self._set_phase(EnginePhase.STARTING)
        pool = await asyncio.to_thread(StaticPool.load, _STATIC_REPLIES)
        responder = Responder(pool, self._cache)

        async def respond(bot: Bot, incoming: Incoming) -> str:
            return await responder.respond(bot.display_name, incoming.text)

        shorten_key_exchange()
        self._lag = LagMeter(asyncio.get_running_loop())
        self._sampler = Sampler(self._clock, self._lag)
        self._alerts = Alerts(
            settings.memory_threshold_mb, settings.cpu_threshold_percent, self._bus, self._clock
        )
        vault = await asyncio.to_thread(open_vault, settings.data_directory, settings)
        self.enrolment = Enrolment(vault, settings, self._clock)
        bots = await asyncio.to_thread(bots_from, settings, vault)
        url = settings.database_url.get_secret_value() if settings.database_url else None
        directory = settings.data_directory
        self._database = await Database.open(
            url, directory, clock=self._clock, on_trouble=self._alerts.report_storage
        )
        backups = Backups(Location.of(url, directory), directory, self._clock)
        self._fleet = Fleet(
            bots,
            respond=respond,
            sessions=settings.sessions_directory,
            seal=vault.seal,
            bus=self._bus,
            messages=Messages(self._database),
            limits=await Limits.load(self._database, _maxima(settings), self._clock),
            report=self.report_error,
            clock=self._clock,
        )
        if settings.emergency_mode:
            self._emergency.enter(EmergencyCause.SETTING)
        self._lag.start()
        self._fleet.start()
        own = frozenset(bot.name for bot in bots)
        self._tasks = (
            self._begin(self._watch(), "watch"),
            self._begin(backups.run(self.report_error), "backups"),
            self._begin(self._check_others(own), "first session check"),
        )
        self._set_phase(EnginePhase.RUNNING)

    async def stop(self) -> None:
        """Stop everything, in 5 s at the most; harmless if it was never started."""
        if not self._tasks:
            return
        self._set_phase(EnginePhase.STOPPING)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = ()
        self._lag.stop()
        await self._fleet.stop()
        await self._database.close()
        self._set_phase(EnginePhase.STOPPED)

    # -- what may be asked --

    def snapshot(self) -> Snapshot:
        """The picture of now; only once `start` has returned."""
        alerts = self._alerts.standing
        emergency = self._emergency.state
        now = self._clock.now()
        return Snapshot(
            at=now,
            phase=self._phase,
            uptime=self._clock.monotonic() - self._started_at,
            health=_health(emergency is not None, bool(alerts)),
            emergency=emergency,
            alerts=alerts,
            fleet=self._fleet.figures(),
            unanswered=self._fleet.dispositions.counts(),
            bots=self._fleet.states(),
            caches=(self._cache.figures(),),
            sample=self._sample,
            lag=self._lag.figures(),
            llm_calls=0,  # no provider can be configured yet
            thresholds=Thresholds(
                self._settings.memory_threshold_mb, self._settings.cpu_threshold_percent
            ),
        )

    def history(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        """The last `count` points of a series, oldest first; NaN is a gap."""
        return self._history.newest(series, resolution, count)

    def subscribe(self, kind: type[Event], receive: Callable[[Event], None]) -> Unsubscribe:
        """Call `receive` on the loop's thread with every event of this type."""
        return self._bus.subscribe(kind, receive)

    def why_unanswered(self, bot: str, chat: int, message: int) -> Unanswered | None:
        """Why `bot` (its number) left a message unanswered; None: it answered or never had it."""
        return self._fleet.dispositions.reason(bot, chat, message)

    # -- what may be commanded --

    def enter_emergency(self) -> None:
        """Close the gates for LLM calls and announcements; answers come from the static pool."""
        self._emergency.enter(EmergencyCause.OPERATOR)

    def leave_emergency(self) -> None:
        """Open again what emergency mode closed."""
        self._emergency.leave()

    async def clean_locks(self) -> tuple[LockCheck, ...]:
        """Check every session; repair what a dead process left."""
        return await asyncio.to_thread(
            check_sessions,
            self._settings.sessions_directory,
            self._fleet.held_sessions(),
            self._clock.now(),
        )

    async def collect_garbage(self) -> Collection:
        """Collect, give memory back to the operating system, and say what came of it."""
        return await collect_garbage()

    def report_error(self, error: BaseException) -> None:
        """Take an error nobody expected, from any thread: it is logged and becomes an alert."""
        _log.error("unexpected error", exc_info=error)
        if self._tasks:
            self._alerts.report_error(error)

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """A task of the engine's own; its failure is told, and ends nothing else."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                self.report_error(error)

        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(ended)
        return task

    async def _check_others(self, own: frozenset[str]) -> None:
        """Repair what the dead left in sessions that no bot here runs; bots check their own."""
        directory, now = self._settings.sessions_directory, self._clock.now()
        try:
            for check in await asyncio.to_thread(check_sessions, directory, own, now, AT_START):
                if check.outcome not in {LockOutcome.SOUND, LockOutcome.OWN}:
                    _log.warning(
                        "session %s: %s, %s", check.session, check.outcome.value, check.detail
                    )
        except Exception as error:  # noqa: BLE001 - it must not end with nobody told
            self.report_error(error)

    # -- the tick --

    async def _watch(self) -> None:
        while True:
            # At half past each second: near its edge two ticks could fall into one.
            await self._clock.sleep(1.0 - (self._clock.now() + 0.5) % 1.0)
            try:
                self._take_sample()
            except Exception as error:  # noqa: BLE001 - one bad reading must not blind the watch
                self.report_error(error)

    def _take_sample(self) -> None:
        sample = self._sample = self._sampler.read()
        fleet = self._fleet.figures()
        cache = self._cache.figures()
        values = {
            Series.RSS: float(sample.rss),
            Series.PROCESS_CPU: sample.process_cpu,
            Series.SYSTEM_CPU: sample.system_cpu,
            Series.CACHE_ENTRIES: float(cache.entries),
            Series.LAG_MS: sample.lag_ms,
            Series.MESSAGES: fleet.messages_per_minute,
        }
        if cache.hit_ratio is not None:
            values[Series.HIT_RATIO] = cache.hit_ratio
        self._history.record(sample.at, values.items())
        self._alerts.judge(sample, self._lag.figures(), fleet, self._fleet.states())
        self._bus.publish(Ticked(sample.at))

    def _set_phase(self, phase: EnginePhase) -> None:
        self._phase = phase
        _log.info("%s", phase.value)
        self._bus.publish(PhaseChanged(phase))


def _maxima(settings: Settings) -> Maxima:
    return Maxima(
        bot_hourly=settings.bot_hourly_maximum,
        chat_hourly=settings.chat_hourly_maximum,
        user_hourly=settings.user_hourly_maximum,
        per_minute=settings.messages_per_minute,
    )


def _health(emergency: bool, alerts: bool) -> Health:
    if emergency:
        return Health.EMERGENCY
    return Health.DEGRADED if alerts else Health.NORMAL
