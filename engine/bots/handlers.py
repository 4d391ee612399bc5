"""What to do with one message: separately for direct messages and for groups."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.bots.disposition import Unanswered
from engine.telegram.incoming import ChatKind, Incoming


@dataclass(frozen=True, slots=True)
class Answer:
    """The text to answer with."""

    text: str


Decision = Answer | Unanswered
Respond = Callable[[Incoming], Awaitable[str]]

_COMMAND = re.compile(r"/\w+(?:@(\w+))?(?:\s|$)", re.ASCII)


async def direct_message(incoming: Incoming, respond: Respond) -> Decision:
    """A person writes to the bot alone: always answered."""
    if incoming.sender_is_bot:
        return Unanswered.FROM_BOT
    if not incoming.text:
        return Unanswered.NO_TEXT
    return Answer(await respond(incoming))


async def group_message(incoming: Incoming, respond: Respond, username: str) -> Decision:
    """Somebody speaks in a group: answered only when the bot is addressed."""
    if incoming.sender_is_bot:
        return Unanswered.FROM_BOT
    if not incoming.text:
        return Unanswered.NO_TEXT
    if not is_addressed(incoming, username):
        return Unanswered.NOT_ADDRESSED
    return Answer(await respond(incoming))


def is_addressed(incoming: Incoming, username: str) -> bool:
    """By its name, by an answer to its own message, or by a command that names no other bot."""
    if incoming.kind is ChatKind.DIRECT or incoming.mentions_us:
        return True
    if command := _COMMAND.match(incoming.text):
        named = command.group(1)
        return named is None or named.casefold() == username.casefold()
    return re.search(rf"@{re.escape(username)}\b", incoming.text, re.IGNORECASE) is not None
