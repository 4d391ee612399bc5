"""Implements bots.*: the commands that a bot shows."""

from typing import Any

from telethon.tl import functions, types

from engine.simulator.rpc.registry import RpcCall, answers


@answers(functions.bots.SetBotCommandsRequest)
def set_bot_commands(call: RpcCall) -> Any:
    call.me.commands = [(one.command, one.description) for one in call.request.commands]
    return True


@answers(functions.bots.GetBotCommandsRequest)
def get_bot_commands(call: RpcCall) -> Any:
    return [types.BotCommand(name, text) for name, text in call.me.commands]


@answers(functions.bots.ResetBotCommandsRequest)
def reset_bot_commands(call: RpcCall) -> Any:
    call.me.commands = []
    return True
