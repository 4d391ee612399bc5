"""Implements Telegram's privacy mode: which bots see a group message, and for whom it is meant.

Source: https://core.telegram.org/bots/features#privacy-mode.
"""

import re

from engine.simulator.world.state import Account, Chat, Message

_COMMAND = re.compile(r"^/[A-Za-z0-9_]{1,32}(?:@([A-Za-z0-9_]{3,32}))?(?:\s|$)")
_MENTION = re.compile(r"(?<![\w/])@([A-Za-z0-9_]{3,32})")


def is_command(text: str) -> bool:
    """Return True for a text that begins with a command."""
    return _COMMAND.match(text) is not None


def mentions(text: str) -> list[tuple[int, int, str]]:
    """Return position, length with the @, and name of every @username."""
    return [(found.start(), len(found[0]), found[1]) for found in _MENTION.finditer(text)]


def is_addressed(chat: Chat, message: Message, replied_to: Message | None, bot: Account) -> bool:
    """Return True if a person's message in a group is meant for `bot`.

    A command without a name goes to the bot that wrote here last, or to all if none did.
    """
    command = _COMMAND.match(message.text)
    if command is not None:
        if command[1] is not None:
            return command[1].lower() in bot.names
        if replied_to is not None and replied_to.sender != message.sender:
            return replied_to.sender == bot.id
        return chat.last_bot in (0, bot.id)
    if replied_to is not None and replied_to.sender == bot.id:
        return True
    names = bot.names
    return any(mention.lower() in names for _, _, mention in mentions(message.text))


def sees(chat: Chat, message: Message, bot: Account, *, addressed: bool) -> bool:
    """Return True if `bot`, a member of `chat`, receives a person's message."""
    if message.action or addressed or not bot.privacy:
        return True
    return chat.members[bot.id].administers
