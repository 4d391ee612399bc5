"""Who agreed to what, in which chat, when, and when they took it back: each time a row of its own.

What a person gave again after a withdrawal is a new row, so that the whole history is kept.
"""

import enum
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, select, update

from engine.storage.database import Database
from engine.storage.operation import once
from engine.storage.repository import Repository
from engine.storage.schema import consents
from engine.storage.statement import Query


class Purpose(enum.StrEnum):
    """What somebody agrees to: a person for themself, an administrator for a group."""

    LLM = "llm"  # a language model's provider reads the person's messages
    ANNOUNCEMENTS = "announcements"  # a bot speaks in the group unasked, at intervals
    TALK = "talk"  # a bot joins the group's conversation unasked


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's consent in one chat for one purpose, from when to when."""

    person: int
    chat: int
    purpose: str
    given_at: float
    withdrawn_at: float | None = None


_STANDING = Query(
    select(consents.c.person).where(
        consents.c.person == bindparam("person", type_=BigInteger),
        consents.c.chat == bindparam("chat", type_=BigInteger),
        consents.c.purpose == bindparam("purpose", type_=Text),
        consents.c.withdrawn_at.is_(None),
    ),
    ("person", "chat", "purpose"),
)


class Consents(Repository[Consent]):
    """By person, chat, purpose and moment."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, consents, Consent)

    async def give(self, person: int, chat: int, purpose: str, at: float) -> bool:
        """False if it was given already."""
        if await self.is_given(person, chat, purpose):
            return False
        await self.put(Consent(person, chat, purpose, at))
        return True

    async def withdraw(self, person: int, chat: int, purpose: str, at: float) -> bool:
        """False if there was nothing to withdraw; that it was given is kept."""
        statement = (
            update(consents)
            .where(
                consents.c.person == person,
                consents.c.chat == chat,
                consents.c.purpose == purpose,
                consents.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=at)
        )
        return (await self._database.write(once(statement), ())).count > 0

    async def is_given(self, person: int, chat: int, purpose: str) -> bool:
        return bool(await self._database.read(_STANDING, person, chat, purpose))

    async def of(self, person: int) -> tuple[Consent, ...]:
        """A person's whole history, the oldest first."""
        return await self.filter(
            consents.c.person == person, order_by=(consents.c.given_at, consents.c.chat)
        )
