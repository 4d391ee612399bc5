"""Describes a notification and its urgency."""

import enum
from dataclasses import dataclass

from desktop.look.state import State
from engine.language import _
from engine.watch.alert import Alert, AlertKind, Severity
from engine.wording.alerts import alert_sentence


class Urgency(enum.Enum):
    """Critical ones stay on the screen until they are closed."""

    LOW = enum.auto()
    NORMAL = enum.auto()
    CRITICAL = enum.auto()


# A person need not, and usually cannot, do anything about these.
_HEALS_BY_ITSELF = frozenset(
    {
        AlertKind.TELEGRAM_UNREACHABLE,
        AlertKind.BOTS_OFFLINE,
        AlertKind.BOTS_DEAF,
        AlertKind.BOTS_FLOODED,
        AlertKind.CACHE_TROUBLE,
        AlertKind.MESSAGES_EXPIRED,
    }
)


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
    heals = alert.kind in _HEALS_BY_ITSELF
    title, urgency = {
        Severity.NOTICE: (_("Gavatcore: for your information"), Urgency.LOW),
        Severity.WARNING: (_("Gavatcore needs a look"), Urgency.NORMAL),
        Severity.CRITICAL: (_("Gavatcore needs you now"), Urgency.CRITICAL),
    }[alert.severity]
    if heals:
        title = _("Gavatcore: for your information")
        urgency = Urgency.LOW if alert.severity is Severity.NOTICE else Urgency.NORMAL
    return Notice(title, alert_sentence(alert), alert.severity, alert.key, urgency, state)


def of_end(alert: Alert, state: State | None = None) -> Notice | None:
    """Return the notice of an alert's end; None if it is not worth one."""
    sentence = {
        AlertKind.TELEGRAM_UNREACHABLE: _("Telegram can be reached again."),
        AlertKind.STORAGE_TROUBLE: _("Messages can be stored and answered again."),
    }.get(alert.kind)
    if sentence is None:
        return None
    return Notice(_("Gavatcore: back again"), sentence, key=alert.key, state=state)
