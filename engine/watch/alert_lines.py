"""Alerts as they are kept and handed on, and as reports show them."""

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
    """One alert in plain values, for a file or a database: its words depend on who reads it."""

    kind: str
    severity: str
    since: float  # seconds since the epoch
    figures: dict[str, Any]  # of the kind, by name
    cleared_at: float | None = None  # None: it stands


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert of an engine, in words."""

    kind: str
    severity: str
    sentence: str
    since: float  # seconds since the epoch
    cleared_at: float | None = None  # None: it stands


def alert_record(alert: Alert, cleared_at: float | None = None) -> AlertRecord:
    """Take an alert apart into plain values."""
    return AlertRecord(
        alert.kind.code,
        alert.severity.name.lower(),
        alert.since,
        msgspec.to_builtins(alert.figures),
        cleared_at,
    )


def alert_records(standing: Iterable[Alert], past: Iterable[PastAlert]) -> tuple[AlertRecord, ...]:
    """Those that stand, the most severe first, then those that are over, the newest first."""
    return (
        *(alert_record(alert) for alert in standing),
        *(alert_record(one.alert, one.cleared_at) for one in past),
    )


def alert_line(record: AlertRecord) -> AlertLine:
    """Say it in words; another version's kind is named by its code."""
    figures = read_figures(record.kind, record.figures)
    sentence = (
        _("Another version of Gavatcore raised this alert: {kind}.").format(kind=record.kind)
        if figures is None
        else figures.sentence
    )
    return AlertLine(record.kind, record.severity, sentence, record.since, record.cleared_at)
