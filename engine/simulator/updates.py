"""Tells connected clients what happened in their mailboxes, and describes it in TL."""

import time
from collections.abc import Callable
from typing import Any

from telethon.tl import types

from engine.simulator import mailbox
from engine.simulator.keys import Keys
from engine.simulator.session import Session
from engine.simulator.state import Account, Chat, Event, EventKind, Message
from engine.simulator.views import View
from engine.simulator.world import World


def update(view: View, channel: int, event: Event, messages: list[Message]) -> Any:
    """The update for one event of a mailbox (`channel` 0: the account's own)."""
    if event.kind is EventKind.DELETED:
        numbers = [view.number(message) for message in messages]
        if channel:
            return types.UpdateDeleteChannelMessages(channel, numbers, event.pts, event.count)
        return types.UpdateDeleteMessages(numbers, event.pts, event.count)
    message = view.message(messages[0])
    if event.kind is EventKind.EDITED:
        kind = types.UpdateEditChannelMessage if channel else types.UpdateEditMessage
    else:
        kind = types.UpdateNewChannelMessage if channel else types.UpdateNewMessage
    return kind(message, event.pts, event.count)


def bundle(world: World, account: Account, channel: int, events: list[Event]) -> Any:
    """`updates` with all the events, and the users and chats they speak of."""
    view = View(world, account)
    told: list[Message] = []
    updates = []
    for event in events:
        messages = [world.message(uid) for uid in event.uids]
        updates.append(update(view, channel, event, messages))
        told += messages
    users, chats = view.around(told)
    return types.Updates(updates, users, chats, int(time.time()), 0)


class Updates:
    """Pushes each event to the sessions of its account that are connected and listen."""

    def __init__(self, world: World, keys: Keys) -> None:
        self._world = world
        self._keys = keys
        self.calling: Session | None = None  # its answer says what its own call caused
        world.notify = self._push_event
        world.notify_chat = self._push_chat

    def _push_event(self, account: Account, channel: int, event: Event) -> None:
        sessions = [s for s in self._keys.listening(account.id) if s is not self.calling]
        if not sessions:
            return
        if channel:
            mailbox.of_channel(account, channel).told = True
        body = bytes(bundle(self._world, account, channel, [event]))
        on_acknowledged = self._delivered(account, event)
        for session in sessions:
            session.send(body, on_acknowledged=on_acknowledged)

    def _delivered(self, account: Account, event: Event) -> Callable[[], None] | None:
        """Count a push, and return what counts its acknowledgement."""
        if event.kind is not EventKind.NEW:
            return None
        delivery = self._world.message(event.uids[0]).deliveries.get(account.id)
        if delivery is None:
            return None
        delivery.pushed += 1

        def acknowledged() -> None:
            delivery.acknowledged += 1

        return acknowledged

    def _push_chat(self, account: Account, chat: Chat) -> None:
        """Membership or rights changed: these updates carry no pts and are not kept."""
        sessions = self._keys.listening(account.id)
        if not sessions:
            return
        view = View(self._world, account)
        if chat.supergroup:
            change = types.UpdateChannel(chat.id)
        else:
            change = types.UpdateChatParticipants(participants(chat, account))
        users = [view.user(self._world.account(member)) for member in chat.members]
        body = bytes(types.Updates([change], users, [view.chat(chat)], int(time.time()), 0))
        for session in sessions:
            session.send(body)


def participants(chat: Chat, viewer: Account) -> Any:
    """The members of a basic group in TL."""
    if viewer.id not in chat.members:
        return types.ChatParticipantsForbidden(chat.id)
    creator = next(iter(chat.members))
    found = []
    for member, rank in chat.members.items():
        if rank == "creator":
            creator = member
            found.append(types.ChatParticipantCreator(member))
        elif rank == "administrator":
            found.append(types.ChatParticipantAdmin(member, creator, int(chat.date)))
        else:
            found.append(types.ChatParticipant(member, creator, int(chat.date)))
    return types.ChatParticipants(chat.id, found, chat.version)
