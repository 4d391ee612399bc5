"""Alerts that were raised, and when they cleared."""

from dataclasses import dataclass

from sqlalchemy import update

from engine.storage.database import Database
from engine.storage.operation import once
from engine.storage.repository import Repository
from engine.storage.schema import alerts


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """One alert; `id` comes from `Database.next_id`."""

    id: int
    kind: str
    severity: str
    text: str
    raised_at: float
    cleared_at: float | None = None


class Alerts(Repository[StoredAlert]):
    """By id, which grows with time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, alerts, StoredAlert)

    async def clear(self, id_: int, at: float) -> None:
        """It is over; without effect if it was already."""
        still_raised = alerts.c.id == id_, alerts.c.cleared_at.is_(None)
        statement = update(alerts).where(*still_raised).values(cleared_at=at)
        await self._database.write(once(statement), ())

    async def newest(self, limit: int) -> tuple[StoredAlert, ...]:
        """The newest first."""
        return await self.filter(order_by=(alerts.c.raised_at.desc(),), limit=limit)
