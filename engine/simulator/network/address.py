"""Where this server listens, for those of its answers that say so."""

from dataclasses import dataclass

DATA_CENTRE = 2


@dataclass(slots=True)
class Address:
    """Set once, when the port is known."""

    host: str = "127.0.0.1"
    port: int = 0


ADDRESS = Address()
