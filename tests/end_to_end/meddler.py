"""A man in the middle: passes bytes on between a client and the local Telegram, and meddles."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_CHUNK = 1 << 16


def packet(payload: bytes) -> bytes:
    """`payload` in Telegram's full TCP framing, as anybody can write it."""
    framed = struct.pack("<ii", len(payload) + 12, 0) + payload
    return framed + struct.pack("<I", zlib.crc32(framed))


class Meddler:
    """`opening` is said to each new client; `cut_after` closes once so many chunks came back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._clients: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.opening = b""
        self.cut_after: int | None = None
        self.accepted = 0
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def before(cls, port: int) -> "AsyncIterator[Meddler]":
        """One that stands before the Telegram on `port`."""
        meddler = cls(port)
        server = await asyncio.start_server(meddler._serve, "127.0.0.1", 0)
        meddler.port = int(server.sockets[0].getsockname()[1])
        try:
            yield meddler
        finally:
            server.close()
            meddler.hang_up()

    def inject(self, said: bytes) -> None:
        """Say something to every client in Telegram's place."""
        for client in self._clients:
            client.write(said)

    def hang_up(self) -> None:
        for client in self._clients:
            client.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._clients.add(writer)
        there_reader, there = await asyncio.open_connection("127.0.0.1", self._to)
        if self.opening:
            writer.write(self.opening)
        up = asyncio.ensure_future(_pump(reader, there, None))
        down = asyncio.ensure_future(_pump(there_reader, writer, self.cut_after))
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        for side in (up, down):
            side.cancel()
        self._clients.discard(writer)
        writer.close()
        there.close()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chunks: int | None
) -> None:
    """Pass on what comes, `chunks` times at the most."""
    try:
        while chunks != 0 and (data := await reader.read(_CHUNK)):
            chunks = None if chunks is None else chunks - 1
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return
