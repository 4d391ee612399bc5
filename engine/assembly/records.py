"""Keeps the records of an engine's run: alerts, timings, the operator's acts, backups, state."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from engine.bots.consent.retention import Retention
from engine.bots.messages.ended import MessageEnded
from engine.bots.messages.operation_times import OperationTimes
from engine.bus import Bus
from engine.clock import Clock
from engine.settings import Settings
from engine.storage.audit import AuditLog
from engine.storage.audit_trail import AuditTrail
from engine.storage.database.database import Database
from engine.storage.locations.backups import Backups
from engine.storage.locations.location import Location
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import OperationMetrics
from engine.storage.messages.operation_totals import OperationTotals
from engine.watch.alert_history import AlertHistory

Runs = Iterator[tuple[Coroutine[Any, Any, None], str]]
"""What is to be run until cancelled, each with its name."""


class Records:
    """The records of one engine, in its database and its data directory."""

    def __init__(
        self,
        settings: Settings,
        location: Location,
        database: Database,
        *,
        bus: Bus,
        clock: Clock,
        on_error: Callable[[BaseException], None],
    ) -> None:
        directory = settings.data_directory
        self.audit = AuditTrail(AuditLog(database), clock, "operator")
        self.messages = Messages(database)
        self.alerts = AlertHistory(database, bus, clock)
        self.operations = OperationTotals(clock)
        self._leave = bus.subscribe(MessageEnded, OperationTimes(self.operations).note)
        self._database = database
        self._metrics = OperationMetrics(database)
        self._backups = Backups(location, directory, clock)
        self._retention = Retention(database, directory, settings.retention_days, clock)
        self._on_error = on_error

    def runs(self) -> Runs:
        """Yield what must run until cancelled, with a name for each."""
        yield self._backups.run(self._on_error), "backups"
        yield self.alerts.run(), "alert history"
        yield self.operations.run(self._metrics), "operation metrics"
        yield self._retention.run(self._on_error), "retention"

    async def close(self) -> None:
        """Write what is left and close the database, within 3 s."""
        self._leave()
        last = asyncio.gather(
            self.operations.flush(self._metrics),
            self.alerts.close(),
            self.audit.close(),
            return_exceptions=True,
        )
        await asyncio.sleep(0)  # they have handed everything over
        await self._database.close()
        await last
