"""Describes one bot and the whole fleet at one moment."""

import enum
from dataclasses import dataclass

from engine.bots.connection.cause import Cause


class BotPhase(enum.StrEnum):
    """The phase of a bot's life."""

    WAITING = "waiting"  # for its turn to log in
    CONNECTING = "connecting"
    ONLINE = "online"
    RETRYING = "retrying"  # failed; tries again at `retry_at`
    REFUSED = "refused"  # needs a person: token revoked, account banned
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class BotState:
    """One bot as it is now."""

    name: str
    phase: BotPhase
    username: str | None = None
    problem: str | None = None  # the last error in one line, without secrets
    retry_at: float | None = None  # seconds since the epoch
    flood_until: float | None = None  # Telegram lets it say nothing before; since the epoch
    attempts: int = 0  # failed logins since the last success
    received: int = 0  # messages since the engine started
    answered: int = 0
    unreadable: int = 0  # skipped messages and updates since the engine started
    cause: Cause = Cause.HEALTHY
    muted_in: tuple[str, ...] = ()  # chats where it may not write, by title or id
    privacy_mode_in: tuple[str, ...] = ()  # titles of groups where it would talk if it saw all


@dataclass(frozen=True, slots=True)
class FleetStats:
    """The fleet's counters since the engine started, and its rate over the last minute."""

    total: int = 0
    online: int = 0
    received: int = 0
    answered: int = 0
    expired: int = 0  # messages left or set aside because they were too old
    messages_per_minute: float = 0.0  # incoming, over the last 60 s
    answer_p50_ms: float | None = None  # from the update to the confirmed answer; None: no answer
    answer_p95_ms: float | None = None
    answer_p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class FleetChanged:
    """Event: a bot came online, went offline, was refused, paused or resumed."""

    online: int
    total: int  # without paused ones
