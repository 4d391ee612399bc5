"""Places the control socket of a data directory, however long the directory's path is."""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_NAME = "control.sock"
_LONGEST = 100  # bytes; sun_path holds 104 on macOS, 108 on Linux
_BACKLOG = 16


@contextlib.contextmanager
def short_path(directory: Path, name: str) -> Iterator[str]:
    """Yield a path to `name` in `directory` that fits a socket's address; raises OSError.

    A long path is replaced by one through an open descriptor of the directory, which only Linux
    offers.
    """
    path = os.fspath(directory / name)
    if len(os.fsencode(path)) <= _LONGEST or sys.platform != "linux":
        yield path
        return
    descriptor = os.open(directory, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)


def listening_socket(directory: Path) -> socket.socket:
    """Return a listening socket in `directory`, replacing one that a killed engine left.

    Only this user can use it, from the first moment. Raises OSError.
    """
    unfinished = f"{FILE_NAME}.part"
    (directory / unfinished).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        with short_path(directory, unfinished) as path:
            listener.bind(path)
        (directory / unfinished).chmod(0o600)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        (directory / unfinished).replace(directory / FILE_NAME)
    except BaseException:
        listener.close()
        raise
    return listener


def connected_socket(directory: Path, seconds: float) -> socket.socket:
    """Return a socket connected to the engine on `directory`; raises OSError."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(seconds)
        with short_path(directory, FILE_NAME) as path:
            connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection
