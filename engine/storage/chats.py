"""The chats of each account, and which of them asked for announcements."""

from dataclasses import dataclass

from sqlalchemy import update

from engine.storage.database import Database
from engine.storage.operation import once
from engine.storage.repository import Repository
from engine.storage.schema import chats


@dataclass(frozen=True, slots=True)
class StoredChat:
    """One chat as one account sees it."""

    account: str
    chat: int
    kind: str
    title: str
    subscribed_by: int | None  # who opted in
    subscribed_at: float | None  # None: did not opt in
    changed_at: float


class Chats(Repository[StoredChat]):
    """By account and chat."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, chats, StoredChat)

    async def subscribe(self, account: str, chat: int, *, by: int, at: float) -> bool:
        """The chat opts in to announcements; False if the chat is not known."""
        return await self._set(account, chat, by, at, at)

    async def unsubscribe(self, account: str, chat: int, *, at: float) -> bool:
        """The chat opts out, at once; False if the chat is not known."""
        return await self._set(account, chat, None, None, at)

    async def subscribed(self, account: str) -> tuple[StoredChat, ...]:
        """The chats that may be sent announcements."""
        return await self.filter(chats.c.account == account, chats.c.subscribed_at.is_not(None))

    async def _set(
        self, account: str, chat: int, by: int | None, subscribed_at: float | None, at: float
    ) -> bool:
        statement = (
            update(chats)
            .where(chats.c.account == account, chats.c.chat == chat)
            .values(subscribed_by=by, subscribed_at=subscribed_at, changed_at=at)
        )
        return (await self._database.write(once(statement), ())).count > 0
