"""Implements bots.*: the commands that a bot shows."""

from typing import Any

from telethon.tl import functions, types

from engine.simulator.rpc.registry import Call, answers


@answers(functions.bots.SetBotCommandsRequest)
def set_bot_commands(call: Call) -> Any:
    call.me.commands = [(one.command, one.description) for one in call.request.commands]
    return True


@answers(functions.bots.GetBotCommandsRequest)
def get_bot_commands(call: Call) -> Any:
    return [types.BotCommand(name, text) for name, text in call.me.commands]


@answers(functions.bots.ResetBotCommandsRequest)
def reset_bot_commands(call: Call) -> Any:
    call.me.commands = []
    return True
