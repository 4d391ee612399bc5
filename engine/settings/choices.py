"""Defines the settings that have a few allowed words."""

import enum
from collections.abc import Mapping


class Profile(enum.StrEnum):
    """The share of the machine that the engine may use."""

    BAMGUM = "bamgum"
    PRODUCTION = "production"
    DEVELOPMENT = "development"


class LogLevel(enum.StrEnum):
    """The least severe level that is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Preset(enum.StrEnum):
    """The frequency of announcements in chats that asked for them."""

    NORMAL = "normal"  # every 300 to 600 s
    CONSERVATIVE = "conservative"  # every 600 to 1200 s


PROFILES: Mapping[Profile, Mapping[str, object]] = {
    Profile.BAMGUM: {"memory_threshold_mb": 1024, "cpu_threshold_percent": 80},
    Profile.PRODUCTION: {"memory_threshold_mb": 2048, "cpu_threshold_percent": 85},
    Profile.DEVELOPMENT: {
        "memory_threshold_mb": 512,
        "cpu_threshold_percent": 90,
        "log_level": LogLevel.DEBUG,
    },
}
"""What each profile sets, by field, where nobody set it."""
