"""Telegram's full TCP transport, with a bound on what anybody may have this program keep."""

import asyncio
from typing import Any

from telethon.network import ConnectionTcpFull
from telethon.network.connection.tcpfull import FullPacketCodec

_LONGEST = 1 << 24  # bytes of one packet: https://core.telegram.org/mtproto/mtproto-transports


class _BoundedReader:
    """What the codec needs of a stream; a packet that is too long ends the connection."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def readexactly(self, count: int) -> bytes:
        if not 0 <= count <= _LONGEST:
            raise ConnectionError("a packet of an impossible length")
        return await self._stream.readexactly(count)


class _BoundedCodec(FullPacketCodec):  # type: ignore[misc]  # Telethon ships no types
    async def read_packet(self, reader: Any) -> Any:
        return await super().read_packet(_BoundedReader(reader))


class BoundedTcp(ConnectionTcpFull):  # type: ignore[misc]  # Telethon ships no types
    """One packet is 16 MiB at the most."""

    packet_codec = _BoundedCodec
