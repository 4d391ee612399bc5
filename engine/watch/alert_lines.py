"""Converts alerts into plain values for storage, and into words for reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from engine.language import _
from engine.watch.alert import Alert
from engine.watch.alert_kinds.registry import read_figures
from engine.watch.alert_log import PastAlert


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert in plain values for a file or a database; its words depend on the reader."""

    kind: str
    severity: str
    since: float  # seconds since the epoch
    figures: dict[str, Any]  # of the kind, by name
    cleared_at: float | None = None  # None: it is active


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert of an engine, in words."""

    kind: str
    severity: str
    sentence: str
    since: float  # seconds since the epoch
    cleared_at: float | None = None  # None: it is active


def alert_record(alert: Alert, cleared_at: float | None = None) -> AlertRecord:
    """Convert an alert into plain values."""
    return AlertRecord(
        alert.kind.code,
        alert.severity.name.lower(),
        alert.since,
        msgspec.to_builtins(alert.figures),
        cleared_at,
    )


def alert_records(standing: Iterable[Alert], past: Iterable[PastAlert]) -> tuple[AlertRecord, ...]:
    """Return active alerts, most severe first, then past ones, newest first."""
    return (
        *(alert_record(alert) for alert in standing),
        *(alert_record(one.alert, one.cleared_at) for one in past),
    )


def alert_line(record: AlertRecord) -> AlertLine:
    """Return the record in words; an unknown kind is named by its code."""
    figures = read_figures(record.kind, record.figures)
    sentence = (
        _("Another version of Gavatcore raised this alert: {kind}.").format(kind=record.kind)
        if figures is None
        else figures.sentence
    )
    return AlertLine(record.kind, record.severity, sentence, record.since, record.cleared_at)
