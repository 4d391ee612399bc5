"""Listens for commands in the data directory, and drops silent clients."""

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

_PATIENCE = 5.0  # s for a client's line, and for reading the answer
_LAST_WORDS = 0.3  # s for reading the answer when the engine stops
_MOST_CLIENTS = 16  # clients at the same time

_log = logging.getLogger(__name__)

Respond = Callable[[bytes], Awaitable[bytes]]
"""Takes a line and returns the line that answers it; raises nothing."""


class CommandServer:
    """Exchanges one line each way on each connection; does nothing while nobody connects."""

    def __init__(self, directory: Path, respond: Respond) -> None:
        """Have `respond` answer every line from the same user."""
        self._directory = directory
        self._respond = respond
        self._clients: set[asyncio.Task[None]] = set()
        self._close: Callable[[], None] | None = None

    async def open(self) -> None:
        """Begin to listen, with the data directory locked; a failure is logged as a warning.

        Opening it again has no effect.
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
                if path.stat().st_ino == made:  # otherwise it is another engine's by now
                    path.unlink()

        return close

    async def close(self) -> None:
        """Stop listening; clients that wait for an answer are told that the engine stops."""
        if self._close is None:
            return
        self._close()
        self._close = None
        pending = self._clients
        while pending:  # without an answer the second time
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
            pass  # it left, or sends nothing
        finally:
            self._clients.discard(task)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                line = await reader.readline()
            answer = await self._respond(line) if line else b""
        except ValueError:  # the line is too long
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
        return True  # a named pipe, which the system protects
    try:
        return is_same_user(peer)
    except OSError:  # it is gone
        return False
