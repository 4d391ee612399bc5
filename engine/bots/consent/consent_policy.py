"""Who agreed to what and when: asked before anything goes to a model, hence held in memory."""

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
    """Every change is stored before it is in force, and in force at once."""

    def __init__(
        self,
        stored: Consents,
        clock: Clock,
        profiles: Profiles | None = None,
        providers: Callable[[], Sequence[str]] = _nobody,
    ) -> None:
        """`providers` are the names of those whose language models may be asked now."""
        self._stored = stored
        self._clock = clock
        self._profiles = profiles or _profiles(clock)
        self._generation = 0
        self._changes = 0
        self._listeners: list[Withdrawn] = []
        self.providers = providers

    def on_withdrawal(self, tell: Withdrawn) -> None:
        """Have `tell` called whenever somebody takes a consent back, before that is answered."""
        self._listeners.append(tell)

    def break_off(self, person: int, chat: int) -> None:
        """Tell that nothing more of a person may be read in a chat."""
        for tell in self._listeners:
            tell(person, chat)

    async def model_agreement(self, person: int, account: str, chat: int) -> Agreement:
        """Return what a language model may read of a person's lines; raises StorageError."""
        return await self.agreement(person, account, chat, Purpose.LLM)

    async def agreement(self, person: int, account: str, chat: int, purpose: Purpose) -> Agreement:
        """All that `person` agreed to in `account`'s chat: what may be read of their lines.

        In a group it does not matter which of our bots is asking. Raises StorageError.
        """
        key = self._key(person, account, chat)
        profile = await self._profiles.get(key)
        known: Agreement | None = profile.get(purpose.value) if profile else None
        if known is not None:
            return known
        changes = self._changes
        agreement = await self._stored.agreement(person, account, chat, purpose.value)
        if changes == self._changes:  # or it may have been read before a change
            await self._profiles.set(key, {**(profile or {}), purpose.value: agreement})
        return agreement

    async def allows(self, person: int, account: str, chat: int, purpose: Purpose) -> bool:
        """Whether `person` agreed to that, and has not taken it back. Raises StorageError."""
        return (await self.agreement(person, account, chat, purpose)).stands

    async def give(
        self,
        person: int,
        account: str,
        chat: int,
        purpose: Purpose,
        when: Moment | None = None,
    ) -> bool:
        """Whether it stands and did not before; `when` it was written, None: now."""
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
        """False if there was nothing to withdraw; `when` it was written, None: now.

        A group may have moved since, and what was given in it with it.
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
        await self._profiles.set(key, {purpose.value: Agreement(chat)})  # from the asking on
        try:
            has_ended = await self._stored.withdraw(person, account, chat, purpose.value, ended)
        finally:
            self._changes += 1
            await self._profiles.delete(key)
        if has_ended:  # else anybody could break off what others of the group wait for
            self.break_off(person, chat)
        return has_ended

    def forget(self) -> None:
        """Much of what is stored has changed: ask it again."""
        self._changes += 1
        self._generation += 1

    def _key(self, person: int, account: str, chat: int) -> str:
        return f"{self._generation}:{person}:{chat}:{given_to(account, chat)}"


def _profiles(clock: Clock) -> Profiles:
    memory = MemoryLevel(Eviction.LRU, _MOST_REMEMBERED, _MOST_BYTES, clock)
    return Cache("profile", dict[str, Any], clock=clock, memory=memory)
