"""Who agreed to what, in which chat, when, and when they took it back: each time a row of its own.

What a person gave again after a withdrawal is a new row, so that the whole history is kept. Rows
are judged by when people wrote, not by when they were heard: two bots of a group, or one that was
offline, may hear of an older wish after a newer one.
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
from engine.storage.restores.record import Keep, withdrawn


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


def is_person(sender: int) -> bool:
    """Whether one person wrote it: groups and channels, below zero, sign for several."""
    return sender > 0


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's consent in one chat for one purpose, from when to when.

    Where both are the same moment, nothing was given: the person declined then.
    """

    person: int
    chat: int
    account: str  # as `given_to` says
    purpose: str
    given_at: float
    withdrawn_at: float | None = None
    given_message: int | None = None  # Telegram's numbers of the messages that said so
    withdrawn_message: int | None = None

    @property
    def given(self) -> Moment:
        return Moment(self.given_at, self.given_message)

    @property
    def withdrawn(self) -> Moment | None:
        at = self.withdrawn_at
        return None if at is None else Moment(at, self.withdrawn_message)

    @property
    def is_refusal(self) -> bool:
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
    """By person, chat, the account it is given to, purpose and moment."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, consents, Consent)
        self._changing = asyncio.Lock()  # a change depends on what is stored

    async def give(self, person: int, account: str, chat: int, purpose: str, when: Moment) -> bool:
        """Keep what somebody wrote at that moment; whether it stands now and did not before.

        It ends where they took it back in a later message, though that was heard of first.
        Nothing is kept of who writes in a chat's name: others may write in the same.
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
        """End what was given until then; False if there was nothing to end.

        That it was given is kept. That somebody declined is kept as well, for a consent they had
        written before may be heard of later.
        """
        whose = given_to(account, chat)
        async with self._changing:
            known = await self._of(person, whose, chat, purpose)
            ended = [one for one in known if _lasts_beyond(one, when)]
            changed, outdated = ended, list[Consent]()
            if not ended and all(one.given_at != when.at and _precedes(one, when) for one in known):
                changed = [Consent(person, chat, whose, purpose, when.at, None, when.message)]
                outdated = [one for one in known if one.is_refusal]  # the newest is enough
            # Recorded even if none is given: an older database, restored, may hold one.
            entry = withdrawn(person, whose, chat, purpose, when.at)

            def steps(rows: Sequence[Row]) -> Steps[None]:
                yield from self._remove(
                    [(person, chat, whose, purpose, one.given_at) for one in outdated]
                )
                yield from self._put([astuple(_ended(one, when)) for one in changed])
                yield Keep((entry,))
                return [None] * len(rows)

            if changed:
                await self._database.write(steps, ())
        return any(one.withdrawn is None for one in ended)

    async def agreement(self, person: int, account: str, chat: int, purpose: str) -> Agreement:
        """All that the person gave, to be judged by."""
        if not is_person(person):
            return Agreement(chat)
        known = await self._of(person, given_to(account, chat), chat, purpose)
        spans = (Span(one.given, _end(one.given, known)) for one in known if not one.is_refusal)
        return Agreement(chat, tuple(spans))

    async def is_given(self, person: int, account: str, chat: int, purpose: str) -> bool:
        return (await self.agreement(person, account, chat, purpose)).stands

    async def successors(self, chat: int) -> tuple[int, ...]:
        """The supergroup that `chat` became, as far as any account has heard of it."""
        return tuple(there for (there,) in await self._database.read(_SUCCESSORS, chat))

    async def of(self, person: int) -> tuple[Consent, ...]:
        """A person's whole history, the oldest first."""
        return await self.filter(
            consents.c.person == person, order_by=(consents.c.given_at, consents.c.chat)
        )

    async def _of(self, person: int, whose: str, chat: int, purpose: str) -> list[Consent]:
        rows = await self._database.read(_OF_ONE, person, chat, whose, purpose)
        return [Consent(*row) for row in rows]


def _end(given: Moment, known: Iterable[Consent]) -> Moment | None:
    """When the person first took back what they gave then; None: it stands."""
    later = [one.withdrawn for one in known if one.withdrawn and not _precedes(one, given)]
    return min(later, key=lambda moment: (moment.at, moment.message or 0), default=None)


def _precedes(one: Consent, moment: Moment) -> bool:
    """Whether it had surely ended by then."""
    return one.withdrawn is not None and moment.is_surely_after(one.withdrawn)


def _lasts_beyond(one: Consent, moment: Moment) -> bool:
    """Whether somebody who declines at `moment` takes it, or the end of it, back."""
    if one.is_refusal or one.given.is_surely_after(moment):
        return False
    return one.withdrawn is None or one.withdrawn.is_surely_after(moment)


def _ended(one: Consent, moment: Moment) -> Consent:
    return replace(one, withdrawn_at=moment.at, withdrawn_message=moment.message)
