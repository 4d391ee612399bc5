"""Encodes values for the lower levels: msgpack, compressed if that pays; never pickle."""

import asyncio
from typing import Generic, TypeVar

import msgspec
import zstandard

from engine.cache.errors import UndecodableError

Value = TypeVar("Value")

COMPRESS_ABOVE = 1_024  # bytes
_OFF_LOOP_ABOVE = 65_536  # bytes; a thread costs about as much as compressing this many
_LARGEST = 64 << 20  # bytes that a foreign frame may claim to hold
_PLAIN, _ZSTD = b"\x01", b"\x02"  # first byte of a payload: its format


class Codec(Generic[Value]):
    """Encodes and compresses values, undoes both, and counts what compression saves."""

    def __init__(self, kind: type[Value], compress_above: int = COMPRESS_ABOVE) -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._compress_above = compress_above
        self._tried = 0  # bytes before compression
        self._kept = 0  # bytes after it

    @property
    def compression_ratio(self) -> float | None:
        """Bytes after compression for each byte before; None if nothing was large enough."""
        return self._kept / self._tried if self._tried else None

    def encode(self, value: Value) -> bytes:
        """Return the value in msgpack; raises TypeError for what msgspec cannot encode."""
        return self._encode(value)

    async def pack(self, encoded: bytes) -> bytes:
        """Return the bytes to keep, compressed if that pays."""
        if len(encoded) <= self._compress_above:
            return _PLAIN + encoded
        if len(encoded) > _OFF_LOOP_ABOVE:
            compressed = await asyncio.to_thread(_compress, encoded)
        else:
            compressed = _compress(encoded)
        shorter = len(compressed) < len(encoded)
        self._tried += len(encoded)
        self._kept += len(compressed) if shorter else len(encoded)
        return _ZSTD + compressed if shorter else _PLAIN + encoded

    async def unpack(self, packed: bytes) -> tuple[Value, int]:
        """Return the value and its encoded size in bytes; raises UndecodableError."""
        try:
            if packed[:1] == _PLAIN:
                return self._decode(memoryview(packed)[1:]), len(packed) - 1
            if packed[:1] != _ZSTD:
                raise UndecodableError
            size = zstandard.frame_content_size(packed[1:])
            if not 0 <= size <= _LARGEST:
                raise UndecodableError
            if size > _OFF_LOOP_ABOVE:
                return await asyncio.to_thread(self._decompress, packed), size
            return self._decompress(packed), size
        except (msgspec.MsgspecError, zstandard.ZstdError, ValueError, RecursionError) as error:
            raise UndecodableError from error

    def _decompress(self, packed: bytes) -> Value:
        return self._decode(zstandard.ZstdDecompressor().decompress(packed[1:]))


def _compress(encoded: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(encoded)  # threads must not share one
