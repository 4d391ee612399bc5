"""Recognises the commands that every bot knows in what people write."""

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass

from engine.storage.messages.message import IncomingMessage
from engine.storage.people.consents import Purpose

_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?:\s+(.*))?$", re.ASCII | re.DOTALL)


class ChatCommand(enum.StrEnum):
    """A command of a person or an administrator."""

    START = "start"
    HELP = "help"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    PRIVACY = "privacy"
    MYDATA = "mydata"
    FORGET = "forget"
    AGREE = "agree"
    DECLINE = "decline"


_YES = frozenset({"yes", "evet"})
_WITHDRAWALS = {
    ChatCommand.UNSUBSCRIBE: frozenset({"", "talk"}),
    ChatCommand.FORGET: frozenset({"", *_YES}),
    ChatCommand.DECLINE: frozenset({""}),
}
"""The commands by which somebody wants less of a bot, each with what may follow it."""

_PERSONAL = frozenset({ChatCommand.AGREE, ChatCommand.FORGET, ChatCommand.SUBSCRIBE})
"""The commands that count only in words of one's own: passed on, they are somebody else's."""

_NAMES = {command.value: command for command in ChatCommand}


@dataclass(frozen=True, slots=True)
class GivenCommand:
    """A command with the text after it."""

    command: ChatCommand
    rest: str = ""

    @property
    def purpose(self) -> Purpose:
        """The purpose of the subscription that is begun or ended."""
        return Purpose.TALK if self.rest.casefold() == "talk" else Purpose.ANNOUNCEMENTS

    @property
    def is_confirmed(self) -> bool:
        """True if the person confirms, in either language."""
        return self.rest.casefold() in _YES

    @property
    def is_withdrawal(self) -> bool:
        """True if the person wants less of the bot; no limit applies to it."""
        return self.command in _WITHDRAWALS

    @property
    def is_exact(self) -> bool:
        """True if it is a withdrawal and nothing else."""
        return self.rest.casefold() in _WITHDRAWALS.get(self.command, ())

    @property
    def is_personal(self) -> bool:
        """True if it counts only if the sender wrote it."""
        return self.command in _PERSONAL

    @property
    def page(self) -> int:
        """The number of the requested page, from 1."""
        return max(1, int(self.rest)) if self.rest.isdecimal() and len(self.rest) < 6 else 1


def looks_like_command(text: str) -> bool:
    """Return True if `request_in` may find a command for any bot; fast."""
    return text.lstrip().startswith("/")


def request_in(text: str, usernames: Collection[str]) -> GivenCommand | None:
    """Return the command in a message to the bot with these user names; None if there is none.

    `usernames` are in lower case.
    """
    found = _COMMAND.match(text.strip())
    if found is None:
        return None
    name, bot, rest = found.groups()
    if bot is not None and bot.casefold() not in usernames:
        return None
    command = _NAMES.get(name.lower())
    return GivenCommand(command, (rest or "").strip()) if command else None


def withdrawal_in(incoming: IncomingMessage, usernames: Collection[str]) -> GivenCommand | None:
    """Return what somebody withdraws from the bot with these names, or None."""
    if not looks_like_command(incoming.text):
        return None
    request = request_in(incoming.text, usernames)
    if request is None or (incoming.of_another and request.is_personal):
        return None
    return request if request.is_withdrawal else None
