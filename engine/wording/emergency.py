"""Words since when and why emergency mode is on, and what is off."""

from collections.abc import Sequence
from typing import Protocol

from engine.gates import Gate
from engine.language import _
from engine.wording.formatting import clock_time


class Emergency(Protocol):
    """The state to word: `engine.watch.emergency_state.EmergencyState`, from a layer above."""

    @property
    def since(self) -> float:  # seconds since the epoch
        """Seconds since the epoch."""

    @property
    def cause(self) -> str:
        """The code of the cause."""

    @property
    def closed(self) -> Sequence[Gate]:
        """The closed gates."""


def gate_word(gate: Gate) -> str:
    """Return the name of what a gate holds back."""
    return {
        Gate.LLM_CALLS: _("LLM calls"),
        Gate.ANNOUNCEMENTS: _("announcements"),
        Gate.PREDICTION: _("preloading"),
    }[gate]


def emergency_title(emergency: Emergency, now: float) -> str:
    """Return since when and why it is on."""
    since = clock_time(emergency.since, now=now)
    return {
        "operator": _("Emergency mode since {time}, turned on by you."),
        "memory": _("Emergency mode since {time}: memory ran over its threshold."),
        "setting": _("Emergency mode since {time}, set by EMERGENCY_MODE."),
    }[emergency.cause].format(time=since)


def emergency_effect(emergency: Emergency) -> str:
    """Return what is switched off."""
    closed = [gate_word(gate) for gate in emergency.closed]
    if not closed:
        return _("Nothing is off.")
    off = _("Off: {gates}.").format(gates=", ".join(closed))
    if Gate.LLM_CALLS not in emergency.closed:
        return off
    return f"{off} " + _("Models are unloaded; answers come from the static pool.")
