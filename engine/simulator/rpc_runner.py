"""Runs one call: removes its wrappers, applies a fault, executes it and answers."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from telethon.tl import functions

from engine.simulator import rpc
from engine.simulator.faults import FaultKind, FaultRule, Faults
from engine.simulator.network import wire
from engine.simulator.network.connection import ClientConnection
from engine.simulator.network.keys import AuthKeys
from engine.simulator.network.session import Session
from engine.simulator.network.updates import Updates
from engine.simulator.rpc.registry import RpcCall, find_method
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.world import World

log = logging.getLogger(__name__)

_WRAPPERS = (
    functions.InvokeWithLayerRequest,
    functions.InitConnectionRequest,
    functions.InvokeWithoutUpdatesRequest,
    functions.InvokeAfterMsgRequest,
    functions.InvokeAfterMsgsRequest,
)
_NEW_SALT = 0x5DEECE66D

rpc.load()


@dataclass(slots=True)
class _Asked:
    """One call on its way through."""

    connection: ClientConnection
    session: Session
    message_id: int
    request: Any
    name: str  # e.g. messages.sendMessage

    @property
    def account(self) -> int:
        return self.session.auth_key.record.account

    def refuse(self, code: int, message: str) -> None:
        self.session.answer(self.message_id, wire.failure(self.message_id, code, message))


class RpcRunner:
    """Runs the calls of the whole server."""

    def __init__(self, world: World, keys: AuthKeys, faults: Faults) -> None:
        self._world = world
        self._keys = keys
        self._faults = faults
        self._counters = world.state.counters
        self._updates = Updates(world, keys, faults)

    def unknown(self, session: Session, message_id: int, name: str) -> None:
        """Refuse a method that is not implemented, and log that."""
        log.error("Unknown method %s", name)
        _count(self._counters.unknown_methods, name)
        session.answer(message_id, wire.failure(message_id, 400, "INPUT_METHOD_INVALID"))

    def run(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        """Execute a client's call and answer it, unless a fault is due."""
        request, wants_updates = _unwrap(request)
        asked = _Asked(
            connection, session, message_id, request, wire.method_name(request.__class__)
        )
        _count(self._counters.methods, asked.name)
        if asked.account in self._faults.unanswered:
            return
        if self._is_void(asked):
            return
        left = self._faults.flood_left(asked.name, asked.account)
        if left:
            self._counters.floods_ignored += 1
            self._refuse_flood(asked, left)
            return
        rule = self._rule_for(asked)
        if rule is not None and self._strike(rule, asked):
            return
        self._carry_out(asked)
        if wants_updates and asked.account:
            session.wants_updates = True
        if rule is not None:
            connection.abort()

    def _is_void(self, asked: _Asked) -> bool:
        """Refuse a caller whose key or account is void; return True if it was refused."""
        if asked.session.auth_key.record.duplicated:
            asked.refuse(406, "AUTH_KEY_DUPLICATED")
            return True
        account = self._world.state.accounts.get(asked.account)
        if account is not None and account.banned:
            asked.refuse(401, "USER_DEACTIVATED_BAN")
            return True
        return False

    def _rule_for(self, asked: _Asked) -> FaultRule | None:
        username = self._world.account(asked.account).username if asked.account else ""
        rule = self._faults.strike(asked.name, asked.account, username)
        if rule is not None:
            _count(self._counters.faults, rule.kind)
        return rule

    def _strike(self, rule: FaultRule, asked: _Asked) -> bool:
        """Apply a fault; return False if the call is to be executed first."""
        if rule.kind is FaultKind.DROP_AFTER:
            return False
        match rule.kind:
            case FaultKind.FLOOD_WAIT:
                seconds = max(1, int(rule.seconds))
                self._faults.start_flood(asked.name, asked.account, seconds)
                self._refuse_flood(asked, seconds)
            case FaultKind.RPC_ERROR:
                asked.refuse(rule.code, rule.message)
            case FaultKind.DROP_BEFORE:
                del asked.session.answers[asked.message_id]
                asked.connection.abort()
            case FaultKind.BLACK_HOLE:
                asked.connection.silent = True
            case FaultKind.DELAY:
                loop = asyncio.get_running_loop()
                loop.call_later(rule.seconds, self._carry_out, asked)
            case FaultKind.BAD_SALT:
                asked.session.auth_key.record.salt ^= _NEW_SALT
                del asked.session.answers[asked.message_id]
                asked.session.refuse_salt(asked.message_id)
            case _:
                self._keys.unbind(asked.session.auth_key)
                asked.refuse(401, "AUTH_KEY_UNREGISTERED")
        return True

    def _refuse_flood(self, asked: _Asked, seconds: int) -> None:
        self._counters.floods += 1
        asked.refuse(420, f"FLOOD_WAIT_{seconds}")

    def _carry_out(self, asked: _Asked) -> None:
        method = find_method(asked.request.__class__)
        if method is None:
            self.unknown(asked.session, asked.message_id, asked.name)
            return
        if method.authorised and not asked.account:
            asked.refuse(401, "AUTH_KEY_UNREGISTERED")
            return
        account = self._world.state.accounts.get(asked.account)
        call = RpcCall(self._world, self._keys, asked.session, account, asked.request)
        self._updates.calling = asked.session
        try:
            body = wire.result(asked.message_id, method.run(call))
        except RpcError as error:
            asked.refuse(error.code, error.message)
        except Exception:
            log.exception("%s failed", asked.name)
            asked.refuse(500, "INTERNAL")
        else:
            asked.session.answer(asked.message_id, body)
        finally:
            self._updates.calling = None


def _unwrap(request: Any) -> tuple[Any, bool]:
    """Return the call inside its wrappers, and whether the session wants updates."""
    wants_updates = True
    while isinstance(request, _WRAPPERS):
        wants_updates &= not isinstance(request, functions.InvokeWithoutUpdatesRequest)
        request = request.query
    return request, wants_updates


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
