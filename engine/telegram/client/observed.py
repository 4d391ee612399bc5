"""Records how Telegram treats one account, as observed over its connections."""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telethon import utils
from telethon.tl import types

from engine.clock import Clock
from engine.telegram.updates.message_box import was_fetched

_LATE = 10.0  # s between writing and fetching above which Telegram had withheld a message
_RECENT = 256  # own messages that are remembered

_Message = types.UpdateNewMessage | types.UpdateNewChannelMessage


@dataclass(frozen=True, slots=True)
class ObservedGroup:
    """A group as the account last saw it."""

    title: str
    is_administrator: bool


class Observed:
    """Collects observations over all connections of one account."""

    def __init__(self, clock: Clock) -> None:
        """Use `clock` for Telegram's time, which it knows once the account is connected."""
        self._clock = clock
        self.pushed = 0  # updates that Telegram pushed
        self.pushed_at = -math.inf  # time of the last push, in steady seconds
        self.withheld = 0  # messages sent only on request, although the account was connected
        self.foreign_at: float | None = None  # time when another program last wrote as the account
        self.groups: dict[int, ObservedGroup] = {}  # groups the account is in, by marked id
        self.reads_all = True  # the account's own settings let it read all group messages
        self._since = 0.0  # start of the connection, in seconds since 1970
        self._said: deque[tuple[int, str]] = deque(maxlen=_RECENT)

    def connected(self, *, reads_all: bool) -> None:
        """Note that a connection begins; `reads_all` is True if privacy mode is off."""
        self._since = self._clock.now()
        self.reads_all = reads_all

    @property
    def privacy_mode(self) -> bool:
        """True if privacy mode hides messages from the account in at least one group."""
        groups = self.groups.values()
        return not self.reads_all and not all(group.is_administrator for group in groups)

    def sees_all(self, chat: int) -> bool | None:
        """Return True if the account sees all of a group; None if it is no known member."""
        group = self.groups.get(chat)
        return None if group is None else self.reads_all or group.is_administrator

    def says(self, peer: Any, text: str) -> None:
        """Note that this program is about to send `text` to an input peer."""
        self._said.append((utils.get_peer_id(peer), _plain(text)))

    def take(self, updates: Iterable[Any], chats: Iterable[Any]) -> None:
        """Learn from the updates and chats that the update loop received."""
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
            self.groups[utils.get_peer_id(chat)] = ObservedGroup(
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
        # Telegram's dates are in whole seconds.
        return bool(written > self._since + 1.0 and self._clock.now() - written > _LATE)


def _plain(text: str) -> str:
    """Return `text` with its blanks trimmed as Telegram does."""
    return " ".join(text.split())
