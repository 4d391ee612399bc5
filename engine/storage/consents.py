"""Who agreed to what, in which chat, when, and when they took it back: each time a row of its own.

What a person gave again after a withdrawal is a new row, so that the whole history is kept.
"""

import enum
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Text, bindparam, select, update

from engine.storage.database import Database
from engine.storage.operation import once
from engine.storage.record import withdrawn
from engine.storage.repository import Repository
from engine.storage.schema import consents
from engine.storage.statement import Query


class Purpose(enum.StrEnum):
    """What somebody agrees to: a person for themself, an administrator for a group."""

    LLM = "llm"  # a language model's provider reads the person's messages
    ANNOUNCEMENTS = "announcements"  # a bot speaks in the group unasked, at intervals
    TALK = "talk"  # a bot joins the group's conversation unasked


EVERY_BOT: Final = ""
"""The account of a consent that counts for all bots of a group."""


def given_to(account: str, chat: int) -> str:
    """Whose a consent is that somebody gives `account` in `chat`: in a group every bot's there.

    Direct chats have the person's number with every bot, so only the account tells them apart.
    """
    return account if chat > 0 else EVERY_BOT


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's consent in one chat for one purpose, from when to when."""

    person: int
    chat: int
    account: str  # as `given_to` says
    purpose: str
    given_at: float
    withdrawn_at: float | None = None


_STANDING = Query(
    select(consents.c.person).where(
        consents.c.person == bindparam("person", type_=BigInteger),
        consents.c.chat == bindparam("chat", type_=BigInteger),
        consents.c.account == bindparam("account", type_=Text),
        consents.c.purpose == bindparam("purpose", type_=Text),
        consents.c.withdrawn_at.is_(None),
    ),
    ("person", "chat", "account", "purpose"),
)


class Consents(Repository[Consent]):
    """By person, chat, the account it is given to, purpose and moment."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, consents, Consent)

    async def give(self, person: int, account: str, chat: int, purpose: str, at: float) -> bool:
        """False if it was given already."""
        if await self.is_given(person, account, chat, purpose):
            return False
        await self.put(Consent(person, chat, given_to(account, chat), purpose, at))
        return True

    async def withdraw(self, person: int, account: str, chat: int, purpose: str, at: float) -> bool:
        """False if there was nothing to withdraw; that it was given is kept."""
        statement = (
            update(consents)
            .where(
                consents.c.person == person,
                consents.c.chat == chat,
                consents.c.account == given_to(account, chat),
                consents.c.purpose == purpose,
                consents.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=at)
        )
        # Kept even if none is given: an older database, restored, may hold one.
        entry = withdrawn(person, given_to(account, chat), chat, purpose, at)
        return (await self._database.write(once(statement, entry), ())).count > 0

    async def is_given(self, person: int, account: str, chat: int, purpose: str) -> bool:
        whose = given_to(account, chat)
        return bool(await self._database.read(_STANDING, person, chat, whose, purpose))

    async def of(self, person: int) -> tuple[Consent, ...]:
        """A person's whole history, the oldest first."""
        return await self.filter(
            consents.c.person == person, order_by=(consents.c.given_at, consents.c.chat)
        )
