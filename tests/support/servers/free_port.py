"""A port that a server of a test can be told to listen on, and keeps over its restarts."""

import random
import socket
from contextlib import ExitStack

# Below those that systems give to outgoing connections, which would take it between two starts.
_LEAST, _MOST = 10_000, 19_999
_chance = random.SystemRandom()  # what seeds the others seeds them alike in every process


def free_port(*offsets: int) -> int:
    """One on which nobody listens, as on those so many above it."""
    while True:
        port = _chance.randint(_LEAST, _MOST)
        try:
            with ExitStack() as probes:
                for offset in (0, *offsets):
                    probe = probes.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        return port
