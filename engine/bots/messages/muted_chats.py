"""The chats in which Telegram does not let a bot write, as far as it has tried."""

from collections import OrderedDict

_MOST = 1_000


class MutedChats:
    """Marked ids; a chat leaves when a message gets through."""

    def __init__(self) -> None:
        self._chats: OrderedDict[int, None] = OrderedDict()

    def refused(self, chat: int) -> None:
        self._chats[chat] = None
        if len(self._chats) > _MOST:
            self._chats.popitem(last=False)

    def heard(self, chat: int) -> None:
        """A message got through."""
        self._chats.pop(chat, None)

    def all(self) -> tuple[int, ...]:
        """The longest refused first."""
        return tuple(self._chats)
