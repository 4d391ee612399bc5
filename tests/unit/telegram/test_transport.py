"""What anybody on the way may send in Telegram's place ends a connection and nothing more."""

import asyncio
import struct
import zlib

import pytest

from engine.telegram.client.transport import BoundedTcp


async def _read(payload: bytes) -> bytes:
    framed = struct.pack("<ii", len(payload) + 12, 0) + payload
    stream = asyncio.StreamReader()
    stream.feed_data(framed + struct.pack("<I", zlib.crc32(framed)))
    packet: bytes = await BoundedTcp.packet_codec(None).read_packet(stream)
    return packet


@pytest.mark.parametrize("length", [8, 20, 24, 39, 44, 100, 41])
async def test_a_packet_that_no_cipher_can_take_is_trouble_of_the_network(length: int) -> None:
    with pytest.raises(ConnectionError):
        await _read(b"k" * length)


@pytest.mark.parametrize("payload", [struct.pack("<i", -404), bytes(20), b"k" * 40, b"k" * 56])
async def test_what_may_be_telegrams_is_passed_on(payload: bytes) -> None:
    assert await _read(payload) == payload


async def test_a_packet_shorter_than_its_own_checksum_is_trouble_of_the_network() -> None:
    stream = asyncio.StreamReader()
    stream.feed_data(struct.pack("<ii", 9, 0) + b"x")
    with pytest.raises(ConnectionError):
        await BoundedTcp.packet_codec(None).read_packet(stream)
