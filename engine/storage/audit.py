"""Records who did what and when; entries never change."""

from dataclasses import dataclass

from engine.storage.database.database import Database
from engine.storage.database.operation import insert
from engine.storage.database.repository import Repository
from engine.storage.database.schema import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action; `detail` is JSON without secrets."""

    id: int
    at: float
    actor: str
    action: str
    subject: str
    detail: str


class AuditLog:
    """Entries can be added and read, nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Repository(database, audit, AuditEntry)
        self._insert = insert(audit)

    async def add(
        self, *, at: float, actor: str, action: str, subject: str, detail: str = "{}"
    ) -> int:
        """Add an entry; return its id."""
        id_ = self._database.next_id()
        await self._database.write(self._insert, (id_, at, actor, action, subject, detail))
        return id_

    async def newest(self, limit: int, *, since: float = 0.0) -> tuple[AuditEntry, ...]:
        """Return the newest entries first."""
        return await self._records.filter(
            audit.c.at >= since, order_by=(audit.c.at.desc(), audit.c.id.desc()), limit=limit
        )
