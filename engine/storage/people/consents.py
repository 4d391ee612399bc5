"""Stores who agreed to what, in which chat, and when they withdrew it, each time in a new row.

A consent after a withdrawal is a new row, so the whole history is kept. Rows are judged by when
people wrote, not by when we received it: two bots of a group, or one that was offline, may receive
an older wish after a newer one.
"""

import asyncio
import enum
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Final

from sqlalchemy import BigInteger, Text, bindparam, select

from engine.storage.database.database import Database
from engine.storage.database.operation import Steps
from engine.storage.database.repository import Repository
from engine.storage.database.schema import chats, consents
from engine.storage.database.statement import Query, Row
from engine.storage.people.agreement import Agreement, Moment, Span
from engine.storage.record.record import KeepLines, withdrawn


class Purpose(enum.StrEnum):
    """The purpose of a consent: by a person for themselves, by an administrator for a group."""

    LLM = "llm"  # a language model's provider reads the person's messages
    ANNOUNCEMENTS = "announcements"  # a bot makes announcements in the group
    TALK = "talk"  # a bot joins the group's conversation


EVERY_BOT: Final = ""
"""The account of a consent that counts for all bots of a group."""


def given_to(account: str, chat: int) -> str:
    """Return the account of a consent: in a group all bots share it.

    Direct chats have the person's id with every bot, so only the account distinguishes them.
    """
    return account if chat > 0 else EVERY_BOT


def is_person(sender: int) -> bool:
    """Return True for a person's id; groups and channels (negative ids) sign for several."""
    return sender > 0


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's consent in one chat for one purpose, with its start and end.

    If both are the same moment, the person declined then, and gave nothing.
    """

    person: int
    chat: int
    account: str  # see `given_to`
    purpose: str
    given_at: float
    withdrawn_at: float | None = None
    given_message: int | None = None  # Telegram's ids of the messages that said so
    withdrawn_message: int | None = None

    @property
    def given(self) -> Moment:
        """The time when it was given."""
        return Moment(self.given_at, self.given_message)

    @property
    def withdrawn(self) -> Moment | None:
        """The time when it was withdrawn; None: it is active."""
        at = self.withdrawn_at
        return None if at is None else Moment(at, self.withdrawn_message)

    @property
    def is_refusal(self) -> bool:
        """True if the person declined."""
        return self.given == self.withdrawn


_OF_ONE = Query(
    select(consents)
    .where(
        consents.c.person == bindparam("person", type_=BigInteger),
        consents.c.chat == bindparam("chat", type_=BigInteger),
        consents.c.account == bindparam("account", type_=Text),
        consents.c.purpose == bindparam("purpose", type_=Text),
    )
    .order_by(consents.c.given_at),
    ("person", "chat", "account", "purpose"),
)


_SUCCESSORS = Query(
    select(chats.c.moved_to)
    .where(chats.c.chat == bindparam("chat", type_=BigInteger), chats.c.moved_to.is_not(None))
    .distinct(),
    ("chat",),
)


class Consents(Repository[Consent]):
    """Consents by person, chat, account, purpose and moment."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, consents, Consent)
        self._changing = asyncio.Lock()  # a change depends on what is stored

    async def give(self, person: int, account: str, chat: int, purpose: str, when: Moment) -> bool:
        """Store a consent written at `when`; return True if it is active now and was not before.

        It ends at a later withdrawal, even if we received that one first. Nothing is stored for
        those who write in a chat's name, because several may do so.
        """
        if not is_person(person):
            return False
        whose = given_to(account, chat)
        async with self._changing:
            known = await self._of(person, whose, chat, purpose)
            standing = [one for one in known if _end(one.given, known) is None]
            if any(not one.given.is_surely_after(when) for one in standing):
                return False
            ended = _end(when, known)
            row = Consent(person, chat, whose, purpose, when.at, given_message=when.message)
            await self.put(row if ended is None else _ended(row, ended))
        return ended is None

    async def withdraw(
        self, person: int, account: str, chat: int, purpose: str, when: Moment
    ) -> bool:
        """End the consents given before; return False if there was nothing to end.

        The consent itself stays on record. A refusal is stored too, because an earlier consent may
        be received later.
        """
        whose = given_to(account, chat)
        async with self._changing:
            known = await self._of(person, whose, chat, purpose)
            ended = [one for one in known if _lasts_beyond(one, when)]
            changed, outdated = ended, list[Consent]()
            if not ended and all(one.given_at != when.at and _precedes(one, when) for one in known):
                changed = [Consent(person, chat, whose, purpose, when.at, None, when.message)]
                outdated = [one for one in known if one.is_refusal]  # the newest is enough
            # Recorded even without a consent: an older, restored database may hold one.
            entry = withdrawn(person, whose, chat, purpose, when.at)

            def steps(rows: Sequence[Row]) -> Steps[None]:
                yield from self._remove(
                    [(person, chat, whose, purpose, one.given_at) for one in outdated]
                )
                yield from self._put([astuple(_ended(one, when)) for one in changed])
                yield KeepLines((entry,))
                return [None] * len(rows)

            if changed:
                await self._database.write(steps, ())
        return any(one.withdrawn is None for one in ended)

    async def agreement(self, person: int, account: str, chat: int, purpose: str) -> Agreement:
        """Return everything the person gave, for the check of lines."""
        if not is_person(person):
            return Agreement(chat)
        known = await self._of(person, given_to(account, chat), chat, purpose)
        spans = (Span(one.given, _end(one.given, known)) for one in known if not one.is_refusal)
        return Agreement(chat, tuple(spans))

    async def is_given(self, person: int, account: str, chat: int, purpose: str) -> bool:
        """Return True if a consent is active."""
        return (await self.agreement(person, account, chat, purpose)).stands

    async def successors(self, chat: int) -> tuple[int, ...]:
        """Return the supergroup that `chat` became, as far as any account knows."""
        return tuple(there for (there,) in await self._database.read(_SUCCESSORS, chat))

    async def of(self, person: int) -> tuple[Consent, ...]:
        """Return a person's whole history, oldest first."""
        return await self.filter(
            consents.c.person == person, order_by=(consents.c.given_at, consents.c.chat)
        )

    async def _of(self, person: int, whose: str, chat: int, purpose: str) -> list[Consent]:
        rows = await self._database.read(_OF_ONE, person, chat, whose, purpose)
        return [Consent(*row) for row in rows]


def _end(given: Moment, known: Iterable[Consent]) -> Moment | None:
    """Return the first withdrawal of what they gave at `given`; None: it is active."""
    later = [one.withdrawn for one in known if one.withdrawn and not _precedes(one, given)]
    return min(later, key=lambda moment: (moment.at, moment.message or 0), default=None)


def _precedes(one: Consent, moment: Moment) -> bool:
    """Return True if it had certainly ended by then."""
    return one.withdrawn is not None and moment.is_surely_after(one.withdrawn)


def _lasts_beyond(one: Consent, moment: Moment) -> bool:
    """Return True if a refusal at `moment` ends the consent, or ends it earlier."""
    if one.is_refusal or one.given.is_surely_after(moment):
        return False
    return one.withdrawn is None or one.withdrawn.is_surely_after(moment)


def _ended(one: Consent, moment: Moment) -> Consent:
    return replace(one, withdrawn_at=moment.at, withdrawn_message=moment.message)
