"""Keeps who agreed to what and when, in memory, because every use of a model asks for it."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.cache.cache import Cache
from engine.cache.memory import MemoryLevel
from engine.cache.policies.store import Eviction
from engine.clock import Clock
from engine.storage.people.agreement import Agreement, Moment
from engine.storage.people.consents import Consents, Purpose, given_to

_MOST_REMEMBERED = 50_000
_MOST_BYTES = 16 << 20

Profiles = Cache[dict[str, Any]]
"""What is known of a person in a chat; with no level but memory, or a crash while somebody takes
a consent back could leave it standing."""

Withdrawn = Callable[[int, int], None]
"""Takes a person and a chat."""


def _nobody() -> Sequence[str]:
    return ()


class ConsentPolicy:
    """Stores every change before it takes effect; it then takes effect at once."""

    def __init__(
        self,
        stored: Consents,
        clock: Clock,
        profiles: Profiles | None = None,
        providers: Callable[[], Sequence[str]] = _nobody,
    ) -> None:
        """Use `providers` for the names of the language models that may be asked now."""
        self._stored = stored
        self._clock = clock
        self._profiles = profiles or _profiles(clock)
        self._generation = 0
        self._changes = 0
        self._listeners: list[Withdrawn] = []
        self.providers = providers

    def on_withdrawal(self, tell: Withdrawn) -> None:
        """Have `tell` called at each withdrawal, before the person gets an answer."""
        self._listeners.append(tell)

    def break_off(self, person: int, chat: int) -> None:
        """Report that nothing more of a person may be read in a chat."""
        for tell in self._listeners:
            tell(person, chat)

    async def model_agreement(self, person: int, account: str, chat: int) -> Agreement:
        """Return what a language model may read of a person's lines; raises StorageError."""
        return await self.agreement(person, account, chat, Purpose.LLM)

    async def agreement(self, person: int, account: str, chat: int, purpose: Purpose) -> Agreement:
        """Return what `person` agreed to in `account`'s chat, to decide which lines may be read.

        In a group, all our bots share it. Raises StorageError.
        """
        key = self._key(person, account, chat)
        profile = await self._profiles.get(key)
        known: Agreement | None = profile.get(purpose.value) if profile else None
        if known is not None:
            return known
        changes = self._changes
        agreement = await self._stored.agreement(person, account, chat, purpose.value)
        if changes == self._changes:  # otherwise it may have been read before a change
            await self._profiles.set(key, {**(profile or {}), purpose.value: agreement})
        return agreement

    async def allows(self, person: int, account: str, chat: int, purpose: Purpose) -> bool:
        """Return True if `person` has agreed and not withdrawn. Raises StorageError."""
        return (await self.agreement(person, account, chat, purpose)).stands

    async def give(
        self,
        person: int,
        account: str,
        chat: int,
        purpose: Purpose,
        when: Moment | None = None,
    ) -> bool:
        """Store a consent written at `when` (None: now); return True if it is new and active."""
        given = when or Moment(self._clock.now())
        try:
            return await self._stored.give(person, account, chat, purpose.value, given)
        finally:
            self._changes += 1
            await self._profiles.delete(self._key(person, account, chat))

    async def withdraw(
        self,
        person: int,
        account: str,
        chat: int,
        purpose: Purpose,
        when: Moment | None = None,
    ) -> bool:
        """Withdraw a consent at `when` (None: now); return False if there was nothing to withdraw.

        A group may have moved meanwhile, together with its consents.
        """
        ended = when or Moment(self._clock.now())
        has_ended = await self._withdraw(person, account, chat, purpose, ended)
        for there in await self._stored.successors(chat):
            has_ended |= await self._withdraw(person, account, there, purpose, ended)
        return has_ended

    async def _withdraw(
        self, person: int, account: str, chat: int, purpose: Purpose, ended: Moment
    ) -> bool:
        key = self._key(person, account, chat)
        self._changes += 1
        await self._profiles.set(key, {purpose.value: Agreement(chat)})  # counted from the request
        try:
            has_ended = await self._stored.withdraw(person, account, chat, purpose.value, ended)
        finally:
            self._changes += 1
            await self._profiles.delete(key)
        if has_ended:  # otherwise anybody could stop what others of the group wait for
            self.break_off(person, chat)
        return has_ended

    def forget(self) -> None:
        """Read everything again, because much of what is stored has changed."""
        self._changes += 1
        self._generation += 1

    def _key(self, person: int, account: str, chat: int) -> str:
        return f"{self._generation}:{person}:{chat}:{given_to(account, chat)}"


def _profiles(clock: Clock) -> Profiles:
    memory = MemoryLevel(Eviction.LRU, _MOST_REMEMBERED, _MOST_BYTES, clock)
    return Cache("profile", dict[str, Any], clock=clock, memory=memory)
