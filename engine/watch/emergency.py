"""Implements emergency mode: one switch closes the gates in front of everything dispensable."""

import logging
from collections.abc import Callable

from engine.bus import Bus
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.language import _
from engine.watch.emergency_record import EmergencyRecord, Recorded
from engine.watch.emergency_state import EmergencyCause, EmergencyChanged, EmergencyState

_log = logging.getLogger(__name__)

_BY = "emergency"
_SPARED = (Gate.LLM_CALLS, Gate.ANNOUNCEMENTS, Gate.PREDICTION)


class EmergencySwitch:
    """Turns on and off; repeating it has no effect.

    The cause is recorded before anybody is notified, and `resume` finds it after a restart.
    """

    def __init__(
        self,
        gates: Gates,
        bus: Bus,
        clock: Clock,
        record: EmergencyRecord,
        on_error: Callable[[BaseException], None],
    ) -> None:
        """Pass `on_error` the OSError of an unchangeable record; the mode changes anyway."""
        self._gates = gates
        self._bus = bus
        self._clock = clock
        self._record = record
        self._on_error = on_error
        self._state: EmergencyState | None = None

    @property
    def state(self) -> EmergencyState | None:
        """The time, cause and closed gates; None while it is off."""
        return self._state

    def resume(self) -> None:
        """Continue what an earlier process left on; blocks for well under a millisecond."""
        if self._state is None and (recorded := self._record.read()) is not None:
            self._close(recorded)

    def enter(self, cause: EmergencyCause) -> None:
        """Close the gates; while it is on, the first cause and time stay.

        A setting is not recorded: it is still there at the next start, or was removed.
        """
        if self._state is not None:
            return
        recorded = Recorded(self._clock.now(), cause)
        self._close(recorded, keep=cause is not EmergencyCause.SETTING)

    def leave(self) -> None:
        """Release the gates; those that others hold closed stay closed."""
        if self._state is None:
            return
        self._try(self._record.forget)
        for gate in _SPARED:
            self._gates.open(gate, _BY)
        self._state = None
        _log.warning("%s", _("Emergency mode is over."))
        self._bus.publish(EmergencyChanged(None))

    def _close(self, recorded: Recorded, *, keep: bool = False) -> None:
        for gate in _SPARED:
            self._gates.close(gate, _BY)
        if keep:
            self._try(lambda: self._record.keep(recorded))
        self._state = EmergencyState(recorded.since, recorded.cause, _SPARED)
        _log.warning("%s", _("Emergency mode is on: answers come from the static pool."))
        self._bus.publish(EmergencyChanged(self._state))

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except OSError as error:
            self._on_error(error)
