"""Places the control socket on Windows: a named pipe. Untested.

By Windows' default, other users may only read it, and without a question it says nothing.
"""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def pipe_name(directory: Path) -> str:
    """Return the name of a data directory's pipe, which is never too long."""
    path = os.path.normcase(os.path.realpath(directory))
    return rf"\\.\pipe\gavatcore-{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}"


async def serve_pipe(directory: Path, serve: Serve, limit: int) -> Callable[[], None]:
    """Listen on the pipe until the returned function is called; raises OSError.

    A line longer than `limit` bytes is a ValueError of the reader.
    """
    loop: Any = asyncio.get_running_loop()
    if not hasattr(loop, "start_serving_pipe"):  # not the proactor's loop
        raise OSError(0, "this event loop has no named pipes")

    def protocol() -> asyncio.StreamReaderProtocol:
        reader = asyncio.StreamReader(limit=limit, loop=loop)
        return asyncio.StreamReaderProtocol(reader, serve, loop=loop)

    (server,) = await loop.start_serving_pipe(protocol, pipe_name(directory))
    close: Callable[[], None] = server.close
    return close


def ask_pipe(directory: Path, question: bytes, most: int) -> bytes:
    """Send one line and return the line that answers it; blocks without limit. Raises OSError."""
    with Path(pipe_name(directory)).open("r+b", buffering=0) as pipe:
        pipe.write(question)
        return pipe.readline(most)
