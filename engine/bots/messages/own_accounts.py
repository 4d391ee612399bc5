"""The accounts of this very fleet: none answers another, or they would feed each other."""

from collections.abc import Iterable

from engine.storage.messages.message import IncomingMessage


class OwnAccounts:
    """By Telegram's numbers; bots and people's accounts alike."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._numbers = set(numbers)

    def add(self, number: int) -> None:
        self._numbers.add(number)

    def add_all(self, numbers: Iterable[int]) -> None:
        """Accounts that were added; one that was removed had still said what it said."""
        self._numbers.update(numbers)

    def said(self, incoming: IncomingMessage) -> bool:
        """Whether one of them wrote it, or somebody passed on what one of them wrote."""
        return incoming.sender in self._numbers or incoming.forwarded_from in self._numbers
