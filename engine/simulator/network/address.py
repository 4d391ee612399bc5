"""Keeps the server's own address for the answers that contain it."""

from dataclasses import dataclass

DATA_CENTRE = 2


@dataclass(slots=True)
class Address:
    """The address; it is set once, when the port is known."""

    host: str = "127.0.0.1"
    port: int = 0


ADDRESS = Address()
