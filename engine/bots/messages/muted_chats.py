"""Remembers the chats in which Telegram refused a bot's messages."""

from collections import OrderedDict

_MOST = 1_000


class MutedChats:
    """Holds marked ids; a chat is removed when a message succeeds."""

    def __init__(self) -> None:
        self._chats: OrderedDict[int, None] = OrderedDict()

    def refused(self, chat: int) -> None:
        """Note that the bot may not write in the chat."""
        self._chats[chat] = None
        if len(self._chats) > _MOST:
            self._chats.popitem(last=False)

    def heard(self, chat: int) -> None:
        """Note that a message succeeded."""
        self._chats.pop(chat, None)

    def all(self) -> tuple[int, ...]:
        """Return all chats, longest refused first."""
        return tuple(self._chats)
