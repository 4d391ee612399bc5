"""Implements auth.*: bots log in with a token, people with a code and perhaps a password."""

import secrets
from typing import Any

from telethon.tl import functions, types

from engine.simulator.network.views import View
from engine.simulator.rpc.registry import RpcCall, answers
from engine.simulator.safe_prime import DH_PRIME, GENERATOR
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.srp import SIZE
from engine.simulator.world.state import Account

_CODE_LENGTH = 5


@answers(functions.auth.ImportBotAuthorizationRequest, authorised=False)
def import_bot_authorization(call: RpcCall) -> Any:
    account = call.world.by_token(call.request.bot_auth_token)
    if not call.request.api_id or not call.request.api_hash:
        raise RpcError(400, "API_ID_INVALID")
    if call.request.bot_auth_token in call.world.state.expired_tokens:
        raise RpcError(400, "ACCESS_TOKEN_EXPIRED")
    if account is None:
        raise RpcError(400, "ACCESS_TOKEN_INVALID")
    if account.banned:
        raise RpcError(401, "USER_DEACTIVATED_BAN")
    return _log_in(call, account)


@answers(functions.auth.SendCodeRequest, authorised=False)
def send_code(call: RpcCall) -> Any:
    if not call.request.api_id or not call.request.api_hash:
        raise RpcError(400, "API_ID_INVALID")
    attempt = call.keys.logins.send_code(call.request.phone_number)
    return types.auth.SentCode(types.auth.SentCodeTypeApp(_CODE_LENGTH), attempt, timeout=60)


@answers(functions.auth.SignInRequest, authorised=False)
def sign_in(call: RpcCall) -> Any:
    asked = call.request
    account = call.keys.logins.sign_in(
        call.session.auth_key.id, asked.phone_number, asked.phone_code_hash, asked.phone_code or ""
    )
    return _log_in(call, account)


@answers(functions.account.GetPasswordRequest, authorised=False)
def get_password(call: RpcCall) -> Any:
    challenge = call.keys.logins.challenge(call.session.auth_key.id)
    algorithm = None
    if challenge is not None:
        kept = challenge.verifier
        algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            kept.salt1, kept.salt2, GENERATOR, DH_PRIME.to_bytes(SIZE, "big")
        )
    return types.account.Password(
        new_algo=types.PasswordKdfAlgoUnknown(),
        new_secure_algo=types.SecurePasswordKdfAlgoUnknown(),
        secure_random=secrets.token_bytes(32),
        has_password=challenge is not None,
        current_algo=algorithm,
        srp_B=challenge.public if challenge else None,
        srp_id=challenge.id if challenge else None,
    )


@answers(functions.auth.CheckPasswordRequest, authorised=False)
def check_password(call: RpcCall) -> Any:
    given = call.request.password
    if not isinstance(given, types.InputCheckPasswordSRP):
        raise RpcError(400, "PASSWORD_HASH_INVALID")
    account = call.keys.logins.check_password(
        call.session.auth_key.id, given.srp_id, given.A, given.M1
    )
    return _log_in(call, account)


def _log_in(call: RpcCall, account: Account) -> Any:
    call.keys.bind(call.session.auth_key, account.id)
    return types.auth.Authorization(View(call.world, account).user(account))


@answers(functions.auth.LogOutRequest)
def log_out(call: RpcCall) -> Any:
    call.keys.unbind(call.session.auth_key)
    for session in call.session.auth_key.sessions.values():
        session.wants_updates = False
    return types.auth.LoggedOut()


@answers(functions.account.UpdateStatusRequest)
def update_status(call: RpcCall) -> Any:
    if call.me.is_bot:
        raise RpcError(400, "BOT_METHOD_INVALID")
    return True
