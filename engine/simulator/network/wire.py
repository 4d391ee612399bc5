"""Encodes and decodes TL: results, errors, containers, and Telegram's names of requests."""

import gzip
import struct
import zlib
from functools import cache
from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.core import GzipPacked

CONTAINER = 0x73F1F8DC
GZIP_PACKED = 0x3072CFA1
_RESULT = struct.pack("<I", 0xF35C6D01)
_VECTOR = struct.pack("<I", 0x1CB5C415)
_TRUE = struct.pack("<I", 0x997275B5)
_FALSE = struct.pack("<I", 0xBC799737)
_WORTH_PACKING = 16_384
_LARGEST = 1 << 24


class UnreadableError(Exception):
    """The bytes are no object of our layer; `constructor` is what they begin with."""

    def __init__(self, constructor: int) -> None:
        super().__init__(f"{constructor:08x}")
        self.constructor = constructor


def read_object(body: bytes) -> Any:
    """Return the first object in `body`; unpacks gzip."""
    try:
        found = BinaryReader(body).tgread_object()
        if isinstance(found, GzipPacked):
            return read_object(found.data)
    except Exception as error:
        raise UnreadableError(int.from_bytes(body[:4], "little")) from error
    return found


def unpack(body: bytes) -> bytes:
    """Return a body without its gzip_packed wrapping, if it has one."""
    if int.from_bytes(body[:4], "little") != GZIP_PACKED:
        return body
    try:
        packed = BinaryReader(body[4:]).tgread_bytes()
        return zlib.decompressobj(wbits=31).decompress(packed, _LARGEST)
    except (zlib.error, BufferError) as error:
        raise UnreadableError(GZIP_PACKED) from error


def encode(value: Any) -> bytes:
    """Encode a result: an object, a boolean, or a vector of objects."""
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    if isinstance(value, list):
        return _VECTOR + struct.pack("<i", len(value)) + b"".join(encode(one) for one in value)
    return bytes(value)


def result(request_id: int, value: Any) -> bytes:
    """Return rpc_result with a value."""
    body = encode(value)
    if len(body) > _WORTH_PACKING:
        body = bytes(GzipPacked.CONSTRUCTOR_ID.to_bytes(4, "little")) + _string(
            gzip.compress(body, 1)
        )
    return _RESULT + struct.pack("<q", request_id) + body


def _string(data: bytes) -> bytes:
    head = bytes((len(data),)) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)


def failure(request_id: int, code: int, message: str) -> bytes:
    """Return rpc_result with an error."""
    return _RESULT + struct.pack("<q", request_id) + bytes(types.RpcError(code, message))


def message(message_id: int, sequence: int, body: bytes) -> bytes:
    """Return one message of a container, or the only one of a packet."""
    return struct.pack("<qii", message_id, sequence, len(body)) + body


def container(messages: list[bytes]) -> bytes:
    """Return a container of messages."""
    return struct.pack("<Ii", CONTAINER, len(messages)) + b"".join(messages)


def split_container(body: bytes) -> list[tuple[int, int, bytes]]:
    """Return (message id, sequence number, body) of each message in a container."""
    (count,) = struct.unpack_from("<i", body, 4)
    position, found = 8, []
    for _ in range(count):
        message_id, sequence, length = struct.unpack_from("<qii", body, position)
        position += 16
        if length < 4 or position + length > len(body):
            raise UnreadableError(CONTAINER)
        found.append((message_id, sequence, body[position : position + length]))
        position += length
    return found


@cache
def method_name(request: Any) -> str:
    """Return Telegram's name: `messages.sendMessage` for `messages.SendMessageRequest`."""
    short = request.__name__.removesuffix("Request")
    room = request.__module__.rpartition(".")[2]
    short = short[0].lower() + short[1:]
    return short if room == "functions" else f"{room}.{short}"
