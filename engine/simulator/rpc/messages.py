"""Implements messages.*: messages outside supergroups, and basic groups."""

import time
from typing import Any

from telethon.tl import functions, types

from engine.simulator.network.updates import bundle
from engine.simulator.network.wire import encode
from engine.simulator.rpc.registry import RpcCall, answers
from engine.simulator.world import participants
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Chat, Event, Message


def _channel_of(peer: object) -> int:
    return peer.id if isinstance(peer, Chat) and peer.supergroup else 0


@answers(functions.messages.SendMessageRequest)
def send_message(call: RpcCall) -> Any:
    request = call.request
    peer = call.peer(request.peer)
    reply_to = 0
    if isinstance(request.reply_to, types.InputReplyToMessage):
        reply_to = request.reply_to.reply_to_msg_id
    entities = encode(request.entities) if request.entities else b""
    message, event = call.world.send(
        call.me,
        peer,
        request.message,
        random_id=request.random_id,
        reply_to=reply_to,
        entities=entities,
    )
    if not isinstance(peer, Chat):
        return types.UpdateShortSentMessage(
            call.view.number(message),
            event.pts,
            event.count,
            int(message.date),
            out=True,
            entities=request.entities,
        )
    updates = bundle(call.world, call.me, _channel_of(peer), [event])
    updates.updates.insert(0, types.UpdateMessageID(call.view.number(message), request.random_id))
    return updates


@answers(functions.messages.EditMessageRequest)
def edit_message(call: RpcCall) -> Any:
    peer = call.peer(call.request.peer)
    chat = peer if isinstance(peer, Chat) else None
    message = call.world.find(call.me, call.request.id, chat)
    if message is None:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    event = call.world.edit(call.me, message, chat, call.request.message or "")
    return bundle(call.world, call.me, _channel_of(peer), [event])


@answers(functions.messages.DeleteMessagesRequest)
def delete_messages(call: RpcCall) -> Any:
    found = [call.world.find(call.me, number, None) for number in call.request.id]
    event = call.world.delete(call.me, [m for m in found if m is not None], None)
    return affected(call.me.mailbox.pts, event)


def affected(pts: int, event: Event | None) -> Any:
    """Return AffectedMessages for an event, or for nothing."""
    return types.messages.AffectedMessages(pts, event.count if event else 0)


@answers(functions.messages.SetTypingRequest)
def set_typing(call: RpcCall) -> Any:
    call.peer(call.request.peer)
    return True


@answers(functions.messages.ReadHistoryRequest)
def read_history(call: RpcCall) -> Any:
    call.peer(call.request.peer)
    return types.messages.AffectedMessages(call.me.mailbox.pts, 0)


@answers(functions.messages.GetMessagesRequest)
def get_messages(call: RpcCall) -> Any:
    return call.messages(_found(call, call.request.id, None))


def _found(call: RpcCall, given: list[Any], chat: Chat | None) -> list[Message]:
    numbers = [one.id for one in given if isinstance(one, types.InputMessageID)]
    found = [call.world.find(call.me, number, chat) for number in numbers]
    return [message for message in found if message is not None and _may_read(call, message)]


def _may_read(call: RpcCall, message: Message) -> bool:
    """Return True if the caller may read the message; bots never see each other's."""
    sender = call.world.account(message.sender)
    return message.action != "" or sender is call.me or not sender.is_bot


@answers(functions.channels.GetMessagesRequest)
def get_channel_messages(call: RpcCall) -> Any:
    chat = call.supergroup(call.request.channel)
    found = call.messages(_found(call, call.request.id, chat))
    return types.messages.ChannelMessages(
        pts=call.me.channels[chat.id].pts if chat.id in call.me.channels else 1,
        count=len(found.messages),
        messages=found.messages,
        topics=[],
        chats=found.chats,
        users=found.users,
    )


@answers(functions.messages.GetHistoryRequest, functions.messages.GetDialogsRequest)
def only_for_people(call: RpcCall) -> Any:
    del call
    raise RpcError(400, "BOT_METHOD_INVALID")


@answers(functions.messages.GetChatsRequest)
def get_chats(call: RpcCall) -> Any:
    view = call.view
    return types.messages.Chats([view.chat(call.group(number)) for number in call.request.id])


@answers(functions.messages.GetFullChatRequest)
def get_full_chat(call: RpcCall) -> Any:
    chat, view = call.group(call.request.chat_id), call.view
    members = participants.members(chat, call.me)
    full = types.ChatFull(chat.id, "", members, types.PeerNotifySettings())
    known = chat.members if call.me.id in chat.members else ()
    users = [view.user(call.world.account(member)) for member in known]
    return types.messages.ChatFull(full, [view.chat(chat)], users)


@answers(functions.messages.DeleteChatUserRequest)
def delete_chat_user(call: RpcCall) -> Any:
    chat, who = call.group(call.request.chat_id), call.user(call.request.user_id)
    if who is call.me:
        call.world.groups.leave(chat, who.id)
    elif chat.rank(call.me.id).administers:
        call.world.groups.remove(chat, who.id, call.me.id)
    else:
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    return types.Updates([], [], [call.view.chat(chat)], int(time.time()), 0)
