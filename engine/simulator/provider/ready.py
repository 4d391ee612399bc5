"""What the local LLM provider says of itself when it listens."""

import msgspec


class Ready(msgspec.Struct, frozen=True):
    """Where it is, and the two secrets it drew."""

    url: str  # without the /v1
    api_key: str
    control_secret: str
