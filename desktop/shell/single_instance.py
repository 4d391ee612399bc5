"""Allows one desktop a data directory: a second start raises the first one's window."""

import asyncio
import hmac
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engine.files.private_files import write_anew
from engine.files.small_files import SmallFileError, read_bytes

_RAISE = b"raise\n"
_PATIENCE = 3.0  # seconds that a second start waits for the first to answer
_PAUSE = 0.05
_LONGEST_SOCKET_PATH = 100  # sun_path holds 104 bytes on macOS, 108 on Linux


class SingleInstance:
    """A local socket between two starts; the data directory's lock decides who is first.

    So the server may replace any socket that a killed process left.
    """

    def __init__(self, data_dir: Path) -> None:
        self._socket_path = data_dir / "desktop.sock"
        self._address_path = data_dir / "desktop.address"
        self._server: asyncio.Server | None = None
        self._token = secrets.token_hex(16).encode()

    def raise_first(self, patience: float = _PATIENCE) -> bool:
        """Ask the first to show its window; return True if it answered within `patience` seconds.

        Blocks; meant for a second start, which has nothing else to do.
        """
        deadline = time.monotonic() + patience
        while True:
            try:
                if self._ask():
                    return True
            except (OSError, ValueError, SmallFileError):
                pass  # it may still be starting
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)

    async def serve(self, on_raise: Callable[[], None]) -> None:
        """Listen for second starts, with the lock held; `on_raise` runs on the loop's thread."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    line = await reader.readline()
                    if hmac.compare_digest(line, self._greeting()):
                        on_raise()
                        writer.write(b"ok\n")
                        await writer.drain()
            except (OSError, TimeoutError, ValueError):
                pass  # the other side left or sent nonsense
            finally:
                writer.close()

        if self._uses_unix_socket():
            self._server = await asyncio.start_unix_server(answer, self._socket_path)
            self._socket_path.chmod(0o600)
        else:
            self._server = await asyncio.start_server(answer, "127.0.0.1", 0)
            self._write_address(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stop listening; call it before the data directory is released."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._remove_addresses()

    def _uses_unix_socket(self) -> bool:
        return (
            sys.platform != "win32" and len(os.fsencode(self._socket_path)) <= _LONGEST_SOCKET_PATH
        )

    def _greeting(self) -> bytes:
        return _RAISE if self._uses_unix_socket() else self._token + b" " + _RAISE

    def _write_address(self, port: int) -> None:
        write_anew(self._address_path, b"%d %s" % (port, self._token))

    def _remove_addresses(self) -> None:
        self._socket_path.unlink(missing_ok=True)
        self._address_path.unlink(missing_ok=True)

    def _ask(self) -> bool:
        if self._uses_unix_socket():
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_PATIENCE)
                connection.connect(os.fspath(self._socket_path))
                return _exchange(connection, _RAISE)
        port, token = read_bytes(self._address_path).split()
        with socket.create_connection(("127.0.0.1", int(port)), _PATIENCE) as connection:
            return _exchange(connection, token + b" " + _RAISE)


def _exchange(connection: socket.socket, greeting: bytes) -> bool:
    connection.sendall(greeting)
    return connection.recv(8) == b"ok\n"
