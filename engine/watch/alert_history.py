"""Stores every alert in the database, with the time it cleared."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec

from engine.bus import Bus
from engine.clock import Clock
from engine.storage.alerts import StoredAlert, StoredAlerts
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageUnavailableError
from engine.storage.database.taken_apart import store_apart
from engine.watch.alert import Alert, AlertCleared, AlertRaised
from engine.watch.alert_lines import AlertLine, AlertRecord, alert_line, alert_record

_MOST_WAITING = 1_000  # alerts that wait for a database in trouble; further ones are dropped


class AlertHistory:
    """Writes after the alert is shown: a database in trouble delays no warning."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._alerts = StoredAlerts(database)
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
        """Return the newest first; active ones have no `cleared_at`. Raises StorageError."""
        return tuple(alert_line(_record(stored)) for stored in await self._alerts.newest(limit))

    async def run(self) -> None:
        """Write until cancelled; first clear what a killed process left active."""
        await self._alerts.clear_older(self._began)
        while True:
            await self._alerts.put(await self._waiting.get())

    async def close(self) -> None:
        """Write what waits; active alerts end with the engine."""
        for leave in self._leave:
            leave()
        last = {alert.id: alert for alert in self._drain()}
        now = self._clock.now()
        last |= {alert.id: replace(alert, cleared_at=now) for alert in self._standing.values()}
        try:
            await store_apart(self._alerts.put_all, list(last.values()))
        except StorageUnavailableError:
            return  # the next start records when they ended

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
    """Return the record; without figures if they cannot be read, which a kind may not accept."""
    try:
        figures = msgspec.json.decode(stored.text, type=dict[str, Any])
    except ValueError:
        figures = {}
    return AlertRecord(stored.kind, stored.severity, stored.raised_at, figures, stored.cleared_at)
