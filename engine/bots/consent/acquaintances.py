"""Deletes a person's name from the sessions of the accounts that met them."""

from collections.abc import Callable, Sequence

from engine.storage.people.person_data import PersonRecords


class Acquaintances:
    """A personal store: Telegram names people to every account that hears of them."""

    def __init__(self, records: PersonRecords) -> None:
        self._records = records
        self._forget: dict[str, Callable[[int], None]] = {}

    def add(self, account: str, forget: Callable[[int], None]) -> None:
        """Have `forget` called with each person who is erased and whom the account has met."""
        self._forget[account] = forget

    async def export(self, person: int) -> Sequence[str]:
        """Return nothing: a name by which Telegram knows them is no news to a person."""
        del person
        return ()

    async def erase(self, person: int) -> None:
        """Drop the person's name; their next message brings it back."""
        for account in await self._records.accounts(person):
            if forget := self._forget.get(account):
                forget(person)
