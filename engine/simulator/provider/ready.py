"""What the local LLM provider says of itself when it listens."""

import msgspec

SECRET_HEADER = "x-control-secret"  # noqa: S105 - the header's name, not the secret


class Ready(msgspec.Struct, frozen=True):
    """Where it is, and the two secrets it drew."""

    url: str  # without the /v1
    api_key: str
    control_secret: str
