"""Handles one client's connection: bytes to payloads, payloads to the dispatcher."""

import asyncio
import struct
from typing import Protocol

from engine.simulator.network import transports
from engine.simulator.network.key_exchange import KeyExchange
from engine.simulator.network.rsa_key import ServerKey
from engine.simulator.network.session import Session

UNKNOWN_KEY = -404


class Receiver(Protocol):
    """The dispatcher as a connection sees it."""

    server_key: ServerKey
    black_hole: bool  # a fault: nothing is read or sent

    def connected(self, connection: "ClientConnection") -> None:
        """Note that a client connected."""

    def disconnected(self, connection: "ClientConnection") -> None:
        """Note that the client is gone."""

    def receive(self, connection: "ClientConnection", payload: bytes) -> None:
        """Handle one payload."""

    def protocol_error(self, error: Exception) -> None:
        """Report that the client broke the protocol."""


class ClientConnection(asyncio.Protocol):
    """One connection of the server; passes each payload to the dispatcher."""

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
        """Keep the transport; called by asyncio."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        self.transport = transport
        self._dispatcher.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Detach the sessions; called by asyncio."""
        del exc
        self.transport = None
        if self._deadline is not None:
            self._deadline.cancel()
        for session in self.sessions:
            session.detach(self)
        self.sessions.clear()
        self._dispatcher.disconnected(self)

    def data_received(self, data: bytes) -> None:
        """Split received bytes into payloads; called by asyncio."""
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
        """Send one payload, unless a fault silences the connection."""
        if self.silent or self._dispatcher.black_hole:
            return
        if self.transport is not None and self._framing is not None:
            self.transport.write(self._framing.frame(payload))

    def refuse(self, code: int) -> None:
        """Send a transport error and disconnect."""
        self.send_payload(struct.pack("<i", code))
        self.close()

    def close(self) -> None:
        """Disconnect after everything written has been sent."""
        if self.transport is not None:
            self.transport.close()

    def close_after(self, seconds: float) -> None:
        """Disconnect after `seconds`, unless this is called again before."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.close)

    def abort(self) -> None:
        """Disconnect at once without sending anything more."""
        self.silent = True
        if self.transport is not None:
            self.transport.abort()
