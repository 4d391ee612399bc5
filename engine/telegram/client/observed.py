"""What the connections of one account showed of how Telegram treats it."""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telethon import utils
from telethon.tl import types

from engine.clock import Clock
from engine.telegram.updates.message_box import was_fetched

_LATE = 10.0  # s; a message fetched so long after it was written had not been served
_RECENT = 256  # messages of its own that are remembered

_Message = types.UpdateNewMessage | types.UpdateNewChannelMessage


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the account saw it last."""

    title: str
    is_administrator: bool


class Observed:
    """Lives as long as the account, over all its connections."""

    def __init__(self, clock: Clock) -> None:
        """`clock` tells Telegram's time, at least once the account is connected."""
        self._clock = clock
        self.pushed = 0  # updates that Telegram sent by itself
        self.pushed_at = -math.inf  # of the last one, in steady seconds
        self.withheld = 0  # messages it only told when asked, though the account was connected
        self.foreign_at: float | None = None  # when another program last wrote as the account
        self.groups: dict[int, Group] = {}  # that it is in, by marked id
        self.reads_all = True  # in groups, as far as its own settings go
        self._since = 0.0  # when the connection began, in seconds since 1970
        self._said: deque[tuple[int, str]] = deque(maxlen=_RECENT)

    def connected(self, *, reads_all: bool) -> None:
        """A connection begins; `reads_all` is whether privacy mode is off."""
        self._since = self._clock.now()
        self.reads_all = reads_all

    @property
    def half_blind(self) -> bool:
        """Whether there is a group in which privacy mode hides messages from the account."""
        groups = self.groups.values()
        return not self.reads_all and not all(group.is_administrator for group in groups)

    def sight(self, chat: int) -> bool | None:
        """Whether it sees all that is written in a group; None if it is not known to be in."""
        group = self.groups.get(chat)
        return None if group is None else self.reads_all or group.is_administrator

    def says(self, peer: Any, text: str) -> None:
        """This program is about to send `text` to an input peer."""
        self._said.append((utils.get_peer_id(peer), _plain(text)))

    def take(self, updates: Iterable[Any], chats: Iterable[Any]) -> None:
        """Learn from what the update loop got."""
        for chat in chats:
            self._see_chat(chat)
        for update in updates:
            if not was_fetched(update):
                self.pushed += 1
                self.pushed_at = self._clock.monotonic()
                if self._is_foreign(update):
                    self.foreign_at = self._clock.now()
            elif self._is_late(update):
                self.withheld += 1

    def _see_chat(self, chat: Any) -> None:
        gone = getattr(chat, "left", False) or getattr(chat, "deactivated", False)
        if isinstance(chat, types.ChatForbidden | types.ChannelForbidden) or gone:
            self.groups.pop(utils.get_peer_id(chat), None)
        elif isinstance(chat, types.Chat) or getattr(chat, "megagroup", False):
            self.groups[utils.get_peer_id(chat)] = Group(
                chat.title, bool(chat.admin_rights or chat.creator)
            )

    def _is_foreign(self, update: Any) -> bool:
        message = getattr(update, "message", None)
        if not isinstance(message, types.Message) or not message.out:
            return False
        if not isinstance(update, _Message):
            return False
        said = utils.get_peer_id(message.peer_id), _plain(message.message or "")
        return said not in self._said

    def _is_late(self, update: Any) -> bool:
        message = getattr(update, "message", None)
        if not isinstance(update, _Message) or not isinstance(message, types.Message):
            return False
        written = message.date.timestamp()
        # Dates are in whole seconds.
        return bool(written > self._since + 1.0 and self._clock.now() - written > _LATE)


def _plain(text: str) -> str:
    """Telegram trims what it is given."""
    return " ".join(text.split())
