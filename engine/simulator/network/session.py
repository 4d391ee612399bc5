"""Implements the encrypted message layer: authorization keys, sessions, unsent messages.

Source: https://core.telegram.org/mtproto/service_messages.
"""

import asyncio
import struct
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from telethon.tl import types

from engine.simulator.network import wire
from engine.simulator.network.cipher import auth_key_id, seal
from engine.simulator.world.state import AuthKeyRecord

_ANSWERS_KEPT = 256
_UNCONFIRMED_KEPT = 2048
_SESSIONS_KEPT = 16
_CONTAINER_BYTES = 512 * 1024
_CONTAINER_MESSAGES = 100


class Carrier(Protocol):
    """The connection over which a session sends."""

    def send_payload(self, payload: bytes) -> None:
        """Send one payload."""


class MessageIds:
    """Creates server message ids: the time in units of 2^-32 s, always rising, 1 or 3 modulo 4."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, *, is_answer: bool) -> int:
        """Return the next id."""
        number = max(int(time.time() * (1 << 32)) & ~3, self._last + 4)
        self._last = number
        return number + (1 if is_answer else 3)


message_ids = MessageIds()


@dataclass(slots=True)
class Unconfirmed:
    """A message that the client has not acknowledged yet."""

    sequence: int
    body: bytes
    on_acknowledged: Callable[[], None] | None


class Session:
    """One session of an authorization key: numbering, answers and unconfirmed messages."""

    def __init__(self, auth_key: "AuthKey", session_id: int) -> None:
        self.auth_key = auth_key
        self.id = session_id
        self.carrier: Carrier | None = None
        self.wants_updates = False
        self.announced = False
        self.answers: OrderedDict[int, bytes | None] = OrderedDict()  # None: not answered yet
        self._unconfirmed: OrderedDict[int, Unconfirmed] = OrderedDict()
        self._outgoing: list[tuple[int, int, bytes]] = []
        self._content_sent = 0
        self._flush_due = False

    def attach(self, carrier: Carrier) -> None:
        """Continue over this connection; send unconfirmed messages again."""
        if self.carrier is carrier:
            return
        self.carrier = carrier
        for message_id, kept in self._unconfirmed.items():
            self._queue(message_id, kept.sequence, kept.body)

    def detach(self, carrier: Carrier) -> None:
        """Stop using this connection, if it is the one in use."""
        if self.carrier is carrier:
            self.carrier = None
            self._outgoing.clear()

    def send(
        self,
        body: bytes,
        *,
        content: bool = True,
        is_answer: bool = False,
        on_acknowledged: Callable[[], None] | None = None,
    ) -> None:
        """Queue a message; all messages of one loop turn leave in one packet."""
        message_id = message_ids.next(is_answer=is_answer)
        sequence = 2 * self._content_sent + (1 if content else 0)
        if content:
            self._content_sent += 1
            self._unconfirmed[message_id] = Unconfirmed(sequence, body, on_acknowledged)
            if len(self._unconfirmed) > _UNCONFIRMED_KEPT:
                self._unconfirmed.popitem(last=False)
        self._queue(message_id, sequence, body)

    def answer(self, request_id: int, body: bytes) -> None:
        """Answer a request, and keep the answer in case the request is repeated."""
        self.answers[request_id] = body
        if len(self.answers) > _ANSWERS_KEPT:
            self.answers.popitem(last=False)
        self.send(body, is_answer=True)

    def refuse_salt(self, message_id: int, sequence: int = 1) -> None:
        """Tell the client which salt to use; it repeats its message with that."""
        notice = types.BadServerSalt(message_id, sequence, 48, self.auth_key.record.salt)
        self.send(bytes(notice), content=False, is_answer=True)

    def acknowledged(self, ids: list[int]) -> None:
        """Note which messages the client has acknowledged."""
        for message_id in ids:
            kept = self._unconfirmed.pop(message_id, None)
            if kept is not None and kept.on_acknowledged is not None:
                kept.on_acknowledged()

    def send_again(self, ids: list[int]) -> None:
        """Send unconfirmed messages again."""
        for message_id in ids:
            kept = self._unconfirmed.get(message_id)
            if kept is not None:
                self._queue(message_id, kept.sequence, kept.body)

    def _queue(self, message_id: int, sequence: int, body: bytes) -> None:
        if self.carrier is None:
            return
        self._outgoing.append((message_id, sequence, body))
        if not self._flush_due:
            self._flush_due = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send what is queued."""
        self._flush_due = False
        queued, self._outgoing = self._outgoing, []
        batch: list[bytes] = []
        size = 0
        for one in queued:
            batch.append(wire.message(*one))
            size += len(batch[-1])
            if size > _CONTAINER_BYTES or len(batch) >= _CONTAINER_MESSAGES:
                self._send_batch(batch)
                batch, size = [], 0
        if batch:
            self._send_batch(batch)

    def _send_batch(self, batch: list[bytes]) -> None:
        if self.carrier is None:
            return
        if len(batch) == 1:
            body = batch[0]
        else:
            body = wire.message(
                message_ids.next(is_answer=False), 2 * self._content_sent, wire.container(batch)
            )
        key = self.auth_key
        plain = struct.pack("<qq", key.record.salt, self.id) + body
        self.carrier.send_payload(key.id_bytes + seal(key.record.key, plain))


class AuthKey:
    """An authorization key in use, with its sessions."""

    def __init__(self, record: AuthKeyRecord) -> None:
        self.record = record
        self.id = auth_key_id(record.key)
        self.id_bytes = self.id.to_bytes(8, "little")
        self.sessions: OrderedDict[int, Session] = OrderedDict()

    def session(self, session_id: int) -> Session:
        """Return the session of this id, creating it if new; the oldest idle ones are dropped."""
        found = self.sessions.get(session_id)
        if found is None:
            found = self.sessions[session_id] = Session(self, session_id)
            idle = [s for s in self.sessions.values() if s.carrier is None and s is not found]
            for old in idle[: max(0, len(self.sessions) - _SESSIONS_KEPT)]:
                del self.sessions[old.id]
        return found
