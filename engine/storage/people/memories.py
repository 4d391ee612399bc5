"""Stores what each bot remembers about each person."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import delete

from engine.storage.database.database import Database
from engine.storage.database.operation import delete_rows, once
from engine.storage.database.repository import Repository
from engine.storage.database.schema import memories


@dataclass(frozen=True, slots=True)
class Memory:
    """One thing a person said about themselves; `id` comes from `Database.next_id`."""

    id: int
    account: str
    person: int
    text: str
    at: float  # when it was last said
    recalled_at: float  # when it was last needed
    recalls: int = 0
    meaning: bytes | None = field(default=None, repr=False)  # a vector; None: not computed
    chat: int = 0  # where it was said
    message: int | None = None  # Telegram's message id; None: unknown


class Memories(Repository[Memory]):
    """Memories by id, which grows with time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, memories, Memory)

    async def of(self, account: str, person: int) -> tuple[Memory, ...]:
        """Return what one bot remembers about one person, oldest first."""
        return await self.filter(memories.c.person == person, memories.c.account == account)

    async def of_person(self, person: int) -> tuple[Memory, ...]:
        """Return what all bots remember about one person."""
        return await self.filter(memories.c.person == person)

    async def remove_all(self, gone: Iterable[Memory]) -> None:
        """Delete these memories."""
        await self._database.write_all(delete_rows(memories), [(memory.id,) for memory in gone])

    async def erase(self, person: int) -> None:
        """Delete what all bots remember about one person."""
        await self._database.write(once(delete(memories).where(memories.c.person == person)), ())

    async def remove_unneeded(self, before: float) -> None:
        """Delete what nobody has needed since `before` (seconds since 1970)."""
        await self._database.write(
            once(delete(memories).where(memories.c.recalled_at < before)), ()
        )
