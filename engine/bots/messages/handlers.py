"""Decides which messages get an answer, separately for direct messages and for groups."""

import re
from collections.abc import Collection

from engine.bots.messages.outcome import SkipReason
from engine.storage.messages.message import ChatKind, IncomingMessage

_COMMAND = re.compile(r"/\w+(?:@(\w+))?(?:\s|$)", re.ASCII)
_MENTION = re.compile(r"@(\w+)", re.ASCII)


def why_not(incoming: IncomingMessage, usernames: Collection[str]) -> SkipReason | None:
    """Return why the bot with these names skips a message; None if it answers."""
    if incoming.kind is ChatKind.DIRECT:
        return _direct_message(incoming)
    return _group_message(incoming, usernames)


def _direct_message(incoming: IncomingMessage) -> SkipReason | None:
    """Answer every text, because the person writes to the bot alone."""
    if incoming.sender_is_bot:
        return SkipReason.FROM_BOT
    return None if incoming.text else SkipReason.NO_TEXT


def _group_message(incoming: IncomingMessage, usernames: Collection[str]) -> SkipReason | None:
    """Answer only if the bot is addressed, because the message is in a group."""
    if incoming.sender_is_bot:
        return SkipReason.FROM_BOT
    if not incoming.text:
        return SkipReason.NO_TEXT
    return None if is_addressed(incoming, usernames) else SkipReason.NOT_ADDRESSED


def is_addressed(incoming: IncomingMessage, usernames: Collection[str]) -> bool:
    """Return True for the bot's name, a reply to it, or a command that names no other bot.

    `usernames` are in lower case.
    """
    if incoming.mentions_us:
        return True
    if command := _COMMAND.match(incoming.text):
        named = command.group(1)
        return named is None or named.casefold() in usernames
    return any(name.casefold() in usernames for name in _MENTION.findall(incoming.text))
