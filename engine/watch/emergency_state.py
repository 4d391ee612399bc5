"""Describes the present emergency mode."""

import enum
from dataclasses import dataclass

from engine.gates import Gate


class EmergencyCause(enum.StrEnum):
    """The cause that turned emergency mode on."""

    OPERATOR = "operator"
    MEMORY = "memory"
    SETTING = "setting"  # EMERGENCY_MODE in the environment


@dataclass(frozen=True, slots=True)
class EmergencyState:
    """The start, the cause, and what is switched off."""

    since: float  # seconds since the epoch
    cause: EmergencyCause
    closed: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class EmergencyChanged:
    """Event: emergency mode was turned on (`state`) or off (None)."""

    state: EmergencyState | None
