"""Emergency mode: one switch that closes the gates in front of everything that can be spared."""

from engine.bus import Bus
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.watch.emergency_state import EmergencyCause, EmergencyChanged, EmergencyState

_BY = "emergency"
_SPARED = (Gate.LLM_CALLS, Gate.ANNOUNCEMENTS, Gate.PREDICTION)


class Emergency:
    """Goes on and off; asked twice it does nothing the second time."""

    def __init__(self, gates: Gates, bus: Bus, clock: Clock) -> None:
        self._gates = gates
        self._bus = bus
        self._clock = clock
        self._state: EmergencyState | None = None

    @property
    def state(self) -> EmergencyState | None:
        """Since when, why and what it switched off; None while it is off."""
        return self._state

    def enter(self, cause: EmergencyCause) -> None:
        """Close the gates; while it is on, the first cause and its time stand."""
        if self._state is not None:
            return
        for gate in _SPARED:
            self._gates.close(gate, _BY)
        self._state = EmergencyState(self._clock.now(), cause, _SPARED)
        self._bus.publish(EmergencyChanged(self._state))

    def leave(self) -> None:
        """Let go of the gates; those that others hold closed stay closed."""
        if self._state is None:
            return
        for gate in _SPARED:
            self._gates.open(gate, _BY)
        self._state = None
        self._bus.publish(EmergencyChanged(None))
