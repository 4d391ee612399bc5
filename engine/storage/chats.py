"""Stores the groups each account knows, and the supergroups that some became."""

from dataclasses import dataclass

from engine.storage.database.database import Database
from engine.storage.database.repository import Repository
from engine.storage.database.schema import chats


@dataclass(frozen=True, slots=True)
class StoredChat:
    """One chat as one account sees it."""

    account: str
    chat: int
    kind: str
    title: str
    changed_at: float
    moved_to: int | None = None  # the supergroup that this basic group became


class Chats(Repository[StoredChat]):
    """Chats by account and chat."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, chats, StoredChat)

    async def successor(self, account: str, chat: int) -> int | None:
        """Return the supergroup that `chat` became, or None."""
        found = await self.get(account, chat)
        return found.moved_to if found else None
