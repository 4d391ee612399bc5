"""Emergency mode as it is now."""

import enum
from dataclasses import dataclass

from engine.gates import Gate


class EmergencyCause(enum.StrEnum):
    """Who or what turned emergency mode on."""

    OPERATOR = "operator"
    MEMORY = "memory"
    SETTING = "setting"  # EMERGENCY_MODE in the environment


@dataclass(frozen=True, slots=True)
class EmergencyState:
    """Since when, why, and what is switched off by it."""

    since: float  # seconds since the epoch
    cause: EmergencyCause
    closed: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class EmergencyChanged:
    """Event: emergency mode went on (`state`) or off (None)."""

    state: EmergencyState | None
