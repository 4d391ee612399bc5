"""Bytes of any origin either decode to the type or are refused."""

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from engine.cache.codec import Codec
from engine.cache.errors import UndecodableError


@given(st.text(max_size=3_000))
async def test_what_was_packed_is_unpacked_with_its_size(text: str) -> None:
    codec = Codec(str, compress_above=100)
    encoded = codec.encode(text)
    assert await codec.unpack(await codec.pack(encoded)) == (text, len(encoded))


@given(st.binary(max_size=200))
async def test_foreign_bytes_are_refused_or_are_a_value(foreign: bytes) -> None:
    try:
        value, _size = await Codec(str).unpack(foreign)
    except UndecodableError:
        return
    assert isinstance(value, str)


async def test_a_frame_that_claims_to_be_huge_is_never_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(b"\0" * (65 << 20))
    assert len(bomb) < 10_000
    with pytest.raises(UndecodableError):
        await Codec(bytes).unpack(b"\x02" + bomb)


async def test_what_does_not_shrink_is_kept_plain() -> None:
    codec = Codec(bytes)
    noise = bytes(range(256)) * 5
    noise = zstandard.ZstdCompressor().compress(noise) * 200
    encoded = msgspec.msgpack.encode(noise[:1_100])
    assert len(await codec.pack(encoded)) <= len(encoded) + 1
    assert (codec.compression_ratio or 0) <= 1
