"""auth.*: bots log in with their token. People's logins by phone would stand here too."""

from typing import Any

from telethon.tl import functions, types

from engine.simulator.rpc.registry import Call, answers
from engine.simulator.rpc_error import RpcError
from engine.simulator.views import View


@answers(functions.auth.ImportBotAuthorizationRequest, authorised=False)
def import_bot_authorization(call: Call) -> Any:
    account = call.world.by_token(call.request.bot_auth_token)
    if not call.request.api_id or not call.request.api_hash:
        raise RpcError(400, "API_ID_INVALID")
    if account is None:
        raise RpcError(400, "ACCESS_TOKEN_INVALID")
    call.keys.bind(call.session.auth_key, account.id)
    return types.auth.Authorization(View(call.world, account).user(account))


@answers(functions.auth.LogOutRequest)
def log_out(call: Call) -> Any:
    call.keys.unbind(call.session.auth_key)
    for session in call.session.auth_key.sessions.values():
        session.wants_updates = False
    return types.auth.LoggedOut()


@answers(functions.account.UpdateStatusRequest)
def update_status(call: Call) -> Any:
    del call
    raise RpcError(400, "BOT_METHOD_INVALID")
