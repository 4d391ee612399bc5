"""One client's connection: bytes to payloads, payloads to the dispatcher."""

import asyncio
import struct
from typing import Protocol

from engine.simulator.network import transports
from engine.simulator.network.key_exchange import KeyExchange
from engine.simulator.network.rsa_key import ServerKey
from engine.simulator.network.session import Session

UNKNOWN_KEY = -404


class Receiver(Protocol):
    """What a connection asks of the dispatcher, which is above it."""

    server_key: ServerKey
    black_hole: bool  # a fault: nothing is read or sent

    def connected(self, connection: "Connection") -> None:
        """A client connected."""

    def disconnected(self, connection: "Connection") -> None:
        """The client is gone."""

    def receive(self, connection: "Connection", payload: bytes) -> None:
        """One payload arrived."""

    def protocol_error(self, error: Exception) -> None:
        """The client broke the protocol."""


class Connection(asyncio.Protocol):
    """Owned by the server; told of each payload, it asks the dispatcher what to do."""

    def __init__(self, dispatcher: Receiver) -> None:
        self._dispatcher = dispatcher
        self._framing: transports.Framing | None = None
        self._first = b""
        self.transport: asyncio.Transport | None = None
        self.exchange = KeyExchange(dispatcher.server_key)
        self.sessions: set[Session] = set()
        self.silent = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        self.transport = transport
        self._dispatcher.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.transport = None
        if self._deadline is not None:
            self._deadline.cancel()
        for session in self.sessions:
            session.detach(self)
        self.sessions.clear()
        self._dispatcher.disconnected(self)

    def data_received(self, data: bytes) -> None:
        if self.silent or self._dispatcher.black_hole:
            return
        if self._framing is None:
            self._first += data
            found = transports.detect(self._first)
            if found is None:
                return
            self._framing, tag = found
            data, self._first = self._first[tag:], b""
        try:
            payloads = self._framing.feed(data)
        except transports.FramingError as error:
            self._dispatcher.protocol_error(error)
            self.close()
            return
        for payload in payloads:
            if self.transport is None or self.silent:
                return
            self._dispatcher.receive(self, payload)

    def send_payload(self, payload: bytes) -> None:
        if self.silent or self._dispatcher.black_hole:
            return
        if self.transport is not None and self._framing is not None:
            self.transport.write(self._framing.frame(payload))

    def refuse(self, code: int) -> None:
        """Send a transport error and hang up."""
        self.send_payload(struct.pack("<i", code))
        self.close()

    def close(self) -> None:
        """Hang up after what was written has left."""
        if self.transport is not None:
            self.transport.close()

    def close_after(self, seconds: float) -> None:
        """Hang up unless this is asked for again within `seconds`."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.close)

    def abort(self) -> None:
        """Hang up at once, and say nothing more."""
        self.silent = True
        if self.transport is not None:
            self.transport.abort()
