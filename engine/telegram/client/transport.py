"""Implements Telegram's full TCP transport with a limit on the size of a packet."""

import asyncio
import struct
from typing import Any

from telethon.network import ConnectionTcpFull
from telethon.network.connection.tcpfull import FullPacketCodec

_HEAD, _BLOCK = 24, 16  # bytes: the key's id and the message's key, then AES
_KEY_ID = 8
_LONGEST = 1 << 24  # bytes of one packet: https://core.telegram.org/mtproto/mtproto-transports


class _BoundedReader:
    """Offers what the codec reads with; a packet over the limit ends the connection."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def readexactly(self, count: int) -> bytes:
        if not 0 <= count <= _LONGEST:
            raise ConnectionError("a packet of an impossible length")
        return await self._stream.readexactly(count)


class _BoundedCodec(FullPacketCodec):  # type: ignore[misc]  # Telethon ships no types
    async def read_packet(self, reader: Any) -> Any:
        """Read one packet; reject lengths on which the cipher would panic, past any `except`."""
        try:
            packet = await super().read_packet(_BoundedReader(reader))
        except struct.error as error:  # shorter than its own checksum
            raise ConnectionError("a packet of an impossible length") from error
        is_sealed = len(packet) >= _KEY_ID and any(packet[:_KEY_ID])
        if is_sealed and (len(packet) < _HEAD + _BLOCK or (len(packet) - _HEAD) % _BLOCK):
            raise ConnectionError("a packet that cannot be deciphered")
        return packet


class BoundedTcp(ConnectionTcpFull):  # type: ignore[misc]  # Telethon ships no types
    """Limits a packet to 16 MiB."""

    packet_codec = _BoundedCodec
