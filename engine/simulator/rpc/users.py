"""Implements users.*: the profiles of accounts."""

from typing import Any

from telethon.tl import functions, types

from engine.simulator.rpc.registry import RpcCall, answers


@answers(functions.users.GetUsersRequest)
def get_users(call: RpcCall) -> Any:
    view = call.view
    return [view.user(call.user(given)) for given in call.request.id]


@answers(functions.users.GetFullUserRequest)
def get_full_user(call: RpcCall) -> Any:
    account = call.user(call.request.id)
    info = None
    if account.is_bot:
        commands = [types.BotCommand(name, text) for name, text in account.commands]
        info = types.BotInfo(user_id=account.id, commands=commands)
    full = types.UserFull(
        id=account.id,
        settings=types.PeerSettings(),
        notify_settings=types.PeerNotifySettings(),
        common_chats_count=0,
        blocked=(call.me.id in account.blocked_by) or None,
        bot_info=info,
    )
    return types.users.UserFull(full, [], [call.view.user(account)])
