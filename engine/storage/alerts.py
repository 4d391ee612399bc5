"""Stores raised alerts, and when they cleared."""

from dataclasses import dataclass

from sqlalchemy import update

from engine.storage.database.database import Database
from engine.storage.database.operation import once
from engine.storage.database.repository import Repository
from engine.storage.database.schema import alerts


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """One alert; `id` comes from `Database.next_id`, `text` is JSON with the sentence's figures."""

    id: int
    kind: str
    severity: str
    text: str
    raised_at: float
    cleared_at: float | None = None


class StoredAlerts(Repository[StoredAlert]):
    """Alerts by id, which grows with time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, alerts, StoredAlert)

    async def clear_older(self, than: float) -> None:
        """Clear alerts raised before `than`, because a process that is gone raised them."""
        left = alerts.c.raised_at < than, alerts.c.cleared_at.is_(None)
        await self._database.write(once(update(alerts).where(*left).values(cleared_at=than)), ())

    async def newest(self, limit: int) -> tuple[StoredAlert, ...]:
        """Return the newest alerts first."""
        return await self.filter(order_by=(alerts.c.raised_at.desc(),), limit=limit)
