"""Implements contacts.*: finds accounts by username."""

from typing import Any

from telethon.tl import functions, types

from engine.simulator.rpc.registry import RpcCall, answers
from engine.simulator.world.rpc_error import RpcError


@answers(functions.contacts.ResolveUsernameRequest)
def resolve_username(call: RpcCall) -> Any:
    account = call.world.by_username(call.request.username)
    if account is None:
        raise RpcError(400, "USERNAME_NOT_OCCUPIED")
    return types.contacts.ResolvedPeer(types.PeerUser(account.id), [], [call.view.user(account)])
