"""Determines the state that the tray icon and the window's head show for a snapshot."""

from engine.snapshot import EnginePhase, Health, Snapshot
from engine.wording.states import State

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
