"""Defines the state of now: everything that a window, a command or an endpoint may show."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from engine.bots.connection.state import BotState, FleetStats
from engine.bots.unasked.stats import AnnouncementStats, TalkStats
from engine.cache.stats import CacheStats
from engine.gates import Gate
from engine.replies.providers.stats import CompletionStats
from engine.replies.stats import ReplyStats
from engine.storage.database.statistics import DatabaseStatistics
from engine.watch.alert import Alert
from engine.watch.alert_log import PastAlert
from engine.watch.emergency_state import EmergencyState
from engine.watch.sample import LoopLag, Sample, Thresholds


class EnginePhase(enum.StrEnum):
    """The phase of the engine's life."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"


class Health(enum.StrEnum):
    """The state in one word, which determines the tray icon's colour and shape."""

    NORMAL = "normal"
    DEGRADED = "degraded"  # at least one alert is active
    EMERGENCY = "emergency"  # emergency mode is on


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable description of the engine at one moment."""

    at: float  # seconds since the epoch
    phase: EnginePhase
    uptime: float  # seconds since start
    health: Health
    emergency: EmergencyState | None
    alerts: tuple[Alert, ...]  # most severe first
    fleet: FleetStats
    unanswered: Mapping[str, int]  # messages since the start, by reason
    bots: tuple[BotState, ...]
    caches: tuple[CacheStats, ...]
    sample: Sample | None  # None until the first tick
    lag: LoopLag
    llm_calls: int
    thresholds: Thresholds
    completions: CompletionStats = CompletionStats()  # noqa: RUF009 - it is frozen
    announcements: AnnouncementStats = AnnouncementStats()  # noqa: RUF009 - it is frozen
    talk: TalkStats = TalkStats()  # noqa: RUF009 - it is frozen
    database: DatabaseStatistics | None = None  # None: no storage
    replies: ReplyStats = ReplyStats()  # noqa: RUF009 - it is frozen
    past_alerts: tuple[PastAlert, ...] = ()  # of this run, newest first
    closed: tuple[Gate, ...] = ()  # what is forbidden now, whoever closed it


@dataclass(frozen=True, slots=True)
class Ticked:
    """Event: a new sample is in the history; ask for a snapshot to see it.

    It comes every second or every five: `Engine.look_closely` says when.
    """

    at: float


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """Event: the engine is starting, running, stopping or stopped."""

    phase: EnginePhase
