"""A scripted engine for the desktop's tests: real history and bus, everything else as told."""

import asyncio
import math
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.bus import Bus, Unsubscribe
from engine.cache.lookups import Lookups
from engine.cache.stats import CacheStats
from engine.commands.clean_sessions import CleanSessions
from engine.commands.collect_garbage import CollectGarbage
from engine.commands.emergency_off import LeaveEmergency
from engine.commands.emergency_on import EnterEmergency
from engine.commands.pause_bot import PauseBot
from engine.commands.request import Request
from engine.commands.resume_bot import ResumeBot
from engine.gates import Gate
from engine.snapshot import EnginePhase, Health, PhaseChanged, Snapshot, Ticked
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.watch.alert import Alert, AlertCleared, AlertRaised
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyCause, EmergencyChanged, EmergencyState
from engine.watch.history import History, Resolution, Series
from engine.watch.sample import LoopLag, Sample, Thresholds

Event = TypeVar("Event")
Result = TypeVar("Result")
MIB = 1024 * 1024
START = 1_763_800_000.0

CHECKS = (
    LockCheck("bot01", LockOutcome.OWN),
    LockCheck("bot02", LockOutcome.SOUND),
    LockCheck("bot03", LockOutcome.RECOVERED, "a transaction of process 4242 was rolled back"),
    LockCheck("bot04", LockOutcome.HELD, "python3 (process 4711)"),
    LockCheck("bot05", LockOutcome.DAMAGED, "integrity check: row 3 missing from index"),
    LockCheck("bot06", LockOutcome.FAILED, "permission denied"),
)
COLLECTION = Collection(412_345, 398_211, 9_120, 182 * MIB, 171 * MIB, 0.083)


def raise_error(error: Exception) -> None:
    raise error


class ScriptedLink:
    """Does what an engine does, at the test's word; `tick` is its second."""

    def __init__(self, bots: int = 20, start: float = START) -> None:
        self.bus = Bus(raise_error)
        self.rings = History()
        self.at = start
        self.release = asyncio.Event()
        self.release.set()
        self.error: Exception | None = None
        self.snapshots = 0
        self.close = 0  # how many look closely
        names = [f"bot{number:02}" for number in range(1, bots + 1)]
        states = tuple(BotState(name, BotPhase.ONLINE, f"{name}_bot") for name in names)
        self.now = Snapshot(
            at=start,
            phase=EnginePhase.RUNNING,
            uptime=0.0,
            health=Health.NORMAL,
            emergency=None,
            alerts=(),
            fleet=FleetStats(
                total=bots,
                online=bots,
                received=1204,
                answered=1180,
                messages_per_minute=42.0,
                answer_p50_ms=310.0,
                answer_p95_ms=1240.0,
                answer_p99_ms=2900.0,
            ),
            unanswered={},
            bots=states,
            caches=(CacheStats("reply", 480, 512, 900, 90, Lookups(91, 9)),),
            sample=None,
            lag=LoopLag(0.4, 3.2, 14.0),
            llm_calls=90,
            thresholds=Thresholds(512 << 20, 80),
        )

    def snapshot(self) -> Snapshot:
        self.snapshots += 1
        return self.now

    def history(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        return self.rings.newest(series, resolution, count)

    def subscribe(self, kind: type[Event], receive: Callable[[Event], None]) -> Unsubscribe:
        return self.bus.subscribe(kind, receive)

    def look_closely(self) -> Unsubscribe:
        self.close += 1

        def leave() -> None:
            self.close -= 1

        return leave

    def enter_emergency(self) -> None:
        if self.error is not None:
            raise self.error
        closed = (Gate.LLM_CALLS, Gate.ANNOUNCEMENTS)
        self.set_emergency(EmergencyState(self.at, EmergencyCause.OPERATOR, closed))

    def leave_emergency(self) -> None:
        self.set_emergency(None)

    async def command(self, request: Request[Result]) -> Result:
        match request:
            case EnterEmergency():
                self.enter_emergency()
                result: Any = None
            case LeaveEmergency():
                self.leave_emergency()
                result = None
            case _:
                await self._released()
                result = self._result(request)
        return cast("Result", result)

    def _result(self, request: Request[Any]) -> Any:
        match request:
            case PauseBot(name=name):
                self.set_bots(BotState(name, BotPhase.STOPPED, cause=Cause.PAUSED))
                return name
            case ResumeBot(name=name):
                self.set_bots(BotState(name, BotPhase.ONLINE))
                return name
            case CleanSessions():
                return CHECKS
            case CollectGarbage():
                return COLLECTION
            case _:
                raise LookupError(request)

    async def _released(self) -> None:
        await self.release.wait()
        if self.error is not None:
            raise self.error

    def tick(self, seconds: int = 1, *, quiet: bool = False) -> None:
        """Let seconds pass, each with a sample; `quiet` publishes none of them."""
        for _second in range(seconds):
            self.at += 1
            sample = self._sample()
            entries = min(480.0, (self.at - START) / 3)
            self.rings.record(
                self.at,
                (
                    (Series.RSS, float(sample.rss)),
                    (Series.PROCESS_CPU, sample.process_cpu),
                    (Series.SYSTEM_CPU, sample.system_cpu),
                    (Series.HIT_RATIO, 0.9 + 0.05 * math.sin(self.at / 40)),
                    (Series.CACHE_ENTRIES, entries),
                ),
            )
            self.now = replace(self.now, at=self.at, uptime=self.now.uptime + 1, sample=sample)
            if not quiet:
                self.bus.publish(Ticked(self.at))

    def _sample(self) -> Sample:
        t = self.at
        wobble = math.sin(t / 7) * math.sin(t / 31) + 0.3 * math.sin(t * 1.7)
        rss = int((182 + 9 * math.sin(t / 90) + 2 * wobble) * MIB)
        process = max(0.2, 6 + 4 * wobble)
        system = max(1.0, 22 + 11 * wobble + 6 * math.sin(t / 50))
        return Sample(t, rss, 900 * MIB, process, system, 9, 120, 0, 0, 0, 0, 3.2)

    def set_phase(self, phase: EnginePhase) -> None:
        self.now = replace(self.now, phase=phase)
        self.bus.publish(PhaseChanged(phase))

    def set_emergency(self, state: EmergencyState | None) -> None:
        health = Health.EMERGENCY if state else self._health(self.now.alerts)
        closed = state.closed if state else ()
        self.now = replace(self.now, emergency=state, health=health, closed=closed)
        self.bus.publish(EmergencyChanged(state))

    def raise_alert(self, alert: Alert) -> None:
        alerts = tuple(sorted((*self.now.alerts, alert), key=lambda a: -a.severity))
        self._set_alerts(alerts)
        self.bus.publish(AlertRaised(alert))

    def clear_alert(self, alert: Alert) -> None:
        self._set_alerts(tuple(each for each in self.now.alerts if each.key != alert.key))
        self.bus.publish(AlertCleared(alert))

    def set_bots(self, *changed: BotState) -> None:
        """Put these in the place of those with the same names."""
        by_name = {bot.name: bot for bot in changed}
        bots = tuple(by_name.get(bot.name, bot) for bot in self.now.bots)
        online = sum(bot.phase is BotPhase.ONLINE for bot in bots)
        self.now = replace(self.now, bots=bots, fleet=replace(self.now.fleet, online=online))

    def _set_alerts(self, alerts: tuple[Alert, ...]) -> None:
        health = Health.EMERGENCY if self.now.emergency else self._health(alerts)
        self.now = replace(self.now, alerts=alerts, health=health)

    @staticmethod
    def _health(alerts: tuple[Alert, ...]) -> Health:
        return Health.DEGRADED if alerts else Health.NORMAL
