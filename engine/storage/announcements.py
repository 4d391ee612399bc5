"""Announcements that were made, so that no chat hears one too often."""

from dataclasses import dataclass

from engine.storage.database import Database
from engine.storage.repository import Repository
from engine.storage.schema import announcements


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement in one chat; `id` comes from `Database.next_id`."""

    id: int
    account: str
    chat: int
    text: str
    at: float
    outgoing: int | None = None  # its row in the outbox


class Announcements(Repository[Announcement]):
    """By id, which grows with time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, announcements, Announcement)

    async def newest(self, account: str, chat: int, limit: int) -> tuple[Announcement, ...]:
        """The newest first."""
        return await self.filter(
            announcements.c.account == account,
            announcements.c.chat == chat,
            order_by=(announcements.c.at.desc(),),
            limit=limit,
        )
