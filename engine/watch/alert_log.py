"""Logs each alert when it is raised and when it is over, and remembers the last ones."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from engine.bus import Bus
from engine.clock import Clock
from engine.language import _
from engine.watch.alert import Alert, AlertCleared, AlertRaised, Severity
from engine.wording.formatting import duration

_REMEMBERED = 20  # alerts that are over

_LEVELS = {
    Severity.NOTICE: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.CRITICAL: logging.ERROR,
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PastAlert:
    """An alert that is over."""

    alert: Alert
    cleared_at: float  # seconds since the epoch


class AlertLog:
    """Tells the operator of an engine without a window what it judges."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._past: deque[PastAlert] = deque(maxlen=_REMEMBERED)

    @property
    def past(self) -> tuple[PastAlert, ...]:
        """The last alerts that are over, newest first."""
        return tuple(reversed(self._past))

    def listen(self) -> Callable[[], None]:
        """Begin; the returned function ends it."""
        leave = (
            self._bus.subscribe(AlertRaised, self._raised),
            self._bus.subscribe(AlertCleared, self._cleared),
        )

        def end() -> None:
            for one in leave:
                one()

        return end

    def _raised(self, event: AlertRaised) -> None:
        _log.log(_LEVELS[event.alert.severity], "%s", event.alert.sentence)

    def _cleared(self, event: AlertCleared) -> None:
        alert, now = event.alert, self._clock.now()
        self._past.append(PastAlert(alert, now))
        _log.log(_LEVELS[alert.severity], "%s", over_sentence(alert, now))


def over_sentence(alert: Alert, cleared_at: float) -> str:
    """Return the sentence for an alert's end, with its duration."""
    return _("Over after {time}: {alert}").format(
        time=duration(cleared_at - alert.since), alert=alert.sentence
    )
