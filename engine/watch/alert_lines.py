"""The alerts of an engine as reports show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.watch.alert import Alert
from engine.watch.alert_log import PastAlert
from engine.wording.alerts import alert_sentence


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert of the running engine."""

    kind: str
    severity: str
    sentence: str
    since: float  # seconds since the epoch
    cleared_at: float | None = None  # None: it stands


def alert_lines(standing: Iterable[Alert], past: Iterable[PastAlert]) -> tuple[AlertLine, ...]:
    """Those that stand, the most severe first, then those that are over, the newest first."""
    return (
        *(_alert_line(alert, None) for alert in standing),
        *(_alert_line(one.alert, one.cleared_at) for one in past),
    )


def _alert_line(alert: Alert, cleared_at: float | None) -> AlertLine:
    sentence = alert_sentence(alert)
    return AlertLine(
        alert.kind.value, alert.severity.name.lower(), sentence, alert.since, cleared_at
    )
