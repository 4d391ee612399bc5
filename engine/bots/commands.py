"""The commands every bot knows, recognised in what people write."""

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass

from engine.storage.consents import Purpose

_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?:\s+(.*))?$", re.ASCII | re.DOTALL)


class Command(enum.StrEnum):
    """What somebody asks of a bot as such."""

    START = "start"
    HELP = "help"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    PRIVACY = "privacy"
    MYDATA = "mydata"
    FORGET = "forget"
    AGREE = "agree"
    DECLINE = "decline"


WITHDRAWALS = frozenset({Command.UNSUBSCRIBE, Command.FORGET, Command.DECLINE})
"""What no limit may hold back: somebody wants less of a bot."""

_NAMES = {command.value: command for command in Command}


@dataclass(frozen=True, slots=True)
class Request:
    """A command with what follows it."""

    command: Command
    rest: str = ""

    @property
    def purpose(self) -> Purpose:
        """What a subscription is for."""
        return Purpose.TALK if self.rest.casefold() == "talk" else Purpose.ANNOUNCEMENTS

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody says that they are sure, in either language."""
        return self.rest.casefold() in {"yes", "evet"}

    @property
    def page(self) -> int:
        return max(1, int(self.rest)) if self.rest.isdecimal() and len(self.rest) < 6 else 1


def request_in(text: str, usernames: Collection[str]) -> Request | None:
    """The command in a message to the bot of these names; None if it is no command of these.

    `usernames` are in lower case.
    """
    found = _COMMAND.match(text.strip())
    if found is None:
        return None
    name, bot, rest = found.groups()
    if bot is not None and bot.casefold() not in usernames:
        return None
    command = _NAMES.get(name.lower())
    return Request(command, (rest or "").strip()) if command else None


def is_withdrawal(text: str) -> bool:
    """Whether the message, to whichever bot, asks for less of it."""
    found = _COMMAND.match(text.strip())
    return found is not None and _NAMES.get(found.group(1).lower()) in WITHDRAWALS
