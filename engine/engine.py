"""The composition root: builds the parts of one engine, starts and stops them in order."""

import asyncio
import logging
from array import array
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from engine.assembly.components import Components, EngineContext, open_components, runs_of
from engine.assembly.watching import Watching
from engine.bots.connection.open_files import are_used_up
from engine.bots.consent.services import ConsentServices
from engine.bus import Bus, Unsubscribe
from engine.clock import Clock, ServerClock, SystemClock
from engine.gates import Gate, Gates
from engine.settings import Settings
from engine.snapshot import EnginePhase, Health, PhaseChanged, Snapshot
from engine.telegram.login.enrolment import Enrolment
from engine.telegram.sessions.check import check_sessions
from engine.telegram.sessions.lock_check import LockCheck
from engine.watch.alert_lines import AlertLine
from engine.watch.collection import Collection
from engine.watch.collector import collect_garbage
from engine.watch.emergency import Emergency
from engine.watch.emergency_record import EmergencyRecord
from engine.watch.emergency_state import EmergencyCause
from engine.watch.history import Resolution, Series
from engine.watch.observation import Thresholds

_log = logging.getLogger(__name__)

Event = TypeVar("Event")


class Engine:
    """One fleet and what watches it; the snapshot, the events and the commands are all its face."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Build the parts; raises SettingsError if the settings do not suffice."""
        self._settings = settings
        self._machine_clock = clock or SystemClock()
        self._clock = ServerClock(self._machine_clock)
        self._bus = Bus(on_error=self.report_error)
        self._phase = EnginePhase.STOPPED
        self._started_at = self._clock.monotonic()
        self._gates = Gates()
        record = EmergencyRecord(settings.data_directory)
        self._emergency = Emergency(self._gates, self._bus, self._clock, record, self.report_error)
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._closing = AsyncExitStack()
        self._components: Components

    async def start(self) -> None:
        """Begin to run: returns when the fleet is on its way, not when it is online.

        Raises GavatcoreError if a file or a secret the engine needs cannot be used.
        """
        self._started_at = self._clock.monotonic()
        self._set_phase(EnginePhase.STARTING)
        for remark in self._settings.remarks:
            _log.warning("%s", remark)
        self._watching = Watching(self._settings, self._bus, self._clock, self.report_error)
        context = EngineContext(
            settings=self._settings,
            clock=self._clock,
            machine_clock=self._machine_clock,
            bus=self._bus,
            gates=self._gates,
            watching=self._watching,
            snapshot=self.snapshot,
            on_error=self.report_error,
        )
        try:
            async with AsyncExitStack() as closing:
                self._components = components = await open_components(context, closing)
                self._set_gates()
                await components.pauses.start_fleet()
                self._closing = closing.pop_all()
        except BaseException:
            self._set_phase(EnginePhase.STOPPED)
            raise
        self._tasks = tuple(self._begin(work, name) for work, name in runs_of(components, context))
        self._set_phase(EnginePhase.RUNNING)

    def _set_gates(self) -> None:
        """Close what an earlier process left closed, and what the settings want closed."""
        self._emergency.resume()
        if self._settings.emergency_mode:
            self._emergency.enter(EmergencyCause.SETTING)
        if self._settings.disable_ai_models:
            self._gates.close(Gate.LLM_CALLS, by="setting")

    async def stop(self) -> None:
        """Stop everything, in 5 s at the most; harmless if it was never started."""
        if not self._tasks:
            return
        self._set_phase(EnginePhase.STOPPING)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = ()
        await self._closing.aclose()
        self._set_phase(EnginePhase.STOPPED)

    @property
    def services(self) -> ConsentServices:
        """What people agreed to and chats asked for; once `start` has returned, as all below."""
        return self._components.speech.services

    @property
    def enrolment(self) -> Enrolment:
        """Adding, renewing and removing accounts."""
        return self._components.enrolment

    # -- what may be asked --

    def snapshot(self) -> Snapshot:
        """The picture of now; only once `start` has returned."""
        watching, components = self._watching, self._components
        alerts = watching.alerts.standing
        emergency = self._emergency.state
        now = self._clock.now()
        completions = components.gateway.stats()
        return Snapshot(
            at=now,
            phase=self._phase,
            uptime=self._clock.monotonic() - self._started_at,
            health=_health(emergency is not None, bool(alerts)),
            emergency=emergency,
            alerts=alerts,
            past_alerts=watching.log.past,
            fleet=components.fleet.stats(),
            announcements=components.announcer.stats(),
            talk=components.talk.stats(),
            unanswered=components.fleet.outcomes.counts(),
            bots=watching.bots or components.fleet.states(),
            caches=components.caches.stats(),
            sample=watching.sample,
            lag=watching.lag.stats(),
            llm_calls=sum(provider.calls for provider in completions.providers),
            replies=components.speech.replies.stats(),
            closed=self._gates.closed(),
            completions=completions,
            thresholds=Thresholds(
                self._settings.memory_threshold_mb, self._settings.cpu_threshold_percent
            ),
            database=components.database.statistics(),
        )

    def history(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        """The last `count` points of a series, oldest first; NaN is a gap."""
        return self._watching.history.newest(series, resolution, count)

    def subscribe(self, kind: type[Event], receive: Callable[[Event], None]) -> Unsubscribe:
        """Call `receive` on the loop's thread with every event of this type."""
        return self._bus.subscribe(kind, receive)

    def look_closely(self) -> Unsubscribe:
        """Read the figures and publish `Ticked` every second until what is returned is called.

        While nobody does, and nothing happens, it is every five.
        """
        return self._watching.look_closely()

    async def why_unanswered(self, bot: str, chat: int, message: int) -> str | None:
        """Why `bot` left a message unanswered, in this run or an earlier one; raises StorageError.

        None: it was answered, or is about to be, or never came.
        """
        return await self._components.records.messages.reason(bot, chat, message)

    async def past_alerts(self, limit: int) -> tuple[AlertLine, ...]:
        """The newest alerts first, of earlier runs too; raises StorageError."""
        return await self._components.records.alerts.newest(limit)

    # -- what may be commanded --

    def enter_emergency(self) -> None:
        """Close the gates for LLM calls and announcements; answers come from the static pool."""
        self._components.records.audit.begin("enter_emergency")
        self._emergency.enter(EmergencyCause.OPERATOR)

    def leave_emergency(self) -> None:
        """Open again what emergency mode closed."""
        self._components.records.audit.begin("leave_emergency")
        self._emergency.leave()

    async def pause_bot(self, name: str) -> None:
        """Take a bot offline until it is resumed, also over restarts; raises AccountError."""
        await self._components.pauses.pause(name)
        await self._note("pause_bot", name)

    async def resume_bot(self, name: str) -> None:
        """Let a paused or refused bot run again; raises AccountError."""
        await self._components.pauses.resume(name)
        await self._note("resume_bot", name)

    async def clear_caches(self) -> None:
        """Forget all that any cache holds, in other processes too."""
        await self._components.caches.clear()
        await self._components.records.audit.note("clear_caches")

    async def clean_locks(self) -> tuple[LockCheck, ...]:
        """Check every session; repair what a dead process left."""
        checks = await asyncio.to_thread(
            check_sessions,
            self._settings.sessions_directory,
            self._components.fleet.held_sessions(),
            self._clock.now(),
        )
        outcomes = Counter(check.outcome.value for check in checks)
        await self._components.records.audit.note("clean_locks", detail=outcomes)
        return checks

    async def collect_garbage(self) -> Collection:
        """Collect, give memory back to the operating system, and say what came of it."""
        return await collect_garbage()

    def report_error(self, error: BaseException) -> None:
        """Take an error nobody expected, from any thread: it is logged and becomes an alert.

        Where no more files may be opened, the alert says it all: it would be a traceback a second.
        """
        if are_used_up(error) and self._tasks:
            self._watching.alerts.report_files_used_up()
            return
        _log.error("unexpected error", exc_info=error)
        if self._tasks:
            self._watching.alerts.report_error(error)

    async def _note(self, action: str, subject: str) -> None:
        await self._components.records.audit.note(action, subject)

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """A task of the engine's own; its failure is told, and ends nothing else."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                self.report_error(error)

        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(ended)
        return task

    def _set_phase(self, phase: EnginePhase) -> None:
        self._phase = phase
        _log.info("%s", phase.value)
        self._bus.publish(PhaseChanged(phase))


def _health(emergency: bool, alerts: bool) -> Health:
    if emergency:
        return Health.EMERGENCY
    return Health.DEGRADED if alerts else Health.NORMAL
