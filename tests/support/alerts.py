"""Alerts of any kind, for tests that do not care which."""

from typing import Any, cast

from msgspec import Struct
from msgspec.structs import fields

from engine.watch.alert import Alert, AlertFigures, Severity


def some_figures(kind: type[AlertFigures], text: str = "x", count: int = 3) -> AlertFigures:
    """Every text of the kind's figures is `text`, every number `count`."""
    by_type: dict[Any, Any] = {str: text, bool: True}
    values = {
        field.name: by_type.get(field.type, count) for field in fields(cast("type[Struct]", kind))
    }
    return kind(**values)


def some_alert(
    kind: type[AlertFigures], since: float, severity: Severity | None = None, text: str = "x"
) -> Alert:
    """Return an alert; its kind sets the severity unless another is given."""
    return Alert(some_figures(kind, text), kind.severity if severity is None else severity, since)
