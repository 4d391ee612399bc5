"""Listens for commands in the data directory, and lets go of whoever has nothing to say."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from engine.commands.control.peers import is_same_user
from engine.commands.control.pipe import serve_pipe
from engine.commands.control.places import FILE_NAME, listening_socket
from engine.commands.control.protocol import MOST_ASKED, Reason, refusal_line
from engine.language import _

_PATIENCE = 5.0  # s that a client has for its line, and for taking the answer
_LAST_WORDS = 0.3  # s to take the answer when the engine stops
_MOST_CLIENTS = 16  # at once

_log = logging.getLogger(__name__)

Respond = Callable[[bytes], Awaitable[bytes]]
"""Takes a line and returns the line that answers it; raises nothing."""


class ControlServer:
    """One line each way for each connection; nothing is done while nobody connects."""

    def __init__(self, directory: Path, respond: Respond) -> None:
        """Have `respond` answer every line that the same user sends."""
        self._directory = directory
        self._respond = respond
        self._clients: set[asyncio.Task[None]] = set()
        self._close: Callable[[], None] | None = None

    async def open(self) -> None:
        """Begin to listen; hold the data directory. Where it cannot be, a warning is logged.

        Opened again, it is the same as before.
        """
        if self._close is not None:
            return
        try:
            if sys.platform == "win32":
                self._close = await serve_pipe(self._directory, self._serve, MOST_ASKED)
            else:
                self._close = await self._serve_socket()
        except OSError as error:  # e.g. a file system without sockets
            _log.warning("no commands can be given from a terminal: %s", error.strerror)

    async def _serve_socket(self) -> Callable[[], None]:
        listener = listening_socket(self._directory)
        path = self._directory / FILE_NAME
        made = path.stat().st_ino
        server = await asyncio.start_unix_server(self._serve, sock=listener, limit=MOST_ASKED)

        def close() -> None:
            server.close()
            with contextlib.suppress(OSError):
                if path.stat().st_ino == made:  # else it is another engine's by now
                    path.unlink()

        return close

    async def close(self) -> None:
        """Listen no more; who waits for an answer is told that the engine stops."""
        if self._close is None:
            return
        self._close()
        self._close = None
        pending = self._clients
        while pending:  # the second time without a word
            for task in pending:
                task.cancel()
            _done, pending = await asyncio.wait(pending, timeout=_LAST_WORDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        is_open = self._close is not None and len(self._clients) < _MOST_CLIENTS
        if task is None or not is_open or not _may_ask(writer):
            writer.transport.abort()
            return
        self._clients.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError):
            pass  # it went away, or has nothing to say
        finally:
            self._clients.discard(task)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                line = await reader.readline()
            answer = await self._respond(line) if line else b""
        except ValueError:  # it is longer than it may be
            answer = refusal_line(Reason.NOT_UNDERSTOOD, _("This is no command."))
        except asyncio.CancelledError:
            answer = refusal_line(Reason.STOPPING, _("The engine is stopping."))
        writer.write(answer)
        async with asyncio.timeout(_PATIENCE):
            await writer.drain()
            writer.close()
            await writer.wait_closed()


def _may_ask(writer: asyncio.StreamWriter) -> bool:
    peer = writer.get_extra_info("socket")
    if peer is None:
        return True  # a named pipe, which the system guards
    try:
        return is_same_user(peer)
    except OSError:  # it is gone already
        return False
