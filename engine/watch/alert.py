"""Something a person should know, as long as it lasts."""

import enum
from dataclasses import dataclass, field


class AlertKind(enum.StrEnum):
    """What an alert is about."""

    MEMORY_HIGH = "memory_high"
    CPU_HIGH = "cpu_high"
    LOOP_SLOW = "loop_slow"
    BOTS_OFFLINE = "bots_offline"
    BOT_REFUSED = "bot_refused"
    BOT_RIVAL = "bot_rival"
    BOTS_DEAF = "bots_deaf"
    BOTS_FLOODED = "bots_flooded"
    BOTS_MUTED = "bots_muted"
    FILES_SHORT = "files_short"
    TELEGRAM_UNREACHABLE = "telegram_unreachable"
    STORAGE_TROUBLE = "storage_trouble"
    CACHE_TROUBLE = "cache_trouble"
    MESSAGES_EXPIRED = "messages_expired"
    MESSAGES_UNREADABLE = "messages_unreadable"
    INTERNAL_ERROR = "internal_error"


class Severity(enum.IntEnum):
    """How loudly to say it."""

    NOTICE = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing wrong; `key` is the same while it is the same thing."""

    key: str
    kind: AlertKind
    severity: Severity
    since: float  # seconds since the epoch
    figures: dict[str, float | str] = field(default_factory=dict)  # fills the sentence's blanks


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Event: something went wrong."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertCleared:
    """Event: it is over."""

    alert: Alert
