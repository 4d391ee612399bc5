"""Implements channels.*: supergroups and their members."""

import time
from typing import Any

from telethon.tl import functions, types

from engine.simulator.rpc.messages import affected
from engine.simulator.rpc.registry import RpcCall, answers
from engine.simulator.world import mailbox, participants
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat


def _participant(call: RpcCall, chat: Chat, who: int) -> Any:
    return participants.in_supergroup(chat, who, chat.rank(who), call.me)


@answers(functions.channels.GetChannelsRequest)
def get_channels(call: RpcCall) -> Any:
    view = call.view
    return types.messages.Chats([view.chat(call.supergroup(one)) for one in call.request.id])


@answers(functions.channels.GetFullChannelRequest)
def get_full_channel(call: RpcCall) -> Any:
    chat = call.supergroup(call.request.channel)
    administrators = sum(rank.administers for rank in chat.members.values())
    full = types.ChannelFull(
        id=chat.id,
        about="",
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        chat_photo=types.PhotoEmpty(0),
        notify_settings=types.PeerNotifySettings(),
        bot_info=[],
        pts=mailbox.of_channel(call.me, chat.id).pts,
        can_view_participants=True,
        participants_count=len(chat.members),
        admins_count=administrators,
        migrated_from_chat_id=chat.migrated_from or None,
        migrated_from_max_id=1 if chat.migrated_from else None,
    )
    return types.messages.ChatFull(full, [call.view.chat(chat)], [])


@answers(functions.channels.GetParticipantRequest)
def get_participant(call: RpcCall) -> Any:
    chat = call.supergroup(call.request.channel)
    who = call.peer(call.request.participant)
    found = _participant(call, chat, who.id) if isinstance(who, Account) else None
    if not isinstance(who, Account) or found is None:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    return types.channels.ChannelParticipant(found, [], [call.view.user(who)])


@answers(functions.channels.GetParticipantsRequest)
def get_participants(call: RpcCall) -> Any:
    chat, view = call.supergroup(call.request.channel), call.view
    wanted = list(chat.members)
    if isinstance(call.request.filter, types.ChannelParticipantsAdmins):
        wanted = [i for i in wanted if chat.members[i].administers]
    elif isinstance(call.request.filter, types.ChannelParticipantsBots):
        wanted = [i for i in wanted if call.world.account(i).is_bot]
    start = call.request.offset
    page = wanted[start : start + min(200, call.request.limit or 200)]
    return types.channels.ChannelParticipants(
        len(wanted),
        [_participant(call, chat, member) for member in page],
        [],
        [view.user(call.world.account(member)) for member in page],
    )


@answers(functions.channels.DeleteMessagesRequest)
def delete_messages(call: RpcCall) -> Any:
    chat = call.supergroup(call.request.channel)
    found = [call.world.find(call.me, number, chat) for number in call.request.id]
    event = call.world.delete(call.me, [m for m in found if m is not None], chat)
    return affected(mailbox.of_channel(call.me, chat.id).pts, event)


@answers(functions.channels.ReadHistoryRequest)
def read_history(call: RpcCall) -> Any:
    call.supergroup(call.request.channel)
    return True


@answers(functions.channels.LeaveChannelRequest)
def leave_channel(call: RpcCall) -> Any:
    chat = call.supergroup(call.request.channel)
    call.world.groups.leave(chat, call.me.id)
    return types.Updates(
        [types.UpdateChannel(chat.id)], [], [call.view.chat(chat)], int(time.time()), 0
    )
