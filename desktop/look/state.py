"""Defines the state that tray icon and window show: the engine's health, or that it is off."""

import enum

from engine.snapshot import EnginePhase, Health, Snapshot


class State(enum.StrEnum):
    """Each state has its own colour and shape."""

    STARTING = "starting"
    STOPPED = "stopped"
    FAILED = "failed"  # the engine did not start
    NORMAL = "normal"
    DEGRADED = "degraded"
    EMERGENCY = "emergency"


_OF_HEALTH = {
    Health.NORMAL: State.NORMAL,
    Health.DEGRADED: State.DEGRADED,
    Health.EMERGENCY: State.EMERGENCY,
}


def state_of(snapshot: Snapshot | None, *, failed: bool = False) -> State:
    """Return the state; without a snapshot the engine is starting, unless that failed."""
    if snapshot is None and failed:
        return State.FAILED
    if snapshot is None or snapshot.phase is EnginePhase.STARTING:
        return State.STARTING
    if snapshot.phase is not EnginePhase.RUNNING:
        return State.STOPPED
    return _OF_HEALTH[snapshot.health]
