"""Pushes events of mailboxes to connected clients, in TL."""

import time
from collections.abc import Callable
from typing import Any

from telethon.tl import types

from engine.simulator.faults import Faults
from engine.simulator.network.keys import AuthKeys
from engine.simulator.network.session import Session
from engine.simulator.network.views import View
from engine.simulator.world import mailbox, participants
from engine.simulator.world.state import Account, Chat, Event, EventKind, Message, Standing
from engine.simulator.world.world import World


def update(view: View, channel: int, event: Event, messages: list[Message]) -> Any:
    """Return the update for one event of a mailbox (`channel` 0: the account's own)."""
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
    """Return `updates` with all events, and the users and chats in them."""
    view = View(world, account)
    told: list[Message] = []
    updates = []
    for event in events:
        messages = [world.message(uid) for uid in event.uids]
        updates.append(update(view, channel, event, messages))
        told += messages
    users, chats = view.around(told)
    return types.Updates(updates, users, chats, int(time.time()), 0)


def standings_bundle(world: World, account: Account, standings: list[Standing]) -> Any:
    """Return `updates` with changes of rank, and the users and chats in them."""
    view = View(world, account)
    updates, users, chats = [], {}, {}
    for one in standings:
        chat = world.state.chats.get(one.chat)
        updates.append(participants.change(chat, one, account))
        for who in (one.actor, one.subject):
            users[who] = view.user(world.account(who))
        if chat is not None:
            chats[one.chat] = view.chat(chat)
    return types.Updates(updates, list(users.values()), list(chats.values()), int(time.time()), 0)


class Updates:
    """Pushes each event to the sessions of its account that are connected and listen."""

    def __init__(self, world: World, keys: AuthKeys, faults: Faults) -> None:
        self._world = world
        self._keys = keys
        self._faults = faults
        self.calling: Session | None = None  # its answer contains the events of its own call
        world.journal.notify = self._push_event
        world.journal.notify_chat = self._push_chat
        world.journal.notify_rights = self._push_rights
        world.journal.notify_standing = self._push_standing

    def _listening(self, account: Account) -> list[Session]:
        """Return the sessions to push to; none while a fault withholds the account's updates."""
        return [] if account.id in self._faults.deaf else self._keys.listening(account.id)

    def _push_event(self, account: Account, channel: int, event: Event) -> None:
        sessions = [one for one in self._listening(account) if one is not self.calling]
        if not sessions:
            return
        if channel:
            mailbox.of_channel(account, channel).told = True
        body = bytes(bundle(self._world, account, channel, [event]))
        on_acknowledged = self._delivered(account, event)
        for session in sessions:
            session.send(body, on_acknowledged=on_acknowledged)

    def _delivered(self, account: Account, event: Event) -> Callable[[], None] | None:
        """Count a push; return the function that counts its acknowledgement."""
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
        if chat.supergroup:
            self._push_about(account, chat, types.UpdateChannel(chat.id))
        else:
            members = participants.members(chat, account)
            self._push_about(account, chat, types.UpdateChatParticipants(members))

    def _push_rights(self, account: Account, chat: Chat) -> None:
        peer = types.PeerChannel(chat.id) if chat.supergroup else types.PeerChat(chat.id)
        rights = participants.default_rights(chat)
        change = types.UpdateChatDefaultBannedRights(peer, rights, chat.version)
        self._push_about(account, chat, change)

    def _push_about(self, account: Account, chat: Chat, change: Any) -> None:
        """Push updates that carry no pts and are not kept."""
        sessions = self._listening(account)
        if not sessions:
            return
        view = View(self._world, account)
        known = chat.members if account.id in chat.members else ()
        users = [view.user(self._world.account(member)) for member in known]
        body = bytes(types.Updates([change], users, [view.chat(chat)], int(time.time()), 0))
        for session in sessions:
            session.send(body)

    def _push_standing(self, account: Account, standing: Standing) -> None:
        sessions = self._listening(account)
        if sessions:
            body = bytes(standings_bundle(self._world, account, [standing]))
            for session in sessions:
                session.send(body)
