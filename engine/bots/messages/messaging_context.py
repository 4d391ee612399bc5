"""Defines the objects that a fleet's bots share to process their messages."""

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
    """Words the answers that are no replies to commands."""

    async def respond(self, incoming: IncomingMessage, waited: float) -> str:
        """Return the answer to somebody who waited `waited` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class MessagingContext:
    """The objects shared by all bots."""

    messages: MessageStore
    conversation: Conversation
    limits: Limits
    own: OwnAccounts
    services: ConsentServices
    clock: Clock
    publish: Callable[[object], None]  # publishes an event
    on_error: Callable[[BaseException], None]  # gets unexpected errors
