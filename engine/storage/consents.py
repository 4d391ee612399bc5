"""Who agreed to what, in which chat, when, and when they took it back."""

from dataclasses import dataclass, replace

from engine.storage.database import Database
from engine.storage.repository import Repository
from engine.storage.schema import consents


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's consent in one chat for one purpose."""

    person: int
    chat: int
    purpose: str
    given_at: float
    withdrawn_at: float | None = None


class Consents(Repository[Consent]):
    """By person, chat and purpose."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, consents, Consent)

    async def give(self, person: int, chat: int, purpose: str, at: float) -> None:
        await self.put(Consent(person, chat, purpose, at))

    async def withdraw(self, person: int, chat: int, purpose: str, at: float) -> bool:
        """False if there was nothing to withdraw; that it was given is kept."""
        found = await self.get(person, chat, purpose)
        if found is None or found.withdrawn_at is not None:
            return False
        await self.put(replace(found, withdrawn_at=at))
        return True

    async def is_given(self, person: int, chat: int, purpose: str) -> bool:
        found = await self.get(person, chat, purpose)
        return found is not None and found.withdrawn_at is None
