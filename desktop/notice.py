"""What a notification says."""

from dataclasses import dataclass

from engine.language import _
from engine.watch.alert import Alert, Severity
from engine.wording.alerts import alert_sentence


@dataclass(frozen=True, slots=True)
class Notice:
    """A later notice with the same `key` takes the place of the earlier one."""

    title: str
    body: str
    severity: Severity = Severity.NOTICE
    key: str = ""


def of_alert(alert: Alert) -> Notice:
    title = {
        Severity.NOTICE: _("Gavatcore: for your information"),
        Severity.WARNING: _("Gavatcore needs a look"),
        Severity.CRITICAL: _("Gavatcore needs you now"),
    }[alert.severity]
    return Notice(title, alert_sentence(alert), alert.severity, alert.key)
