"""What the bots of a fleet share to process their messages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits
from engine.bots.messages.own_accounts import OwnAccounts
from engine.clock import Clock
from engine.storage.messages.message import IncomingMessage
from engine.storage.messages.message_store import MessageStore


class Conversation(Protocol):
    """Whoever finds the words that are no reply to a command."""

    async def respond(self, incoming: IncomingMessage, waited: float) -> str:
        """Return the answer to somebody who has waited for so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class MessagingContext:
    """One for all bots."""

    messages: MessageStore
    conversation: Conversation
    limits: Limits
    own: OwnAccounts
    services: ConsentServices
    clock: Clock
    publish: Callable[[object], None]  # tells an event to those it concerns
    on_error: Callable[[BaseException], None]  # takes an error nobody expected
