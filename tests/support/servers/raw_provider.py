"""A provider that sends what bytes a test has, right or wrong, over a bare socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import chain, repeat

EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def body(content: bytes, head: bytes = EVENTS, more: bytes = b"") -> tuple[bytes, ...]:
    """A response of known length; `more` are header lines."""
    return (head, more, b"Content-Length: %d\r\n\r\n" % len(content), content)


def until_closed(head: bytes, *pieces: bytes) -> Iterable[bytes]:
    """A response that ends with its connection."""
    return (head, b"Connection: close\r\n\r\n", *pieces)


def endless(head: bytes, piece: bytes) -> Iterable[bytes]:
    """A response that never ends."""
    return chain((head, b"Connection: close\r\n\r\n"), repeat(piece))


@asynccontextmanager
async def raw_provider(
    answers: Mapping[str, Iterable[bytes]], pause: float = 0.0
) -> AsyncIterator[str]:
    """Its URL, under which each name of `answers` is a base URL; `pause` s between the pieces."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
            await reader.readexactly(int(length))
            for piece in answers[head.split(b"/")[1].decode()]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the caller had enough of it
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 20)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
