"""Describes a notification and its urgency."""

import enum
from dataclasses import dataclass

from engine.language import _
from engine.watch.alert import Alert, Severity
from engine.wording.states import State


class Urgency(enum.Enum):
    """Critical ones stay on the screen until they are closed."""

    LOW = enum.auto()
    NORMAL = enum.auto()
    CRITICAL = enum.auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """A later notice with the same `key` replaces the earlier one."""

    title: str
    body: str
    severity: Severity = Severity.NOTICE
    key: str = ""
    urgency: Urgency = Urgency.LOW
    state: State | None = None  # whose mark it shows


def of_alert(alert: Alert, state: State | None = None) -> Notice:
    """Return the notice of a raised alert; urgent only if somebody can act."""
    title, urgency = {
        Severity.NOTICE: (_("Gavatcore: for your information"), Urgency.LOW),
        Severity.WARNING: (_("Gavatcore needs a look"), Urgency.NORMAL),
        Severity.CRITICAL: (_("Gavatcore needs you now"), Urgency.CRITICAL),
    }[alert.severity]
    if alert.kind.heals:
        title = _("Gavatcore: for your information")
        urgency = Urgency.LOW if alert.severity is Severity.NOTICE else Urgency.NORMAL
    return Notice(title, alert.sentence, alert.severity, alert.key, urgency, state)


def of_end(alert: Alert, state: State | None = None) -> Notice | None:
    """Return the notice of an alert's end; None if it is not worth one."""
    sentence = alert.kind.over()
    if sentence is None:
        return None
    return Notice(_("Gavatcore: back again"), sentence, key=alert.key, state=state)
