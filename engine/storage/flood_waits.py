"""Stores Telegram's flood waits over restarts; they are never shortened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps, once
from engine.storage.database.repository import Repository
from engine.storage.database.schema import flood_waits
from engine.storage.database.statement import Batch, Binds, Row
from engine.storage.database.upsert import insert_into

WHOLE_ACCOUNT = 0
"""Instead of a chat."""


@dataclass(frozen=True, slots=True)
class FloodWait:
    """One method of one account must not be called before `until` (seconds since 1970)."""

    account: str
    method: str
    until: float
    chat: int = WHOLE_ACCOUNT


class FloodWaits:
    """Waits by account, method and chat."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Repository(database, flood_waits, _Row)

    async def keep(self, wait: FloodWait) -> None:
        """Store a wait, unless a later one is known."""
        await self._database.write(_keep, (wait.account, wait.method, wait.chat, wait.until))

    async def active(self, now: float) -> tuple[FloodWait, ...]:
        """Return the waits that are not over."""
        rows = await self._records.filter(flood_waits.c.until > now)
        return tuple(FloodWait(row.account, row.method, row.until, row.chat) for row in rows)

    async def forget(self, now: float) -> None:
        """Delete the waits that are over."""
        await self._database.write(once(delete(flood_waits).where(flood_waits.c.until <= now)), ())


@dataclass(frozen=True, slots=True)
class _Row:
    account: str
    method: str
    chat: int
    until: float


def _prolong(dialect: str, rows: Sequence[Binds]) -> Any:
    columns = tuple(flood_waits.columns)
    named = [{c.name: bind for c, bind in zip(columns, row, strict=True)} for row in rows]
    statement = insert_into(flood_waits, dialect).values(named)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in flood_waits.primary_key],
        set_={"until": statement.excluded.until},
        where=flood_waits.c.until < statement.excluded.until,
    )


_PROLONG = Batch(tuple(column.type for column in flood_waits.columns), _prolong)


def _keep(rows: Sequence[Row]) -> Steps[None]:
    """Store waits in one statement, or two at once could shorten each other."""
    latest: dict[Row, Row] = {}
    for row in rows:  # PostgreSQL replaces no row twice in one statement
        known = latest.setdefault(row[:3], row)
        latest[row[:3]] = max(known, row)
    yield Step(_PROLONG, list(latest.values()))
    return [None] * len(rows)
