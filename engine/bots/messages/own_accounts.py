"""Knows the accounts of this very fleet: if one answered another, they would go on for ever."""

from collections.abc import Iterable

from engine.storage.messages.message import IncomingMessage


class OwnAccounts:
    """Holds Telegram's ids of bots and of people's accounts alike."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._numbers = set(numbers)

    def add(self, number: int) -> None:
        """Add one account."""
        self._numbers.add(number)

    def add_all(self, numbers: Iterable[int]) -> None:
        """Add more; an account that is removed stays, since it said what it said."""
        self._numbers.update(numbers)

    def said(self, incoming: IncomingMessage) -> bool:
        """Return True if one of them wrote it, or somebody forwards what one of them wrote."""
        return incoming.sender in self._numbers or incoming.forwarded_from in self._numbers
