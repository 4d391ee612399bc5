"""How long Telegram asked an account to wait, kept over restarts and never shortened."""

from dataclasses import dataclass

from sqlalchemy import delete

from engine.storage.database import Database
from engine.storage.operation import once
from engine.storage.repository import Repository
from engine.storage.schema import flood_waits

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
    """By account, method and chat."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Repository(database, flood_waits, _Row)

    async def keep(self, wait: FloodWait) -> None:
        """The later of this and what is known holds."""
        known = await self._records.get(wait.account, wait.method, wait.chat)
        if known is None or known.until < wait.until:
            await self._records.put(_Row(wait.account, wait.method, wait.chat, wait.until))

    async def active(self, now: float) -> tuple[FloodWait, ...]:
        """Those not over yet."""
        rows = await self._records.filter(flood_waits.c.until > now)
        return tuple(FloodWait(row.account, row.method, row.until, row.chat) for row in rows)

    async def forget(self, now: float) -> None:
        """Remove those that are over."""
        await self._database.write(once(delete(flood_waits).where(flood_waits.c.until <= now)), ())


@dataclass(frozen=True, slots=True)
class _Row:
    account: str
    method: str
    chat: int
    until: float
