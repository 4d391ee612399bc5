"""Knows the accounts of this fleet, which never answer each other, or they would never stop."""

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
        """Add accounts; removed ones stay, because their messages do."""
        self._numbers.update(numbers)

    def said(self, incoming: IncomingMessage) -> bool:
        """Return True if one of them wrote the message, or the original of a forwarded one."""
        return incoming.sender in self._numbers or incoming.forwarded_from in self._numbers
