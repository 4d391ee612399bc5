"""Updates subscriptions and consents when a chat moves, or rejects a bot."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from engine.bots.consent.subscriptions import Subscriptions
from engine.clock import Clock
from engine.storage.chats import Chats, StoredChat
from engine.storage.messages.message import IncomingMessage, OutgoingMessage
from engine.storage.messages.moved_chats import MovedChats
from engine.telegram.client.client import AccountClient
from engine.telegram.client.rights import own_standing, peer_of
from engine.telegram.faults import (
    ChatGoneError,
    NoRightsError,
    TelegramFaultError,
    UndeliverableError,
)
from engine.telegram.updates.chat_events import ChatEvent, ChatEventKind

Connected = Callable[[], Awaitable[AccountClient]]

_log = logging.getLogger(__name__)


class Membership:
    """Serves all accounts; every change is stored when a call returns."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        chats: Chats,
        moves: MovedChats,
        clock: Clock,
        forget_copies: Callable[[], None],
    ) -> None:
        self._subscriptions = subscriptions
        self._chats = chats
        self._moves = moves
        self._clock = clock
        self._forget_copies = forget_copies

    async def hear(self, account: str, events: Sequence[ChatEvent]) -> None:
        """Handle events that concern the account in its chats; repeating them does no harm."""
        for event in events:
            if event.kind is ChatEventKind.MOVED:
                await self._move(account, event)
            elif event.kind is ChatEventKind.DEMOTED:
                await self._subscriptions.end_operators(account, event.chat, event.kind.value)
            else:
                await self.end(account, event.chat, event.kind.value)

    async def end(self, account: str, chat: int, reason: str) -> None:
        """End all the account's subscriptions in the chat; raises StorageError."""
        if await self._subscriptions.end_all(account, chat, reason):
            _log.info("%s: its subscriptions in %d ended: %s", account, chat, reason)

    async def followed(self, incoming: IncomingMessage) -> IncomingMessage:
        """Return a message of a group that has moved since as one of its present group."""
        there = await self._chats.successor(incoming.account, incoming.chat)
        if there is None:
            return incoming
        return msgspec.structs.replace(incoming, chat=there, peer=peer_of(there))

    async def refused(
        self, message: OutgoingMessage, error: UndeliverableError, connected: Connected
    ) -> OutgoingMessage | None:
        """Return what to send instead of a refused message if its chat has moved, else None.

        Ends the account's subscriptions there if it may no longer write.
        """
        if message.peer.type == "chat":
            moved = await self._follow(message, connected)
            if moved is not None:
                return moved
        if isinstance(error, NoRightsError | ChatGoneError):
            await self.end(message.account, message.chat, "refused")
        return None

    async def _follow(
        self, message: OutgoingMessage, connected: Connected
    ) -> OutgoingMessage | None:
        account = message.account
        there = await self._chats.successor(account, message.chat)
        peer = None if there is None else peer_of(there)
        if there is None:
            try:
                standing = await own_standing(await connected(), message.peer)
            except TelegramFaultError:
                return None
            if standing.moved is None:
                return None
            await self._move(account, standing.moved)
            there, peer = standing.moved.moved_to, standing.moved.peer
        # The message that it answers has another id there, if any.
        return msgspec.structs.replace(message, chat=there, peer=peer, reply_to=None)

    async def _move(self, account: str, event: ChatEvent) -> None:
        assert event.moved_to is not None  # noqa: S101 - what makes it a move
        assert event.peer is not None  # noqa: S101 - as above
        moved = StoredChat(
            account, event.chat, "group", event.title, self._clock.now(), event.moved_to
        )
        await self._moves.move(moved, event.peer)
        self._forget_copies()
        _log.info("%s: the group %d is now %d", account, event.chat, event.moved_to)
