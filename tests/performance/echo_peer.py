"""The other end of the echo benchmarks, in a process of its own: PORT CONNECTIONS MESSAGES."""

import selectors
import socket
import sys

MESSAGE = b"x" * 128


def main(port: int, connections: int, messages: int) -> None:
    """Keep one message under way on each connection until `messages` came back."""
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        peer = socket.create_connection(("127.0.0.1", port))
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.send(MESSAGE)
        selector.register(peer, selectors.EVENT_READ)
    returned = 0
    while returned < messages:
        for key, _ in selector.select():
            peer = key.fileobj  # type: ignore[assignment]  # only sockets were registered
            peer.recv(len(MESSAGE))
            peer.send(MESSAGE)
            returned += 1


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
