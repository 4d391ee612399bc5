"""The composition root: builds the parts of one engine, starts and stops them in order."""

import asyncio
import logging
from array import array
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from engine.accounts.paused import PausedAccounts
from engine.accounts.vault import open_vault
from engine.assembly.first_session_check import check_others
from engine.assembly.records import Records, Runs
from engine.assembly.speech import open_speech
from engine.assembly.watching import Watching
from engine.bots.bot import BotSettings
from engine.bots.disposition import Unanswered
from engine.bots.fleet import Fleet
from engine.bots.limits import Limits, Maxima
from engine.bots.open_files import raise_limit
from engine.bots.own_accounts import OwnAccounts
from engine.bots.pauses import Pauses
from engine.bots.roster import bots_from, own_numbers
from engine.bots.talk import Talk
from engine.bots.talk_pace import TalkPace, TalkRange
from engine.bots.wake import WakeWatch
from engine.bus import Bus, Unsubscribe
from engine.cache.chat_log import ChatLog
from engine.cache.named import NamedCaches, Sizes
from engine.cache.personal_copies import PersonalCopies
from engine.clock import Clock, SystemClock
from engine.gates import Gate, Gates
from engine.replies.providers.opening import open_gateway
from engine.replies.response_cache import SharedAnswers
from engine.settings import Settings
from engine.snapshot import EnginePhase, Health, PhaseChanged, Snapshot, Thresholds
from engine.storage.alerts import StoredAlert
from engine.storage.database import Database
from engine.storage.location import Location
from engine.storage.shared_history import SharedHistory
from engine.telegram.enrolment import Enrolment
from engine.telegram.key_exchange import shorten_key_exchange
from engine.telegram.lock_check import LockCheck
from engine.telegram.session_check import check_sessions
from engine.watch.collection import Collection
from engine.watch.collector import collect_garbage
from engine.watch.emergency import Emergency
from engine.watch.emergency_record import EmergencyRecord
from engine.watch.emergency_state import EmergencyCause
from engine.watch.history import Resolution, Series

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
        self._gates = Gates()
        record = EmergencyRecord(settings.data_directory)
        self._emergency = Emergency(self._gates, self._bus, self._clock, record, self.report_error)
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def start(self) -> None:
        """Begin to run: returns when the fleet is on its way, not when it is online.

        Raises GavatcoreError if a file or a secret the engine needs cannot be used.
        """
        settings, clock = self._settings, self._clock
        directory = settings.data_directory
        self._started_at = clock.monotonic()
        self._set_phase(EnginePhase.STARTING)
        shorten_key_exchange()
        self._watching = Watching(settings, self._bus, clock, self.report_error)
        alerts = self._watching.alerts
        vault = await asyncio.to_thread(open_vault, directory, settings)
        self.enrolment = Enrolment(vault, settings, clock, self._note)
        bots = await asyncio.to_thread(bots_from, settings, vault)
        own = OwnAccounts(await asyncio.to_thread(own_numbers, settings, vault))
        url = settings.database_url.get_secret_value() if settings.database_url else None
        database = await Database.open(
            url, directory, clock=clock, on_trouble=alerts.report_storage
        )
        self._database = database
        self._records = Records(
            settings,
            Location.of(url, directory),
            database,
            bus=self._bus,
            clock=clock,
            snapshot=self.snapshot,
            report=self.report_error,
        )
        self._caches = await NamedCaches.open(
            Sizes.of(settings),
            SharedAnswers,
            directory,
            clock,
            alerts.report_cache,
            gates=self._gates if settings.enable_predictive_caching else None,
        )
        self._gateway = await open_gateway(
            settings,
            vault.secrets,
            database=database,
            gates=self._gates,
            clock=clock,
            report=self.report_error,
        )
        await self._gateway.start()
        messages = ChatLog(database, self._caches.log)
        self._caches.load_ahead(self._caches.log, messages.load)
        self._speech = await open_speech(
            settings,
            database,
            messages=messages,
            cache=self._caches.gpt,
            profiles=self._caches.profile,
            gateway=self._gateway,
            gates=self._gates,
            clock=clock,
            report=self.report_error,
        )
        await self._speech.prepare(bots)
        self.conduct = self._speech.conduct
        self.conduct.people.stores.append(self._records.operations)
        self.conduct.people.stores.append(PersonalCopies(self._caches))
        limits = await Limits.load(database, Maxima.of(settings), clock)
        self._fleet = Fleet(
            bots,
            respond=self._speech.conversation.respond,
            sessions=settings.sessions_directory,
            seal=vault.seal,
            bus=self._bus,
            messages=messages,
            limits=limits,
            report=self.report_error,
            conduct=self.conduct,
            own=own,
            operations=self._records.operations,
            clock=clock,
        )
        self._talk = Talk(
            talkers=lambda: self._fleet.by_name,
            conduct=self.conduct,
            limits=limits,
            pace=TalkPace(
                TalkRange(settings.talk_hourly_minimum, settings.talk_hourly_maximum),
                limits.hours,
                clock,
            ),
            messages=messages,
            history=SharedHistory(database),
            wording=self._speech.wording,
            clock=clock,
            report=self.report_error,
        )
        self._pauses = Pauses(self._fleet, PausedAccounts(directory), clock, self.report_error)
        alerts.report_files(raise_limit(len(bots)))
        self._set_gates()
        await self._pauses.start_fleet()
        self._tasks = tuple(self._begin(work, name) for work, name in self._runs(bots))
        self._set_phase(EnginePhase.RUNNING)

    def _runs(self, bots: Sequence[BotSettings]) -> Runs:
        yield self._watching.run(self._fleet, self._caches), "watch"
        yield from self._records.runs()
        yield self._caches.run(), "caches"
        yield self._speech.forget_with_age(self.report_error), "forgetting"
        yield self._speech.unload_when_closed(), "model"
        yield self._pauses.run(), "pauses"
        yield WakeWatch(self._bus, self._clock).run(), "wake watch"
        yield self._talk.run(), "talk"
        own = frozenset(bot.name for bot in bots)
        directory, now = self._settings.sessions_directory, self._clock.now()
        yield check_others(directory, own, now, self.report_error), "first session check"

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
        await self._fleet.stop()
        await self._gateway.stop()
        await self._caches.close()
        await self._records.close()
        self._set_phase(EnginePhase.STOPPED)

    # -- what may be asked --

    def snapshot(self) -> Snapshot:
        """The picture of now; only once `start` has returned."""
        watching = self._watching
        alerts = watching.alerts.standing
        emergency = self._emergency.state
        now = self._clock.now()
        completions = self._gateway.figures()
        return Snapshot(
            at=now,
            phase=self._phase,
            uptime=self._clock.monotonic() - self._started_at,
            health=_health(emergency is not None, bool(alerts)),
            emergency=emergency,
            alerts=alerts,
            fleet=self._fleet.figures(),
            announcements=self._fleet.announcements(),
            talk=self._talk.figures(),
            unanswered=self._fleet.dispositions.counts(),
            bots=self._fleet.states(),
            caches=self._caches.figures(),
            sample=watching.sample,
            lag=watching.lag.figures(),
            llm_calls=sum(provider.calls for provider in completions.providers),
            replies=self._speech.replies.figures(),
            closed=self._gates.closed(),
            completions=completions,
            thresholds=Thresholds(
                self._settings.memory_threshold_mb, self._settings.cpu_threshold_percent
            ),
            database=self._database.statistics(),
        )

    def history(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        """The last `count` points of a series, oldest first; NaN is a gap."""
        return self._watching.history.newest(series, resolution, count)

    def subscribe(self, kind: type[Event], receive: Callable[[Event], None]) -> Unsubscribe:
        """Call `receive` on the loop's thread with every event of this type."""
        return self._bus.subscribe(kind, receive)

    def why_unanswered(self, bot: str, chat: int, message: int) -> Unanswered | None:
        """Why `bot` (its number) left a message unanswered; None: it answered or never had it."""
        return self._fleet.dispositions.reason(bot, chat, message)

    async def past_alerts(self, limit: int) -> tuple[StoredAlert, ...]:
        """The newest alerts first, of earlier runs too; raises StorageError."""
        return await self._records.alerts.newest(limit)

    # -- what may be commanded --

    def enter_emergency(self) -> None:
        """Close the gates for LLM calls and announcements; answers come from the static pool."""
        self._records.audit.begin("enter_emergency")
        self._emergency.enter(EmergencyCause.OPERATOR)

    def leave_emergency(self) -> None:
        """Open again what emergency mode closed."""
        self._records.audit.begin("leave_emergency")
        self._emergency.leave()

    async def pause_bot(self, name: str) -> None:
        """Take a bot offline until it is resumed, also over restarts; raises AccountError."""
        await self._pauses.pause(name)
        await self._note("pause_bot", name)

    async def resume_bot(self, name: str) -> None:
        """Let a paused or refused bot run again; raises AccountError."""
        await self._pauses.resume(name)
        await self._note("resume_bot", name)

    async def clear_caches(self) -> None:
        """Forget all that any cache holds, in other processes too."""
        await self._caches.clear()
        await self._records.audit.note("clear_caches")

    async def clean_locks(self) -> tuple[LockCheck, ...]:
        """Check every session; repair what a dead process left."""
        checks = await asyncio.to_thread(
            check_sessions,
            self._settings.sessions_directory,
            self._fleet.held_sessions(),
            self._clock.now(),
        )
        outcomes = Counter(check.outcome.value for check in checks)
        await self._records.audit.note("clean_locks", detail=outcomes)
        return checks

    async def collect_garbage(self) -> Collection:
        """Collect, give memory back to the operating system, and say what came of it."""
        return await collect_garbage()

    def report_error(self, error: BaseException) -> None:
        """Take an error nobody expected, from any thread: it is logged and becomes an alert."""
        _log.error("unexpected error", exc_info=error)
        if self._tasks:
            self._watching.alerts.report_error(error)

    async def _note(self, action: str, subject: str) -> None:
        await self._records.audit.note(action, subject)

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
