"""Implements MTProto's TCP framings: Full, Abridged, Intermediate and Padded Intermediate.

Source: https://core.telegram.org/mtproto/mtproto-transports. It works on bytes, without a socket.
"""

import os
import struct
from binascii import crc32
from typing import Protocol

_LONGEST = 1 << 24


class FramingError(Exception):
    """The peer violated its framing; the connection cannot continue."""


class Framing(Protocol):
    """Turns a stream of bytes into payloads and payloads into bytes."""

    def feed(self, data: bytes) -> list[bytes]:
        """Add received bytes; return the payloads that are now complete."""
        ...

    def frame(self, payload: bytes) -> bytes:
        """Return the bytes that carry `payload` to the peer."""
        ...


class Full:
    """Length, sequence number, payload, and CRC32 of all that."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._received = 0
        self._sent = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Add received bytes; return the payloads that are now complete."""
        buffer = self._buffer
        buffer += data
        payloads = []
        while len(buffer) >= 4:
            (length,) = struct.unpack_from("<i", buffer)
            if not 12 <= length <= _LONGEST:
                raise FramingError(f"a full frame of {length} bytes")
            if len(buffer) < length:
                break
            payloads.append(self._check(bytes(buffer[:length])))
            del buffer[:length]
        return payloads

    def _check(self, frame: bytes) -> bytes:
        (sequence,) = struct.unpack_from("<i", frame, 4)
        (checksum,) = struct.unpack_from("<I", frame, len(frame) - 4)
        if sequence != self._received:
            raise FramingError(f"full frame {sequence} where {self._received} was due")
        if checksum != crc32(frame[:-4]):
            raise FramingError("a full frame with a wrong CRC32")
        self._received += 1
        return frame[8:-4]

    def frame(self, payload: bytes) -> bytes:
        """Return the bytes that carry `payload` to the peer."""
        head = struct.pack("<ii", len(payload) + 12, self._sent) + payload
        self._sent += 1
        return head + struct.pack("<I", crc32(head))


class Abridged:
    """Length in words of four bytes, in one byte or, from 127 words on, in four."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Add received bytes; return the payloads that are now complete."""
        buffer = self._buffer
        buffer += data
        payloads = []
        while buffer:
            head, words = 1, buffer[0] & 0x7F  # the highest bit requests a quick acknowledgement
            if words == 0x7F:
                if len(buffer) < 4:
                    break
                head, words = 4, int.from_bytes(buffer[1:4], "little")
            end = head + 4 * words
            if len(buffer) < end:
                break
            payloads.append(bytes(buffer[head:end]))
            del buffer[:end]
        return payloads

    def frame(self, payload: bytes) -> bytes:
        """Return the bytes that carry `payload` to the peer."""
        words = len(payload) // 4
        if words < 0x7F:
            return bytes((words,)) + payload
        return b"\x7f" + words.to_bytes(3, "little") + payload


class Intermediate:
    """Length in four bytes; if padded, up to 15 random bytes follow the payload."""

    def __init__(self, *, padded: bool) -> None:
        self._buffer = bytearray()
        self._padded = padded

    def feed(self, data: bytes) -> list[bytes]:
        """Add received bytes; return the payloads that are now complete."""
        buffer = self._buffer
        buffer += data
        payloads = []
        while len(buffer) >= 4:
            length = int.from_bytes(buffer[:4], "little") & 0x7FFFFFFF
            if length > _LONGEST:
                raise FramingError(f"an intermediate frame of {length} bytes")
            if len(buffer) < 4 + length:
                break
            payloads.append(bytes(buffer[4 : 4 + length]))
            del buffer[: 4 + length]
        return payloads

    def frame(self, payload: bytes) -> bytes:
        """Return the bytes that carry `payload` to the peer."""
        padding = os.urandom(os.urandom(1)[0] % 4) if self._padded else b""
        return struct.pack("<i", len(payload) + len(padding)) + payload + padding


def detect(first: bytes) -> tuple[Framing, int] | None:
    """Return the framing announced by the `first` bytes, and the length of its tag.

    Returns None if there are too few bytes.
    """
    if first[:1] == b"\xef":
        return Abridged(), 1
    if len(first) < 4:
        return None
    tag = first[:4]
    if tag == b"\xee\xee\xee\xee":
        return Intermediate(padded=False), 4
    if tag == b"\xdd\xdd\xdd\xdd":
        return Intermediate(padded=True), 4
    return Full(), 0
