"""Who agreed to what: asked before every answer of a language model, hence held in memory."""

from collections import OrderedDict

from engine.clock import Clock
from engine.storage.consents import Consents, Purpose

_MOST_REMEMBERED = 50_000

_Key = tuple[int, int, str]


class ConsentLedger:
    """Every change is stored before it is in force, and in force at once."""

    def __init__(self, stored: Consents, clock: Clock) -> None:
        self._stored = stored
        self._clock = clock
        self._known: OrderedDict[_Key, bool] = OrderedDict()
        self._changes = 0

    async def allows(self, person: int, chat: int, purpose: Purpose) -> bool:
        """Whether `person` has agreed in `chat` and not taken it back; raises StorageError."""
        key = person, chat, purpose.value
        if (known := self._known.get(key)) is not None:
            return known
        changes = self._changes
        given = await self._stored.is_given(*key)
        if changes == self._changes:  # or it may have been read before a change
            self._known[key] = given
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return given

    async def give(self, person: int, chat: int, purpose: Purpose) -> bool:
        """False if it was given already."""
        try:
            return await self._stored.give(person, chat, purpose.value, self._clock.now())
        finally:
            self.forget()

    async def withdraw(self, person: int, chat: int, purpose: Purpose) -> bool:
        """False if there was nothing to withdraw."""
        self._changes += 1
        self._known[person, chat, purpose.value] = False  # from the asking on
        try:
            return await self._stored.withdraw(person, chat, purpose.value, self._clock.now())
        finally:
            self.forget()

    def forget(self) -> None:
        """What is stored has changed: ask it again."""
        self._changes += 1
        self._known.clear()
