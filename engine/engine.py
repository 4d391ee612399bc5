"""Builds the parts of one engine, starts them in order, and stops them in reverse."""

import asyncio
import logging
from array import array
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from engine.assembly.components import Components, EngineContext, open_components, runs_of
from engine.assembly.watching import Watching
from engine.bots.connection.open_files import are_used_up
from engine.bots.consent.services import ConsentServices
from engine.bus import Bus, Unsubscribe
from engine.clock import Clock, ServerClock, SystemClock
from engine.commands.control.responder import Responder
from engine.commands.control.server import CommandServer
from engine.commands.controls import Controls
from engine.commands.dispatcher import CommandDispatcher
from engine.commands.request import Request
from engine.gates import Gate, Gates
from engine.settings import Settings
from engine.snapshot import EnginePhase, Health, PhaseChanged, Snapshot
from engine.telegram.login.enrolment import Enrolment
from engine.watch.alert_lines import AlertLine
from engine.watch.emergency import EmergencySwitch
from engine.watch.emergency_record import EmergencyRecord
from engine.watch.emergency_state import EmergencyCause
from engine.watch.history import Resolution, Series

_log = logging.getLogger(__name__)

Event = TypeVar("Event")
Result = TypeVar("Result")


class Engine:
    """One fleet and what observes it; used through its snapshot, events and commands only."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Build the parts; raises SettingsError if the settings are insufficient."""
        self._settings = settings
        self._machine_clock = clock or SystemClock()
        self._clock = ServerClock(self._machine_clock)
        self._bus = Bus(on_error=self.report_error)
        self._phase = EnginePhase.STOPPED
        self._started_at = self._clock.monotonic()
        self._gates = Gates()
        record = EmergencyRecord(settings.data_directory)
        self._emergency = EmergencySwitch(
            self._gates, self._bus, self._clock, record, self.report_error
        )
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._closing = AsyncExitStack()
        self._dispatcher = CommandDispatcher()
        responder = Responder(self._dispatcher, self.report_error)
        self._server = CommandServer(settings.data_directory, responder.respond)
        self._components: Components

    async def start(self) -> None:
        """Start; return when the fleet begins to connect, not when it is online.

        Raises GavatcoreError if a file or a secret that the engine needs cannot be used.
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
            on_error=self.report_error,
        )
        try:
            # Before anything is read: what is changed from here on can be told.
            await self._server.open()
            async with AsyncExitStack() as closing:
                self._components = components = await open_components(context, closing)
                self._set_gates()
                await components.pauses.start_fleet()
                self._closing = closing.pop_all()
        except BaseException:
            await self._server.close()
            self._set_phase(EnginePhase.STOPPED)
            raise
        self._tasks = tuple(self._begin(work, name) for work, name in runs_of(components, context))
        self._dispatcher.begin(self._controls(), components.records.audit.note)
        self._set_phase(EnginePhase.RUNNING)

    def _controls(self) -> Controls:
        components = self._components
        return Controls(
            snapshot=self.snapshot,
            emergency=self._emergency,
            fleet=components.fleet,
            pauses=components.pauses,
            caches=components.caches,
            sessions=self._settings.sessions_directory,
            clock=self._clock,
            reload=components.reloading.reload,
        )

    def _set_gates(self) -> None:
        """Close the gates that an earlier process left closed, or that the settings close."""
        self._emergency.resume()
        if self._settings.emergency_mode:
            self._emergency.enter(EmergencyCause.SETTING)
        if self._settings.disable_ai_models:
            self._gates.close(Gate.LLM_CALLS, by="setting")

    async def stop(self) -> None:
        """Stop everything within 5 s; harmless if it was never started."""
        if not self._tasks:
            return
        self._set_phase(EnginePhase.STOPPING)
        self._dispatcher.end()
        await self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = ()
        await self._closing.aclose()
        self._set_phase(EnginePhase.STOPPED)

    @property
    def services(self) -> ConsentServices:
        """The consents and subscriptions; available after `start`, like everything below."""
        return self._components.speech.services

    @property
    def enrolment(self) -> Enrolment:
        """The service that adds, renews and removes accounts."""
        return self._components.enrolment

    # -- queries --

    def snapshot(self) -> Snapshot:
        """Return the state of now; only after `start`."""
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
            thresholds=watching.thresholds,
            database=components.database.statistics(),
        )

    def history(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        """Return the last `count` points of a series, oldest first; NaN is a gap."""
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
        """Return why `bot` left a message unanswered, in this run or an earlier one.

        None: it was answered, or soon will be, or never arrived. Raises StorageError.
        """
        return await self._components.records.messages.reason(bot, chat, message)

    async def past_alerts(self, limit: int) -> tuple[AlertLine, ...]:
        """Return the newest alerts first, including earlier runs; raises StorageError."""
        return await self._components.records.alerts.newest(limit)

    # -- commands --

    async def command(self, request: Request[Result], actor: str = "operator") -> Result:
        """Carry out a command of `engine.commands`, and note it as done by `actor`.

        Raises NotRunningError, or what the command raises: a GavatcoreError or an OSError.
        """
        return await self._dispatcher.run(request, actor)

    def report_error(self, error: BaseException) -> None:
        """Log an unexpected error from any thread, and raise an alert.

        If no more files can be opened, only the alert is raised: the log would get a traceback a
        second.
        """
        if are_used_up(error) and self._tasks:
            self._watching.alerts.report_files_used_up()
            return
        _log.error("unexpected error", exc_info=error)
        if self._tasks:
            self._watching.alerts.report_error(error)

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Start a task of the engine's own; its failure is reported and ends nothing else."""

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
