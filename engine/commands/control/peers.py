"""Finds out who is at the other end of a local socket, by asking the kernel."""

import os
import socket
import struct
import sys
from typing import Protocol

_UCRED = struct.Struct("3i")  # pid, uid, gid: unix(7)
_XUCRED = struct.Struct("2I")  # version, uid: sys/ucred.h of macOS
_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1


class PeerSocket(Protocol):
    """A connected socket, or asyncio's view of one."""

    def getsockopt(self, level: int, optname: int, buflen: int, /) -> bytes:
        """Return a socket option, like `socket.getsockopt`."""


def is_same_user(connection: PeerSocket) -> bool:
    """Return True if the peer's process runs as this process's user; raises OSError."""
    if sys.platform == "linux":
        peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        return bool(_UCRED.unpack(peer)[1] == os.geteuid())
    if sys.platform == "darwin":
        peer = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)
        return bool(_XUCRED.unpack_from(peer)[1] == os.geteuid())
    return True  # only the socket's permissions protect it
