"""Answers made to fill the memory: whatever a provider sends, it takes 64 MB at the most."""

import asyncio
import json
import sys
import zlib
from collections.abc import Iterable
from itertools import chain, repeat

from engine.replies.providers.failure import Failure
from tests.support.servers.raw_provider import (
    EVENTS,
    JSON,
    body,
    endless,
    raw_provider,
    until_closed,
)

MOST = 64.0  # MB
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
PIECE = b"x" * 65_536


def squeezed(head: bytes, wbits: int, times: int = 1) -> bytes:
    """`head` and 128 MB of one letter, compressed, and that again as often."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = packer.compress(head)
    packed += b"".join(packer.compress(b"a" * (1 << 20)) for _ in range(128)) + packer.flush()
    for _ in range(times - 1):
        again = zlib.compressobj(9, zlib.DEFLATED, wbits)
        packed = again.compress(packed) + again.flush()
    return packed


GZIP, ZLIB, RAW = 31, 15, -15
_STREAM = squeezed(b'data: {"choices": [{"delta": {"content": "', GZIP)
_WHOLE = squeezed(b'{"choices": [{"message": {"content": "', GZIP)

BOMBS: dict[str, Iterable[bytes]] = {
    "gzip-stream": body(_STREAM, more=b"Content-Encoding: gzip\r\n"),
    "gzip-whole": body(_WHOLE, JSON, b"content-encoding: GZIP\r\n"),
    "gzip-refusal": body(_WHOLE, REFUSED, b"Content-Encoding: gzip\r\n"),
    "zlib": body(squeezed(b"", ZLIB), more=b"Content-Encoding: deflate\r\n"),
    "raw-deflate": body(squeezed(b"", RAW), more=b"Content-Encoding: deflate\r\n"),
    "gzip-twice": body(squeezed(b"", GZIP, 2), more=b"Content-Encoding: gzip, gzip\r\n"),
    "gzip-in-two-headers": body(
        squeezed(b"", GZIP, 2), more=b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n"
    ),
    "brotli": endless(EVENTS + b"Content-Encoding: br\r\n", PIECE),
    "zstd": endless(EVENTS + b"Content-Encoding: zstd\r\n", PIECE),
    "gzip-of-lines": body(
        zlib.compress(b"\n" * (128 << 20), 9), more=b"Content-Encoding: deflate\r\n"
    ),
    "line": endless(EVENTS, PIECE),
    "data": chain(until_closed(EVENTS, b"data: "), repeat(PIECE)),
    "data-lines": endless(EVENTS, b"data: x\n" * 8192),
    "empty-lines": endless(EVENTS, b"\n" * 65_536),
    "carriage-returns": endless(EVENTS, b"\r" * 65_536),
    "comments": endless(EVENTS, b":\n" * 32_768),
    "events": endless(EVENTS, b"data: {}\n\n" * 6_000),
    "thoughts": endless(EVENTS, b'data: {"choices":[{"delta":{"reasoning":"hm"}}]}\n\n' * 1_000),
    "whole": chain(until_closed(JSON, b'{"choices": "'), repeat(PIECE)),
    "blanks": endless(JSON, b" " * 65_536),
    "nested-event": until_closed(EVENTS, b"data: " + b"[" * 200_000 + b"\n\n"),
    "nested-error": until_closed(EVENTS, b'data: {"error": ' + b"[" * 200_000 + b"\n\n"),
    "nested-whole": until_closed(JSON, b'{"usage": ' + b'{"a":' * 90_000),
    "many-choices": body(b'{"choices": [' + b"{}," * 160_000 + b"{}]}", JSON),
    "many-parts": body(
        b'{"choices": [{"message": {"content": [' + b'{"a":1},' * 60_000 + b"{}]}}]}", JSON
    ),
    "many-figures": body(b'{"usage": [' + b"[]," * 160_000 + b'[]], "choices": []}', JSON),
    "header": chain((EVENTS, b"X: "), repeat(PIECE)),
    "headers": chain((EVENTS,), repeat(b"X: y\r\n" * 10_000)),
    "status-line": chain((b"HTTP/1.1 200 ",), repeat(PIECE)),
    "continues": chain(repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000)),
    "no-http": repeat(PIECE),
    "chunk-size": chain((EVENTS, CHUNKED), repeat(b"f" * 65_536)),
    "large-chunk": chain((EVENTS, CHUNKED, b"7fffffffffff\r\n"), repeat(PIECE)),
    "chunk-extension": chain((EVENTS, CHUNKED, b"5;"), repeat(PIECE)),
    "small-chunks": chain((EVENTS, CHUNKED), repeat(b"1\r\nx\r\n" * 10_000)),
    "trailers": chain((EVENTS, CHUNKED, b"0\r\n"), repeat(b"X: y\r\n" * 10_000)),
    "length": chain((EVENTS, b"Content-Length: 999999999999999999\r\n\r\n"), repeat(PIECE)),
    "refusal": endless(REFUSED, PIECE),
    "moved": endless(b"HTTP/1.1 301 Moved\r\nLocation: /v1\r\n", PIECE),
}


async def test_no_answer_of_a_provider_takes_more_than_64_mb() -> None:
    async with raw_provider(BOMBS) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.provider_memory"),
            *(f"{url}/{name}" for name in BOMBS),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await asyncio.wait_for(process.communicate(), 120)
    report = json.loads(told)
    assert set(report["ended"]) == set(BOMBS)
    assert set(report["ended"].values()) <= {failure.value for failure in Failure}
    assert max(report["peaks"].values()) <= MOST, report["peaks"]
