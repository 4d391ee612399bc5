"""Decides which messages want an answer: direct ones by their sender, in groups the addressed."""

import re
from collections.abc import Collection

from engine.bots.skip_reason import SkipReason
from engine.storage.messages.message import ChatKind, IncomingMessage

_COMMAND = re.compile(r"/\w+(?:@(\w+))?(?:\s|$)", re.ASCII)
_MENTION = re.compile(r"@(\w+)", re.ASCII)


def why_not(incoming: IncomingMessage, usernames: Collection[str]) -> SkipReason | None:
    """Return why the bot with these user names skips a message; None if it wants an answer."""
    if incoming.kind is ChatKind.DIRECT:
        return _direct_message(incoming)
    return _group_message(incoming, usernames)


def _direct_message(incoming: IncomingMessage) -> SkipReason | None:
    """Return None for every text of a person, else why it is skipped."""
    if incoming.sender_is_bot:
        return SkipReason.FROM_BOT
    return None if incoming.text else SkipReason.NO_TEXT


def _group_message(incoming: IncomingMessage, usernames: Collection[str]) -> SkipReason | None:
    """Return None for a text that addresses the bot, else why it is skipped."""
    if incoming.sender_is_bot:
        return SkipReason.FROM_BOT
    if not incoming.text:
        return SkipReason.NO_TEXT
    return None if is_addressed(incoming, usernames) else SkipReason.NOT_ADDRESSED


def is_addressed(incoming: IncomingMessage, usernames: Collection[str]) -> bool:
    """Return True for a name, an answer to its own message, or a command that names no other bot.

    `usernames` are in lower case.
    """
    if incoming.mentions_us:
        return True
    if command := _COMMAND.match(incoming.text):
        named = command.group(1)
        return named is None or named.casefold() in usernames
    return any(name.casefold() in usernames for name in _MENTION.findall(incoming.text))
