"""Defines what the local LLM provider prints when it listens."""

import msgspec

SECRET_HEADER = "x-control-secret"  # noqa: S105 - the header's name, not the secret


class ProviderReady(msgspec.Struct, frozen=True):
    """Its address, and its two secrets."""

    url: str  # without the /v1
    api_key: str
    control_secret: str
