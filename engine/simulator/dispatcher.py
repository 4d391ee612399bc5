"""Checks every payload as Telegram does, and has it executed."""

import logging
import struct
import time
from typing import Any

from telethon.tl import functions, types

from engine.simulator.faults import Faults
from engine.simulator.network import wire
from engine.simulator.network.cipher import unseal
from engine.simulator.network.connection import UNKNOWN_KEY, ClientConnection
from engine.simulator.network.key_exchange import KeyExchangeError
from engine.simulator.network.keys import AuthKeys
from engine.simulator.network.rsa_key import ServerKey
from engine.simulator.network.session import AuthKey, Session, message_ids
from engine.simulator.rpc_runner import RpcRunner
from engine.simulator.world.world import World

log = logging.getLogger(__name__)

_TOO_LOW, _TOO_HIGH, _ID_BITS, _INVALID_CONTAINER = 16, 17, 18, 64
_EVEN_EXPECTED, _ODD_EXPECTED = 34, 35
_SERVICE = (types.MsgsAck, types.MsgsStateInfo, types.MsgsAllInfo)


class PayloadDispatcher:
    """Does the checks and the service messages; calls go to the `RpcRunner`."""

    def __init__(self, world: World, keys: AuthKeys, faults: Faults, server_key: ServerKey) -> None:
        self.server_key = server_key
        self.keys = keys
        self.connections: set[ClientConnection] = set()
        self.black_hole = False
        self.knows_no_key = False  # a fault: everything is answered with -404
        self.protocol_errors = 0
        self._counters = world.state.counters
        self._runner = RpcRunner(world, keys, faults)

    def connected(self, connection: ClientConnection) -> None:
        """Note a new connection."""
        self.connections.add(connection)
        self._counters.connections += 1

    def disconnected(self, connection: ClientConnection) -> None:
        """Note the end of a connection."""
        self.connections.discard(connection)

    def protocol_error(self, error: Exception) -> None:
        """Report that a client broke the protocol, which a local Telegram must never hide."""
        self.protocol_errors += 1
        log.error("A client broke the protocol: %s", error)

    def receive(self, connection: ClientConnection, payload: bytes) -> None:
        """Handle one payload."""
        if self.knows_no_key:
            connection.refuse(UNKNOWN_KEY)
            return
        if len(payload) < 24:
            self.protocol_error(ValueError(f"a payload of {len(payload)} bytes"))
            connection.refuse(UNKNOWN_KEY)
            return
        key_id = int.from_bytes(payload[:8], "little")
        if not key_id:
            self._receive_plain(connection, payload)
            return
        key = self.keys.find(key_id)
        if key is None:
            connection.refuse(UNKNOWN_KEY)
            return
        plain = unseal(key.record.key, payload[8 : len(payload) - (len(payload) - 24) % 16])
        if plain is None:
            self.protocol_error(ValueError("a wrong message key"))
            connection.refuse(UNKNOWN_KEY)
            return
        self._receive_sealed(connection, key, plain)

    def _receive_plain(self, connection: ClientConnection, payload: bytes) -> None:
        (length,) = struct.unpack_from("<i", payload, 16)
        try:
            request = wire.read_object(payload[20 : 20 + length])
            if isinstance(request, types.MsgsAck):
                return
            answer, new_key = connection.exchange.answer(request)
        except (KeyExchangeError, wire.UnreadableError) as error:
            self.protocol_error(error)
            connection.refuse(UNKNOWN_KEY)
            return
        if new_key is not None:
            self.keys.add(new_key.auth_key, new_key.salt)
            self._counters.logins += 1
        body = bytes(answer)
        head = struct.pack("<qqi", 0, message_ids.next(is_answer=True), len(body))
        connection.send_payload(head + body)

    def _receive_sealed(self, connection: ClientConnection, key: AuthKey, plain: bytes) -> None:
        salt, session_id, message_id, sequence, length = struct.unpack_from("<qqqii", plain)
        body = plain[32 : 32 + length]
        if length % 4 or len(body) != length or not 12 <= len(plain) - 32 - length <= 1024:
            self.protocol_error(ValueError("a message of a wrong length"))
            connection.refuse(UNKNOWN_KEY)
            return
        session = key.session(session_id)
        if session.carrier is not connection:
            connection.sessions.add(session)
            session.attach(connection)
        if salt != key.record.salt:
            session.refuse_salt(message_id, sequence)
            return
        if not session.announced:
            session.announced = True
            session.send(bytes(types.NewSessionCreated(message_id, session_id, key.record.salt)))
        try:
            self._receive_message(connection, session, message_id, sequence, body)
        except wire.UnreadableError as error:
            self.protocol_error(error)
            self._refuse(session, message_id, sequence, _INVALID_CONTAINER)

    def _refuse(self, session: Session, message_id: int, sequence: int, code: int) -> None:
        log.warning("Message %d refused with bad_msg_notification %d", message_id, code)
        notice = types.BadMsgNotification(message_id, sequence, code)
        session.send(bytes(notice), content=False, is_answer=True)

    def _receive_message(
        self,
        connection: ClientConnection,
        session: Session,
        message_id: int,
        sequence: int,
        body: bytes,
    ) -> None:
        refusal = _judge_id(message_id)
        if refusal:
            self._refuse(session, message_id, sequence, refusal)
            return
        body = wire.unpack(body)
        if int.from_bytes(body[:4], "little") == wire.CONTAINER:
            if sequence % 2:
                self._refuse(session, message_id, sequence, _EVEN_EXPECTED)
                return
            for inner_id, inner_sequence, inner in wire.split_container(body):
                if connection.transport is None or connection.silent:
                    return
                self._receive_message(connection, session, inner_id, inner_sequence, inner)
            return
        if self._was_answered(session, message_id):
            return
        self._receive_single(connection, session, message_id, sequence, body)

    def _was_answered(self, session: Session, message_id: int) -> bool:
        """Return True for a repeated message; answer it again without executing it again."""
        if message_id not in session.answers:
            return False
        answer = session.answers[message_id]
        if answer is None:
            session.send(bytes(types.MsgsAck([message_id])), content=False)
        else:
            session.send(answer, is_answer=True)
        return True

    def _receive_single(
        self,
        connection: ClientConnection,
        session: Session,
        message_id: int,
        sequence: int,
        body: bytes,
    ) -> None:
        try:
            request = wire.read_object(body)
        except wire.UnreadableError as error:
            session.answers[message_id] = None
            self._runner.unknown(session, message_id, f"#{error.constructor:08x}")
            return
        if isinstance(request, _SERVICE):
            if sequence % 2:
                self._refuse(session, message_id, sequence, _EVEN_EXPECTED)
            elif isinstance(request, types.MsgsAck):
                session.acknowledged(request.msg_ids)
            return
        answer = _SERVICE_CALLS.get(type(request))
        if answer is not None:
            answer(self, connection, session, message_id, request)
        elif sequence % 2 == 0:
            self._refuse(session, message_id, sequence, _ODD_EXPECTED)
        else:
            session.answers[message_id] = None
            self._runner.run(connection, session, message_id, request)

    # --- service messages ---

    def _ping(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del connection
        pong = types.Pong(message_id, request.ping_id)
        session.send(bytes(pong), content=False, is_answer=True)

    def _ping_or_disconnect(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        self._ping(connection, session, message_id, request)
        connection.close_after(request.disconnect_delay)

    def _future_salts(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del connection, request
        now = int(time.time())
        salt = types.FutureSalt(now, now + 86400, session.auth_key.record.salt)
        answer = types.FutureSalts(message_id, now, [salt])
        session.send(_future_salts(answer), content=False, is_answer=True)

    def _destroy_session(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del connection, message_id
        sessions = session.auth_key.sessions
        known = request.session_id in sessions and request.session_id != session.id
        if known:
            del sessions[request.session_id]
        kind = types.DestroySessionOk if known else types.DestroySessionNone
        session.send(bytes(kind(request.session_id)), content=False, is_answer=True)

    def _destroy_key(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del message_id, request
        session.send(bytes(types.DestroyAuthKeyOk()), content=False, is_answer=True)
        session.flush()
        self.keys.remove(session.auth_key)
        connection.close()

    def _drop_answer(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del connection
        known = request.req_msg_id in session.answers
        kind = types.RpcAnswerDroppedRunning if known else types.RpcAnswerUnknown
        session.answer(message_id, wire.result(message_id, kind()))

    def _state_of(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del connection
        # 4: received; 1: unknown
        info = bytes(4 if one in session.answers else 1 for one in request.msg_ids)
        session.send(_state_info(message_id, info), content=False, is_answer=True)

    def _send_again(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        del connection, message_id
        session.send_again(request.msg_ids)

    def _http_wait(
        self, connection: ClientConnection, session: Session, message_id: int, request: Any
    ) -> None:
        """Do nothing: it has no meaning over TCP."""


def _judge_id(message_id: int) -> int:
    """Return the code to refuse a client's message id with; 0 if it is valid."""
    if message_id % 4:
        return _ID_BITS
    ahead = message_id / (1 << 32) - time.time()
    if ahead < -300:
        return _TOO_LOW
    if ahead > 30:
        return _TOO_HIGH
    return 0


def _future_salts(answer: Any) -> bytes:
    """Return FutureSalts, whose bare vector of bare salts no generated class writes."""
    head = struct.pack("<Iqii", 0xAE500895, answer.req_msg_id, answer.now, len(answer.salts))
    return head + b"".join(
        struct.pack("<iiq", salt.valid_since, salt.valid_until, salt.salt) for salt in answer.salts
    )


def _state_info(request_id: int, info: bytes) -> bytes:
    padding = bytes(-(1 + len(info)) % 4)
    return struct.pack("<Iq", 0x04DEB57D, request_id) + bytes((len(info),)) + info + padding


_SERVICE_CALLS = {
    functions.PingRequest: PayloadDispatcher._ping,
    functions.PingDelayDisconnectRequest: PayloadDispatcher._ping_or_disconnect,
    functions.GetFutureSaltsRequest: PayloadDispatcher._future_salts,
    functions.DestroySessionRequest: PayloadDispatcher._destroy_session,
    functions.DestroyAuthKeyRequest: PayloadDispatcher._destroy_key,
    functions.RpcDropAnswerRequest: PayloadDispatcher._drop_answer,
    types.MsgsStateReq: PayloadDispatcher._state_of,
    types.MsgResendReq: PayloadDispatcher._send_again,
    types.HttpWait: PayloadDispatcher._http_wait,
}
