"""Implements updates.*: the updates that a client missed."""

import time
from typing import Any

from telethon.tl import functions, types

from engine.simulator.network.updates import bundle, standings_bundle, update
from engine.simulator.rpc.registry import RpcCall, answers
from engine.simulator.world import mailbox
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat, Event, EventKind, Message

_SLICE = 500  # messages in one difference
_NEW_CHANNEL = 100  # messages of a supergroup that is new to the client


def _state(account: Account, pts: int | None = None, qts: int | None = None) -> Any:
    return types.updates.State(
        pts=account.mailbox.pts if pts is None else pts,
        qts=len(account.standings) if qts is None else qts,
        date=int(time.time()),
        seq=0,
        unread_count=0,
    )


@answers(functions.updates.GetStateRequest)
def get_state(call: RpcCall) -> Any:
    for box in call.me.channels.values():
        box.told = True
    return _state(call.me)


def _fetched(account: Account, messages: list[Message]) -> None:
    for message in messages:
        delivery = message.deliveries.get(account.id)
        if delivery is not None:
            delivery.fetched += 1


def _split(
    call: RpcCall, channel: int, events: list[Event]
) -> tuple[list[Any], list[Any], list[Message]]:
    """Return new messages, other updates, and all messages in them."""
    view = call.view
    new, other, told = [], [], []
    for event in events:
        messages = [call.world.message(uid) for uid in event.uids]
        told += messages
        if event.kind is EventKind.NEW:
            if not messages[0].deleted:
                new.append(view.message(messages[0]))
            _fetched(call.me, messages)
        else:
            other.append(update(view, channel, event, messages))
    return new, other, told


@answers(functions.updates.GetDifferenceRequest)
def get_difference(call: RpcCall) -> Any:
    box, pts = call.me.mailbox, call.request.pts
    if pts < 1:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_EMPTY")
    if pts > box.pts:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_INVALID")
    limit = call.request.pts_limit if call.world.honours_limits else None
    events = mailbox.after(box, pts, min(_SLICE, limit or _SLICE))
    if events is None:
        return types.updates.DifferenceTooLong(box.pts)
    new, other, told = _split(call, 0, events)
    users, chats = call.view.around(told)
    more = bool(events) and events[-1].pts < box.pts
    if not more:
        _add_standings(call, other, users, chats)
        asked = call.request.date
        _add_channels(call, asked.timestamp() if asked else 0.0, other, users, chats)
    if not new and not other:
        return types.updates.DifferenceEmpty(int(time.time()), 0)
    if more:
        return types.updates.DifferenceSlice(
            new, [], other, chats, users, _state(call.me, events[-1].pts, call.request.qts)
        )
    return types.updates.Difference(new, [], other, chats, users, _state(call.me))


def _add_standings(call: RpcCall, other: list[Any], users: list[Any], chats: list[Any]) -> None:
    """Add the changes of rank since the caller's qts."""
    missed = call.me.standings[max(0, call.request.qts) :]
    bundled = standings_bundle(call.world, call.me, missed)
    other += bundled.updates
    users += _unheard(bundled.users, users)
    chats += _unheard(bundled.chats, chats)


def _unheard(found: list[Any], known: list[Any]) -> list[Any]:
    ids = {one.id for one in known}
    return [one for one in found if one.id not in ids]


def _add_channels(
    call: RpcCall, since: float, other: list[Any], users: list[Any], chats: list[Any]
) -> None:
    """Point to supergroups with something new; send that of a new supergroup at once."""
    for channel, box in call.me.channels.items():
        chat = _chat(call, channel)
        if chat is None or not box.events or box.events[-1].date < since - 1:
            continue
        if box.told:
            other.append(types.UpdateChannelTooLong(channel, box.pts))
        else:
            box.told = True
            events = box.events[-_NEW_CHANNEL:]
            bundled = bundle(call.world, call.me, channel, events)
            other += bundled.updates
            users += _unheard(bundled.users, users)
            _fetched(call.me, [call.world.message(uid) for e in events for uid in e.uids])
        chats += _unheard([call.view.chat(chat)], chats)


def _chat(call: RpcCall, channel: int) -> Chat | None:
    chat = call.world.state.chats.get(-(1_000_000_000_000 + channel))
    return chat if chat is not None and call.me.id in chat.members else None


@answers(functions.updates.GetChannelDifferenceRequest)
def get_channel_difference(call: RpcCall) -> Any:
    chat = call.supergroup(call.request.channel)
    box, pts = mailbox.of_channel(call.me, chat.id), call.request.pts
    if pts < 1:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_EMPTY")
    if pts > box.pts:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_INVALID")
    box.told = True
    limit = call.request.limit if call.world.honours_limits else _SLICE
    events = mailbox.after(box, pts, min(_SLICE, max(1, limit)))
    if events is None:
        return _too_long(call, chat)
    if not events:
        return types.updates.ChannelDifferenceEmpty(pts, final=True, timeout=30)
    new, other, told = _split(call, chat.id, events)
    users, chats = call.view.around(told)
    return types.updates.ChannelDifference(
        pts=events[-1].pts,
        new_messages=new,
        other_updates=other,
        chats=chats,
        users=users,
        final=events[-1].pts >= box.pts or None,
        timeout=30,
    )


def _too_long(call: RpcCall, chat: Chat) -> Any:
    """Return the newest messages and the pts to continue from, as too much was missed."""
    box = mailbox.of_channel(call.me, chat.id)
    newest = [call.world.message(e.uids[0]) for e in box.events if e.kind is EventKind.NEW][-20:]
    view = call.view
    users, _ = view.around(newest)
    dialog = types.Dialog(
        peer=types.PeerChannel(chat.id),
        top_message=len(chat.history),
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=types.PeerNotifySettings(),
        pts=box.pts,
    )
    messages = [view.message(message) for message in newest]
    return types.updates.ChannelDifferenceTooLong(
        dialog, messages, [view.chat(chat)], users, final=True, timeout=30
    )
