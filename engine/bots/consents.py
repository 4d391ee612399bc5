"""Who agreed to what: asked before every answer of a language model, hence held in memory."""

from typing import Any

from engine.cache.cache import Cache
from engine.cache.memory import MemoryTier
from engine.cache.policies.store import Eviction
from engine.clock import Clock
from engine.storage.consents import Consents, Purpose, given_to

_MOST_REMEMBERED = 50_000
_MOST_BYTES = 16 << 20

Profiles = Cache[dict[str, Any]]
"""What is known of a person in a chat; with no level but memory, or a crash while somebody takes
a consent back could leave it standing."""


class ConsentLedger:
    """Every change is stored before it is in force, and in force at once."""

    def __init__(self, stored: Consents, clock: Clock, profiles: Profiles | None = None) -> None:
        self._stored = stored
        self._clock = clock
        self._profiles = profiles or _profiles(clock)
        self._generation = 0
        self._changes = 0

    async def allows(self, person: int, account: str, chat: int, purpose: Purpose) -> bool:
        """Whether `person` agreed to that in `account`'s chat, and has not taken it back.

        In a group it does not matter which of our bots is asking. Raises StorageError.
        """
        key = self._key(person, account, chat)
        profile = await self._profiles.get(key)
        known: bool | None = profile.get(purpose.value) if profile else None
        if known is not None:
            return known
        changes = self._changes
        given = await self._stored.is_given(person, account, chat, purpose.value)
        if changes == self._changes:  # or it may have been read before a change
            await self._profiles.set(key, {**(profile or {}), purpose.value: given})
        return given

    async def give(self, person: int, account: str, chat: int, purpose: Purpose) -> bool:
        """False if it was given already."""
        try:
            return await self._stored.give(person, account, chat, purpose.value, self._clock.now())
        finally:
            self._changes += 1
            await self._profiles.delete(self._key(person, account, chat))

    async def withdraw(self, person: int, account: str, chat: int, purpose: Purpose) -> bool:
        """False if there was nothing to withdraw."""
        key = self._key(person, account, chat)
        self._changes += 1
        await self._profiles.set(key, {purpose.value: False})  # from the asking on
        try:
            return await self._stored.withdraw(
                person, account, chat, purpose.value, self._clock.now()
            )
        finally:
            self._changes += 1
            await self._profiles.delete(self._key(person, account, chat))

    def forget(self) -> None:
        """Much of what is stored has changed: ask it again."""
        self._changes += 1
        self._generation += 1

    def _key(self, person: int, account: str, chat: int) -> str:
        return f"{self._generation}:{person}:{chat}:{given_to(account, chat)}"


def _profiles(clock: Clock) -> Profiles:
    memory = MemoryTier(Eviction.LRU, _MOST_REMEMBERED, _MOST_BYTES, clock)
    return Cache("profile", dict[str, Any], clock=clock, memory=memory)
