"""Keeps every alert that was raised, and when it cleared, in the database."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec

from engine.bus import Bus
from engine.clock import Clock
from engine.storage.alerts import Alerts, StoredAlert
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageUnavailableError
from engine.storage.database.taken_apart import store_apart
from engine.watch.alert import Alert, AlertCleared, AlertRaised
from engine.watch.alert_lines import AlertLine, AlertRecord, alert_line, alert_record

_MOST_WAITING = 1_000  # alerts that wait for a database in trouble; more are not kept


class AlertHistory:
    """Written behind the alert: a database that cannot be used delays no warning of it."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._alerts = Alerts(database)
        self._next_id = database.next_id
        self._clock = clock
        self._began = clock.now()
        self._standing: dict[str, StoredAlert] = {}
        self._waiting: asyncio.Queue[StoredAlert] = asyncio.Queue(_MOST_WAITING)
        self._leave = (
            bus.subscribe(AlertRaised, lambda event: self._raised(event.alert)),
            bus.subscribe(AlertCleared, lambda event: self._cleared(event.alert)),
        )

    async def newest(self, limit: int) -> tuple[AlertLine, ...]:
        """The newest first; those that stand have no `cleared_at`. Raises StorageError."""
        return tuple(alert_line(_record(stored)) for stored in await self._alerts.newest(limit))

    async def run(self) -> None:
        """Write until cancelled; what a killed process left standing is over now."""
        await self._alerts.clear_older(self._began)
        while True:
            await self._alerts.put(await self._waiting.get())

    async def close(self) -> None:
        """Write what waits; what stands ends with the engine."""
        for leave in self._leave:
            leave()
        last = {alert.id: alert for alert in self._drain()}
        now = self._clock.now()
        last |= {alert.id: replace(alert, cleared_at=now) for alert in self._standing.values()}
        try:
            await store_apart(self._alerts.put_all, list(last.values()))
        except StorageUnavailableError:
            return  # the next start says when they ended

    def _drain(self) -> list[StoredAlert]:
        return [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]

    def _raised(self, alert: Alert) -> None:
        record = alert_record(alert)
        figures = msgspec.json.encode(record.figures).decode()
        self._standing[alert.key] = stored = StoredAlert(
            self._next_id(), record.kind, record.severity, figures, record.since
        )
        self._keep(stored)

    def _cleared(self, alert: Alert) -> None:
        stored = self._standing.pop(alert.key, None)
        if stored is not None:
            self._keep(replace(stored, cleared_at=self._clock.now()))

    def _keep(self, stored: StoredAlert) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(stored)


def _record(stored: StoredAlert) -> AlertRecord:
    """Figures that cannot be read are none: whether the kind does without, it says itself."""
    try:
        figures = msgspec.json.decode(stored.text, type=dict[str, Any])
    except ValueError:
        figures = {}
    return AlertRecord(stored.kind, stored.severity, stored.raised_at, figures, stored.cleared_at)
